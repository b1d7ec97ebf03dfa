using MathNet.Numerics.LinearAlgebra;
using MLNetStyle.Losses;

namespace MLNetStyle.Tests.Support;

/// <summary>The statistics of style once more, in 64-bit floats and plain loops, as absolute and relative distances of two maps.</summary>
internal static class PlainStatistics
{
    /// <summary>The distance, and the energy of the style that relative losses divide it by.</summary>
    public static (double Distance, double Energy) Compare(StyleStatistic statistic, PlainVgg.Map picture, PlainVgg.Map style)
    {
        (Matrix<double> x, Matrix<double> y) = (Features(picture), Features(style));
        (Vector<double> m, Vector<double> n) = (Mean(x), Mean(y));
        int c = picture.Channels;
        switch (statistic)
        {
            case StyleStatistic.Gram:
                return Squares(Moment(x) / c, Moment(y) / c);
            case StyleStatistic.Covariance:
                return Squares(Covariance(x), Covariance(y));
            case StyleStatistic.MeanStd:
                Vector<double> s = Covariance(x).Diagonal().PointwiseSqrt(), t = Covariance(y).Diagonal().PointwiseSqrt();
                return (((m - n) * (m - n) + (s - t) * (s - t)) / c, (n * n + t * t) / c);
            case StyleStatistic.MmdLinear:
                return ((m - n) * (m - n) / c, n * n / c);
            case StyleStatistic.MmdPolynomial:
                // All pairs, one by one: nothing of the closed form.
                double offset = y.ColumnNorms(2).Select(v => v * v).Sum() / y.RowCount / y.ColumnCount;
                double Polynomial(double product) => Math.Pow(product / c + offset, 2);
                double within = Pairs(y, y, Polynomial), constant = offset * offset;
                return (Pairs(x, x, Polynomial) + within - 2 * Pairs(x, y, Polynomial), within - constant);
            case StyleStatistic.MmdGaussian:
                (Matrix<double> xs, Matrix<double> ys) = (Sampled(picture, 1024), Sampled(style, 1024));
                double bandwidth = Squared(ys, ys).Enumerate().Average();
                double own = Squared(ys, ys).Map(d => Math.Exp(-d / bandwidth)).Enumerate().Average();
                return (Squared(xs, xs).Map(d => Math.Exp(-d / bandwidth)).Enumerate().Average() + own
                    - 2 * Squared(xs, ys).Map(d => Math.Exp(-d / bandwidth)).Enumerate().Average(), own);
            case StyleStatistic.Wasserstein:
                Matrix<double> p = Regular(Covariance(x)), q = Regular(Covariance(y)), root = Root(q);
                return (((m - n) * (m - n) + p.Trace() + q.Trace() - 2 * Root(root * p * root).Trace()) / c, (n * n + q.Trace()) / c);
            case StyleStatistic.OptimalTransport:
                return (Transport(Sampled(picture, 1024), Sampled(style, 1024)), 1);
            case StyleStatistic.SlicedWasserstein:
                Matrix<double> directions = Directions(c);
                return Squares(directions * x, Matched(directions * x, directions * y));
            default:
                Matrix<double> matched = Matched(x, y);
                return Squares(x, matched);
        }
    }

    /// <summary>The content loss of self-similarity.</summary>
    public static double SelfSimilarity(PlainVgg.Map picture, PlainVgg.Map content) =>
        (Shares(picture) - Shares(content)).Enumerate().Average(d =>
            Math.Sqrt(d * d + SelfSimilarityLoss.Rounding * SelfSimilarityLoss.Rounding) - SelfSimilarityLoss.Rounding);

    private static Matrix<double> Shares(PlainVgg.Map map)
    {
        Matrix<double> x = Sampled(map, SelfSimilarityLoss.Samples);
        double[] lengths = [.. x.ColumnNorms(2).Select(v => Math.Sqrt(v * v + NearestNeighborStyleLoss.Least))];
        Matrix<double> distances = (x.Transpose() * x).MapIndexed((i, j, v) => 1 - v / (lengths[i] * lengths[j]));
        double[] means = [.. distances.ColumnSums().Select(v => v / distances.RowCount + SelfSimilarityLoss.Least)];
        return distances.MapIndexed((_, j, v) => v / means[j]);
    }

    /// <summary>The square root of a symmetric positive semidefinite matrix, by its eigenvectors.</summary>
    public static Matrix<double> Root(Matrix<double> matrix)
    {
        MathNet.Numerics.LinearAlgebra.Factorization.Evd<double> evd = ((matrix + matrix.Transpose()) / 2).Evd(Symmetricity.Symmetric);
        Vector<double> roots = evd.EigenValues.Map(v => Math.Sqrt(Math.Max(v.Real, 0)));
        return evd.EigenVectors * Matrix<double>.Build.DiagonalOfDiagonalVector(roots) * evd.EigenVectors.Transpose();
    }

