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
            throw new ArgumentException("The image holds a sample that is infinite or not a number; its colours can't be measured.",
                nameof(image));
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
        return new ColorStatistics([mr, mg, mb],
            new[,] { { rr / n, rg / n, rb / n }, { rg / n, gg / n, gb / n }, { rb / n, gb / n, bb / n } });
    }

    /// <summary>Measures the part of an image that a mask says; null where the mask is empty.</summary>
    internal static ColorStatistics? Of(PlanarImage image, ReadOnlySpan<float> mask)
    {
        double total = 0;
        double[] mean = new double[3];
        for (int i = 0; i < mask.Length; i++) total += mask[i];
        if (!(total > 0)) return null;
        for (int c = 0; c < 3; c++)
        {
            ReadOnlySpan<float> plane = image.Plane(c);
            double sum = 0;
            for (int i = 0; i < mask.Length; i++) sum += (double)mask[i] * plane[i];
            mean[c] = sum / total;
        }
        double[,] covariance = new double[3, 3];
        for (int a = 0; a < 3; a++)
        {
            for (int b = a; b < 3; b++)
            {
                ReadOnlySpan<float> x = image.Plane(a), y = image.Plane(b);
                double sum = 0;
                for (int i = 0; i < mask.Length; i++) sum += mask[i] * (x[i] - mean[a]) * (y[i] - mean[b]);
                covariance[a, b] = covariance[b, a] = sum / total;
            }
        }
        return new ColorStatistics(mean, covariance);
    }

    /// <summary>The colours of several images as of one: a mixture by weights, which add up to 1.</summary>
    internal static ColorStatistics Mix(IReadOnlyList<(double Weight, ColorStatistics Colors)> parts)
    {
        double[] mean = new double[3];
        double[,] covariance = new double[3, 3];
        foreach ((double weight, ColorStatistics colors) in parts)
            for (int a = 0; a < 3; a++) mean[a] += weight * colors.Mean[a];
        foreach ((double weight, ColorStatistics colors) in parts)
            for (int a = 0; a < 3; a++)
                for (int b = 0; b < 3; b++)
                    covariance[a, b] += weight * (colors.Covariance[a, b] + (colors.Mean[a] - mean[a]) * (colors.Mean[b] - mean[b]));
        return new ColorStatistics(mean, covariance);
    }

    /// <summary>Mean and covariance between two, in proportion.</summary>
    /// <param name="first">At 0.</param>
    /// <param name="second">At 1.</param>
    /// <param name="share">0 to 1.</param>
    internal static ColorStatistics Between(ColorStatistics first, ColorStatistics second, double share)
    {
        double[] numbers = first.ToNumbers(), other = second.ToNumbers();
        for (int i = 0; i < numbers.Length; i++) numbers[i] += share * (other[i] - numbers[i]);
        return FromNumbers(numbers);
    }

    /// <summary>The mean and then the covariance, row by row: twelve numbers.</summary>
    internal double[] ToNumbers() => [.. Mean, .. Covariance.Cast<double>()];

    /// <summary>What <see cref="ToNumbers"/> gave.</summary>
    /// <exception cref="ArgumentException">The numbers are not those of any colours.</exception>
    internal static ColorStatistics FromNumbers(IReadOnlyList<double> numbers)
    {
        if (numbers.Count != 12
            || numbers.Any(n => !double.IsFinite(n))) throw new ArgumentException("The mean and the covariance of colours are twelve "
            + "finite numbers.", nameof(numbers));
        double[,] covariance = new double[3, 3];
        for (int i = 0; i < 9; i++) covariance[i / 3, i % 3] = numbers[3 + i];
        for (int a = 0; a < 3; a++)
            for (int b = 0; b < 3; b++)
                if (covariance[a, b] != covariance[b, a]
                    || (a == b && covariance[a,
                    b] < 0)) throw new ArgumentException("A covariance is symmetric, and no variance is negative.", nameof(numbers));
        return new ColorStatistics([numbers[0], numbers[1], numbers[2]], covariance);
    }

    internal static (double Mean, double Deviation) OfPlane(ReadOnlySpan<float> plane)
    {
        double mean = Average(plane), sum = 0;
        if (!double.IsFinite(mean)) throw new ArgumentException("The image holds a sample that is infinite or not a number; its "
            + "luminance can't be measured.");
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
