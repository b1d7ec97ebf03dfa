using MLNetStyle.Optimization;
using Xunit;

namespace MLNetStyle.Tests.Stylization;

public sealed class PairHistoryTests
{
    public static TheoryData<SimdPath, int, int> Cases
    {
        get
        {
            TheoryData<SimdPath, int, int> cases = [];
            foreach (SimdPath path in SimdPaths.Supported)
                foreach ((int size, int pairs) in new[] { (1, 3), (4, 3), (5, 12), (8, 5) }) cases.Add(path, size, pairs);
            return cases;
        }
    }

    /// <summary>Against the two loops as they stand in the book, in double, with the ring wrapping round, on the pairs themselves and on
    /// them as they are stored.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void GivesWhatTheTwoLoopsGive(SimdPath path, int size, int pairs)
    {
        const int n = 35_003; // more than one piece, more than one block, and a remainder
        Random random = new(size * 100 + pairs);
        double[] curvature = [.. Enumerable.Range(0, n).Select(_ => Math.Exp(2 * random.NextDouble()))];
        using VectorPieces pieces = new(2);
        using PairHistory history = new(n, size, pieces, path);
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
            if (p % 2 == 1) Apply(history, [.. vector]); // products that are known already are not measured twice
            float[] found = Apply(history, vector);
            List<(double[] S, double[] Y)> stored = [.. Enumerable.Range(0, history.Count).Select(age =>
                history.Pair(age, n)).Select(pair => (Doubles(pair.Points), Doubles(pair.Gradients)))];
            for (int k = 0; k < kept.Count; k++)
            {
                Near(kept[k].S, stored[k].S, 1e-4);
                Near(kept[k].Y, stored[k].Y, 1e-4);
            }
            Near(TwoLoops(kept, vector), found, 1e-4);
            Near(TwoLoops(stored, vector), found, 1e-5);
        }

        static void Near<T>(double[] expected, T[] found, double tolerance) where T : System.Numerics.INumber<T>
        {
            double scale = Math.Sqrt(expected.Average(v => v * v));
            for (int i = 0; i < n; i++) Assert.Equal(expected[i], double.CreateChecked(found[i]), tolerance * scale);
        }

        float[] Gradient(float[] at) => [.. at.Select((v, i) => (float)(curvature[i] * v))];
    }

    [Fact]
    public void TheNumberOfThreadsChangesNothing()
    {
        const int n = 50_001;
        List<float[]> found = [];
        foreach (int threads in new[] { 1, 2, 5 })
        {
            Random random = new(4);
            using VectorPieces pieces = new(threads);
            using PairHistory history = new(n, 3, pieces);
            float[] x = new float[n], g = new float[n];
            for (int p = 0; p < 5; p++)
            {
                float[] to = [.. x.Select(v => v + (float)random.NextDouble())], after = [.. g.Zip(to, (a, b) => 0.5f * a + b)];
                Assert.True(history.Add(x, to, g, after, bounded: p % 2 == 0));
                (x, g) = (to, after);
                found.Add(Apply(history, after));
            }
        }
        for (int i = 5; i < found.Count; i++) Assert.Equal(found[i % 5], found[i]);
    }

    [Fact]
    public void ElementsAtABoundKeepStill()
    {
        using VectorPieces pieces = new(1);
        using PairHistory history = new(4, 3, pieces);
        float[] x = [0, 0, 1, 1], gradient = [1, -1, 1, -1], direction = new float[4];
        (bool any, double slope, double square) = history.Aim(x, gradient, 0, 1, direction);
        Assert.Equal([0, 1, -1, 0], direction);
        Assert.True(any);
        Assert.Equal((-2, 2), (slope, square));
        Assert.False(history.Aim([0, 1], [1, -1], 0, 1, direction.AsSpan(0, 2)).Any);
    }

    [Fact]
    public void VectorsOfZerosAndOfTinyNumbersAreStored()
    {
        using VectorPieces pieces = new(1);
        using PairHistory history = new(600, 2, pieces);
        float[] to = new float[600];
        (to[0], to[1], to[599]) = (1e-20f, 3e-3f, -2e5f);
        Assert.True(history.Add(new float[600], to, new float[600], to, false));
        (float[] s, float[] y) = history.Pair(0, 600);
        Assert.Equal(s, y);
        Assert.Equal(3e-3f, s[1], 1e-9f);
        Assert.Equal(-2e5f, s[599], 1e-2f);
        Assert.Equal(0, s[300]);
    }

    [Fact]
    public void APairWithoutPositiveCurvatureForgetsEverything()
    {
        using VectorPieces pieces = new(1);
        using PairHistory history = new(2, 3, pieces);
        Assert.True(history.Add([0, 0], [1, 0], [0, 0], [2, 0], false));
        Assert.Equal(1, history.Count);
        Assert.False(history.Add([0, 0], [1, 0], [0, 0], [-2, 0], false));
        Assert.Equal(0, history.Count);
    }

    private static float[] Apply(PairHistory history, float[] vector)
    {
        float[] direction = new float[vector.Length];
        history.Aim(new float[vector.Length], [.. vector.Select(v => -v)], float.NegativeInfinity, float.PositiveInfinity, direction);
        return direction;
    }

    private static double[] Doubles(float[] values) => [.. values.Select(v => (double)v)];

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
