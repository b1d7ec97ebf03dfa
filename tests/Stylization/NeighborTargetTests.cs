using FsCheck;
using FsCheck.Fluent;
using MLNetStyle.Graphs;
using MLNetStyle.Losses;
using MLNetStyle.Stylization;
using Xunit;

namespace MLNetStyle.Tests.Stylization;

/// <summary>What positions count beside the style's nearest.</summary>
public sealed class NeighborTargetTests
{
    [Fact]
    public void WeightsAreThoseOfTheFormula()
    {
        Gen<(double[], double)> cases = from values in Gen.Choose(0, 1000).Select(v => v / 250.0).ArrayOf(12)
                                        from energy in Gen.Choose(0, 800)
                                        select (values, energy / 100.0);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            (double[] lengths, double energy) = c;
            float[] cosines = [.. Enumerable.Range(0, lengths.Length).Select(i => (i - 3) / 8f)], weights = new float[lengths.Length];
            NeighborTarget.Weigh([.. lengths.Select(l => (float)l)], cosines, energy, weights);
            double reference = Math.Max(energy, lengths.Average(l => l * l));
            for (int i = 0; i < lengths.Length; i++)
            {
                double seen = reference == 0 ? 1 : Math.Min(1, lengths[i] * lengths[i] / reference), near = Math.Max(0, (i - 3) / 8.0);
                Assert.Equal(seen + (1 - seen) * 0.3 * Math.Pow(near, 4), weights[i], 1e-5);
            }
        }).Check(Config.QuickThrowOnFailure);
    }

    [Fact]
    public void AnEvenContentIsLeftToTheOtherLosses()
    {
        float[] weights = new float[50];
        float[] lengths = [.. Enumerable.Repeat(0.1f, weights.Length)], far = [.. Enumerable.Repeat(0.4f, weights.Length)];
        NeighborTarget.Weigh(lengths, far, 4, weights); // the style's vectors are twenty times as long
        Assert.All(weights, w => Assert.InRange(w, 0, 0.02));
        NeighborTarget.Weigh(lengths, [.. Enumerable.Repeat(1f, weights.Length)], 4, weights); // even places of the style
        Assert.All(weights, w => Assert.InRange(w, 0.29, 0.31));
    }

    [Fact]
    public void TheEnergyIsTheMeanOfTheVectorsSquaredLengths()
    {
        NearestNeighborStyleLoss loss = new("relu1_1", vectors: 3);
        // Two channels: the mean, two vectors, and a column that holds none.
        NeighborTarget target = new(loss, new GraphTensor((float[])[1, 3, 0, 0, 2, 4, 5, 0], 1, 2, 4));
        Assert.Equal((9 + 16 + 25) / 2.0, target.Energy, 1e-9);
    }
}
