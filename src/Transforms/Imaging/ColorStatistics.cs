namespace MLNetStyle.Imaging;

/// <summary>The mean and the covariance of an image's colours.</summary>
/// <remarks>Immutable by convention, thread-safe.</remarks>
internal sealed class ColorStatistics
{
    private ColorStatistics(double[] mean, double[,] covariance) => (Mean, Covariance) = (mean, covariance);

    /// <summary>The mean of red, green and blue, 0 to 255.</summary>
    public IReadOnlyList<double> Mean { get; }

    /// <summary>The 3 x 3 covariance: the mean of (x - mean)(x - mean)^T over the pixels.</summary>
    internal double[,] Covariance { get; }

    /// <summary>An element of the covariance.</summary>
    /// <param name="row">0 red, 1 green, 2 blue.</param>
    /// <param name="column">Likewise.</param>
    public double this[int row, int column] => Covariance[row, column];

    /// <summary>Measures an image.</summary>
    /// <param name="image">The image.</param>
    /// <exception cref="ArgumentException">A sample is infinite or not a number.</exception>
    public static ColorStatistics Of(PlanarImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        Span<float> r = image.Plane(0), g = image.Plane(1), b = image.Plane(2);
        double mr = Average(r), mg = Average(g), mb = Average(b), rr = 0, rg = 0, rb = 0, gg = 0, gb = 0, bb = 0;
        if (!double.IsFinite(mr + mg + mb))
            throw new ArgumentException("The image holds a sample that is infinite or not a number; its colours can't be measured.", nameof(image));
        for (int i = 0; i < r.Length; i++)
        {
            double x = r[i] - mr, y = g[i] - mg, z = b[i] - mb;
            rr += x * x;
            rg += x * y;
            rb += x * z;
            gg += y * y;
            gb += y * z;
            bb += z * z;
        }
        double n = r.Length;
        return new ColorStatistics([mr, mg, mb], new[,] { { rr / n, rg / n, rb / n }, { rg / n, gg / n, gb / n }, { rb / n, gb / n, bb / n } });
    }

    internal static (double Mean, double Deviation) OfPlane(ReadOnlySpan<float> plane)
    {
        double mean = Average(plane), sum = 0;
        if (!double.IsFinite(mean)) throw new ArgumentException("The image holds a sample that is infinite or not a number; its luminance can't be measured.");
        foreach (float v in plane) sum += (v - mean) * (v - mean);
        return (mean, Math.Sqrt(sum / plane.Length));
    }

    private static double Average(ReadOnlySpan<float> plane)
    {
        double sum = 0;
        foreach (float v in plane) sum += v;
        return sum / plane.Length;
    }
}
