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
    public void WhereNothingIsSeenInTheContentThePictureSaysMoreOfItsMatch()
    {
        float[] lengths = [0, 1, 2, 8], shares = new float[lengths.Length];
        NeighborTarget.Share(new NearestNeighborStyleLoss("relu3_1", kind: LossKind.Neighbors, balanced: true), lengths, 100, shares);
        double[] expected = [0.4, 0.4 + 0.35 * 0.01, 0.4 + 0.35 * 0.04, 0.4 + 0.35 * 0.64];
        for (int i = 0; i < shares.Length; i++) Assert.Equal(expected[i], shares[i], 1e-6);
        NeighborTarget.Share(new NearestNeighborStyleLoss("relu3_1", kind: LossKind.Neighbors), lengths, 100, shares); // as in the paper
        Assert.All(shares, s => Assert.Equal(0.75f, s));
    }

    [Fact]
    public void AVectorThatManyPositionsFindCostsMore()
    {
        NearestNeighborStyleLoss loss = new("relu3_1", kind: LossKind.Neighbors, balanced: true);
        float[] prices = new float[4];
        // Of eight positions that count four found the first, two each the second and third; what counts nothing found the last.
        NeighborTarget.Charge(loss, [0, 0, 1, 0, 2, 0, 1, 2, 3, 3], [1, 1, 1, 1, 0.5f, 1, 1, 0.1f, 0, 0], prices);
        Expect(0.1, 0, 0, -0.1);
        NeighborTarget.Charge(loss, new int[10], [.. Enumerable.Repeat(1f, 10)], prices);
        Expect(0.3, -0.1, -0.1, -0.2); // by two steps at most
        for (int search = 0; search < 5; search++) NeighborTarget.Charge(loss, new int[10], [.. Enumerable.Repeat(1f, 10)], prices);
        Expect(0.3, -0.3, -0.3, -0.3);
        NearestNeighborStyleLoss paper = new("relu3_1", kind: LossKind.Neighbors);
        NeighborTarget.Charge(paper, new int[10], [.. Enumerable.Repeat(1f, 10)], prices);
        Expect(0.3, -0.3, -0.3, -0.3); // it has none

        void Expect(params double[] expected)
        {
            for (int i = 0; i < prices.Length; i++) Assert.Equal(expected[i], prices[i], 1e-6);
        }
    }

    [Fact]
    public void AtTheirPricesAllVectorsHaveTheirPart()
    {
        // Positions about the first of two vectors, each a little nearer to it or to the other.
        NearestNeighborStyleLoss loss = new("relu3_1", kind: LossKind.Neighbors, balanced: true);
        double[] nearer = [.. Enumerable.Range(0, 100).Select(i => 0.4 * i / 99)];
        float[] prices = new float[2];
        int[] found = new int[nearer.Length];
        int Second() => found.Count(f => f == 1);
        for (int search = 0; search < 12; search++)
        {
            for (int i = 0; i < found.Length; i++) found[i] = nearer[i] - prices[0] >= -prices[1] ? 0 : 1;
            if (search == 0) Assert.Equal(0, Second());
            NeighborTarget.Charge(loss, found, [.. Enumerable.Repeat(1f, found.Length)], prices);
        }
        Assert.InRange(Second(), 40, 60);
    }

    [Fact]
    public void CopiesOfAVectorAreOneWhereMatchesAreBalanced()
    {
        // Two channels: the mean, three vectors of which the first comes again, and a column that holds none.
        GraphTensor statistic = new((float[])[1, 3, 2, 3, 0, 2, 4, 5, 4, 0], 1, 2, 5);
        Assert.Equal([1, 2, 3], new NeighborTarget(new NearestNeighborStyleLoss("relu1_1", vectors: 4), statistic).Columns);
        NeighborTarget balanced = new(new NearestNeighborStyleLoss("relu1_1", vectors: 4, balanced: true), statistic);
        Assert.Equal([1, 2], balanced.Columns);
        Assert.Equal((25 + 29) / 2.0, balanced.Energy, 1e-9);
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
