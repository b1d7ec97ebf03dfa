using MLNetStyle.Stylization;
using Xunit;

namespace MLNetStyle.Tests.Stylization;

public sealed class PairHistoryTests
{
    /// <summary>Against the two loops as they stand in the book, in double, with the ring wrapping round.</summary>
    [Theory]
    [InlineData(1, 3)]
    [InlineData(4, 3)]
    [InlineData(5, 12)]
    [InlineData(8, 5)]
    public void GivesWhatTheTwoLoopsGive(int size, int pairs)
    {
        const int n = 5003; // more than one block, and a remainder
        Random random = new(size * 100 + pairs);
        double[] curvature = [.. Enumerable.Range(0, n).Select(_ => Math.Exp(2 * random.NextDouble()))];
        PairHistory history = new(n, size);
        List<(double[] S, double[] Y)> kept = [];
        float[] x = new float[n], g = Gradient(x);
        for (int p = 0; p < pairs; p++)
        {
            float[] to = [.. x.Select(v => v + (float)(random.NextDouble() - 0.5))], after = Gradient(to);
            Assert.True(history.Add(x, to, g, after, bounded: false));
            kept.Add(([.. to.Zip(x, (a, b) => (double)(a - b))], [.. after.Zip(g, (a, b) => (double)(a - b))]));
            if (kept.Count > size) kept.RemoveAt(0);
            (x, g) = (to, after);
            if (p % 5 == 3) continue;
            float[] vector = [.. Enumerable.Range(0, n).Select(_ => (float)(random.NextDouble() - 0.5))];
            double[] expected = TwoLoops(kept, vector);
            if (p % 2 == 1) history.Apply([.. vector]); // products that are known already are not measured twice
            history.Apply(vector);
            double scale = Math.Sqrt(expected.Average(v => v * v));
            for (int i = 0; i < n; i++) Assert.Equal(expected[i], vector[i], 1e-4 * scale);
        }

        float[] Gradient(float[] at) => [.. at.Select((v, i) => (float)(curvature[i] * v))];
    }

    [Fact]
    public void APairWithoutPositiveCurvatureForgetsEverything()
    {
        PairHistory history = new(2, 3);
        Assert.True(history.Add([0, 0], [1, 0], [0, 0], [2, 0], false));
        Assert.Equal(1, history.Count);
        Assert.False(history.Add([0, 0], [1, 0], [0, 0], [-2, 0], false));
        Assert.Equal(0, history.Count);
    }

    private static double[] TwoLoops(List<(double[] S, double[] Y)> pairs, float[] vector)
    {
        double[] q = [.. vector.Select(v => (double)v)], a = new double[pairs.Count];
        for (int i = pairs.Count - 1; i >= 0; i--)
        {
            a[i] = Dot(pairs[i].S, q) / Dot(pairs[i].S, pairs[i].Y);
            for (int k = 0; k < q.Length; k++) q[k] -= a[i] * pairs[i].Y[k];
        }
        double scale = Dot(pairs[^1].S, pairs[^1].Y) / Dot(pairs[^1].Y, pairs[^1].Y);
        for (int k = 0; k < q.Length; k++) q[k] *= scale;
        for (int i = 0; i < pairs.Count; i++)
        {
            double b = Dot(pairs[i].Y, q) / Dot(pairs[i].S, pairs[i].Y);
            for (int k = 0; k < q.Length; k++) q[k] += (a[i] - b) * pairs[i].S[k];
        }
        return q;
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
