using MLNetStyle.Optimization;

namespace MLNetStyle.Tests.Stylization;

/// <summary>Functions whose minima are known.</summary>
internal static class Functions
{
    /// <summary>sum of a_i (x_i - c_i)^2.</summary>
    public static Objective Quadratic(double[] curvature, double[] centre) => (x, g) =>
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double d = x[i] - centre[i % centre.Length], a = curvature[i % curvature.Length];
            sum += a * d * d;
            g[i] = (float)(2 * a * d);
        }
        return sum;
    };

    /// <summary>Rosenbrock's valley, chained over neighbours; minimum 0 at (1, ..., 1).</summary>
    public static double Rosenbrock(ReadOnlySpan<float> x, Span<float> g)
    {
        double sum = 0;
        g.Clear();
        for (int i = 0; i + 1 < x.Length; i++)
        {
            double a = x[i], b = x[i + 1], r = b - a * a, s = 1 - a;
            sum += 100 * r * r + s * s;
            g[i] += (float)(-400 * a * r - 2 * s);
            g[i + 1] += (float)(200 * r);
        }
        return sum;
    }

    /// <summary>A quadratic with neighbours coupled: 0.5 x.T x - b.x, T = tridiagonal (-1, 2.1, -1), which bounds make
    /// interesting.</summary>
    public static Objective Coupled(float[] b) => (x, g) =>
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double t = 2.1 * x[i] - (i > 0 ? x[i - 1] : 0) - (i + 1 < x.Length ? x[i + 1] : 0);
            g[i] = (float)(t - b[i]);
            sum += x[i] * (0.5 * t - b[i]);
        }
        return sum;
    };

    /// <summary>The largest violation of the first-order conditions of a minimum within bounds.</summary>
    public static double Violation(ReadOnlySpan<float> x, ReadOnlySpan<float> g, float lower, float upper)
    {
        double worst = 0;
        for (int i = 0; i < x.Length; i++) worst = Math.Max(worst, Math.Abs(x[i] - Math.Clamp(x[i] - (double)g[i], lower, upper)));
        return worst;
    }
}
