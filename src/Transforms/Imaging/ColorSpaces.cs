namespace MLNetStyle.Imaging;

/// <summary>Conversions between RGB and spaces that part lightness from colour. The three planes keep their order in the result.</summary>
/// <remarks>RGB is sRGB (IEC 61966-2-1), 0 to 255. Values outside are converted alike. Thread-safe.</remarks>
internal static class ColorSpaces
{
    private const double Epsilon = 216.0 / 24389, Kappa = 24389.0 / 27;

    private static readonly double[,] s_toYiq = { { 0.299, 0.587, 0.114 }, { 0.5959, -0.2746, -0.3213 }, { 0.2115, -0.5227, 0.3112 } };
    private static readonly double[,] s_fromYiq = Matrix3.Inverse(s_toYiq);

    private static readonly double[,] s_toXyz =
    {
        { 0.4124564, 0.3575761, 0.1804375 }, { 0.2126729, 0.7151522, 0.0721750 }, { 0.0193339, 0.1191920, 0.9503041 },
    };

    private static readonly double[,] s_fromXyz = Matrix3.Inverse(s_toXyz);

    // The white point is the matrix's own image of RGB white, so greys have a = b = 0 exactly.
    private static readonly double[] s_white = [.. Enumerable.Range(0, 3).Select(row => s_toXyz[row, 0] + s_toXyz[row, 1]
        + s_toXyz[row, 2])];

    /// <summary>RGB to YIQ by the NTSC matrix on gamma-coded values.</summary>
    /// <param name="rgb">The image.</param>
    /// <returns>Y 0..255; I and Q about -152..152 and -133..133, 0 for greys.</returns>
    public static PlanarImage ToYiq(PlanarImage rgb) => Linear(rgb, s_toYiq);

    /// <summary>YIQ to RGB, the exact inverse of <see cref="ToYiq"/>.</summary>
    /// <param name="yiq">Y, I and Q.</param>
    public static PlanarImage FromYiq(PlanarImage yiq) => Linear(yiq, s_fromYiq);

    /// <summary>RGB to CIE L*a*b* with the D65 white point (CIE 15:2004, section 8.2.1).</summary>
    /// <param name="rgb">The image.</param>
    /// <returns>L* 0..100; a* and b* about -86..98 and -108..94, 0 for greys.</returns>
    public static PlanarImage ToLab(PlanarImage rgb)
    {
        ArgumentNullException.ThrowIfNull(rgb);
        return Map(rgb, static (r, g, b) =>
        {
            (double x, double y, double z) = Transform(s_toXyz, Linearise(r / 255), Linearise(g / 255), Linearise(b / 255));
            double fx = Forward(x / s_white[0]), fy = Forward(y / s_white[1]), fz = Forward(z / s_white[2]);
            return ((116 * fy) - 16, 500 * (fx - fy), 200 * (fy - fz));
        });
    }

    /// <summary>CIE L*a*b* to RGB, the inverse of <see cref="ToLab"/>. Colours that sRGB lacks come out below 0 or above 255.</summary>
    /// <param name="lab">L*, a* and b*.</param>
    public static PlanarImage FromLab(PlanarImage lab)
    {
        ArgumentNullException.ThrowIfNull(lab);
        return Map(lab, static (l, a, b) =>
        {
            double fy = (l + 16) / 116;
            (double red, double green, double blue) = Transform(
                s_fromXyz, s_white[0] * Backward(fy + (a / 500)), s_white[1] * Backward(fy), s_white[2] * Backward(fy - (b / 200)));
            return (255 * Code(red), 255 * Code(green), 255 * Code(blue));
        });
    }

    internal static PlanarImage Linear(PlanarImage image, double[,] matrix)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Map(image, (r, g, b) => Transform(matrix, r, g, b));
    }

    internal static PlanarImage Map(PlanarImage image, Func<double, double, double, (double, double, double)> function)
    {
        PlanarImage result = new(image.Width, image.Height);
        Span<float> r = image.Plane(0), g = image.Plane(1), b = image.Plane(2), x = result.Plane(0), y = result.Plane(1),
            z = result.Plane(2);
        for (int i = 0; i < r.Length; i++)
        {
            (double u, double v, double w) = function(r[i], g[i], b[i]);
            (x[i], y[i], z[i]) = ((float)u, (float)v, (float)w);
        }
        return result;
    }

    private static (double, double, double) Transform(double[,] m, double x, double y, double z) => (
        (m[0, 0] * x) + (m[0, 1] * y) + (m[0, 2] * z),
        (m[1, 0] * x) + (m[1, 1] * y) + (m[1, 2] * z),
        (m[2, 0] * x) + (m[2, 1] * y) + (m[2, 2] * z));

    // Odd functions: what lies below 0 mirrors what lies above, so that nothing is lost on the way there and back.
    private static double Linearise(double v) =>
        v < 0 ? -Linearise(-v) : v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);

    private static double Code(double v) =>
        v < 0 ? -Code(-v) : v <= 0.04045 / 12.92 ? 12.92 * v : (1.055 * Math.Pow(v, 1 / 2.4)) - 0.055;

    private static double Forward(double t) => t > Epsilon ? Math.Cbrt(t) : ((Kappa * t) + 16) / 116;

    private static double Backward(double f) => f * f * f > Epsilon ? f * f * f : ((116 * f) - 16) / Kappa;
}