    private static double Transport(Matrix<double> x, Matrix<double> y)
    {
        double[] a = [.. x.ColumnNorms(2)], b = [.. y.ColumnNorms(2)];
        Matrix<double> cost = (x.Transpose() * y).MapIndexed((i, j, v) => 1 - v / (a[i] * b[j]));
        double there = cost.EnumerateRows().Average(r => r.Minimum()), back = cost.EnumerateColumns().Average(r => r.Minimum());
        double means = (Mean(x) - Mean(y)).L1Norm() / (Mean(y).L1Norm() + OptimalTransportStyleLoss.Least);
        Matrix<double> difference = Covariance(x) - Covariance(y);
        return Math.Max(there, back) + means + difference.Enumerate().Sum(Math.Abs)
            / (Covariance(y).Enumerate().Sum(Math.Abs) + OptimalTransportStyleLoss.Least);
    }

    /// <summary>The directions of sliced Wasserstein distances: rows of normal numbers, made unit vectors.</summary>
    private static Matrix<double> Directions(int channels)
    {
        Random random = new(20060722);
        double[,] all = new double[512, 512];
        for (int i = 0; i < 512; i++)
            for (int j = 0; j < 512; j++)
                all[i, j] = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return Matrix<double>.Build.Dense(channels, channels, (i, j) => (float)all[i, j]).NormalizeRows(2);
    }

    private static Matrix<double> Features(PlainVgg.Map map)
    {
        int n = map.Height * map.Width;
        return Matrix<double>.Build.Dense(map.Channels, n, (c, i) => map.Values[c * n + i]);
    }

    private static Vector<double> Mean(Matrix<double> f) => f.RowSums() / f.ColumnCount;

    private static Matrix<double> Moment(Matrix<double> f) => f * f.Transpose() / f.ColumnCount;

    private static Matrix<double> Covariance(Matrix<double> f)
    {
        Vector<double> mean = Mean(f);
        return Moment(Matrix<double>.Build.Dense(f.RowCount, f.ColumnCount, (c, i) => f[c, i] - mean[c]));
    }

    private static Matrix<double> Regular(Matrix<double> covariance)
    {
        double added = WassersteinStyleLoss.Regularisation * covariance.Trace() / covariance.RowCount + 1e-6;
        return covariance + added * Matrix<double>.Build.DenseIdentity(covariance.RowCount);
    }

    private static (double, double) Squares(Matrix<double> a, Matrix<double> b) =>
        ((a - b).Enumerate().Select(v => v * v).Average(), b.Enumerate().Select(v => v * v).Average());

    private static double Pairs(Matrix<double> x, Matrix<double> y, Func<double, double> kernel) =>
        (x.Transpose() * y).Map(kernel).Enumerate().Average();

    private static Matrix<double> Squared(Matrix<double> x, Matrix<double> y)
    {
        double[] a = [.. x.ColumnNorms(2).Select(v => v * v)], b = [.. y.ColumnNorms(2).Select(v => v * v)];
        return (x.Transpose() * y).MapIndexed((i, j, v) => a[i] + b[j] - 2 * v);
    }

    private static Matrix<double> Sampled(PlainVgg.Map map, int samples) => Matrix<double>.Build.Dense(map.Channels, samples, (c, k) =>
    {
        int y = (int)Math.Min((float)((k + 0.5) * 0.7548776662466927 % 1) * map.Height, map.Height - 1);
        int x = (int)Math.Min((float)((k + 0.5) * 0.5698402909980532 % 1) * map.Width, map.Width - 1);
        return map[c, y, x];
    });

    private static Matrix<double> Matched(Matrix<double> x, Matrix<double> y)
    {
        Matrix<double> result = x.Clone();
        for (int c = 0; c < x.RowCount; c++)
        {
            double[] sorted = [.. y.Row(c).Order()], levels = [.. Enumerable.Range(0, 256).Select(k => Between(sorted, (k + 0.5) / 256))];
            int[] order = [.. Enumerable.Range(0, x.ColumnCount).OrderBy(i => x[c, i])];
            for (int i = 0; i < order.Length; i++) result[c, order[i]] = Between(levels, (i + 0.5) / order.Length);
        }
        return result;
    }

    private static double Between(double[] sorted, double fraction)
    {
        double at = Math.Clamp(fraction * sorted.Length - 0.5, 0, sorted.Length - 1);
        int low = (int)at, high = Math.Min(low + 1, sorted.Length - 1);
        return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
    }
}
