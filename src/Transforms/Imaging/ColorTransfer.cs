using MLNetStyle.Imaging;

namespace MLNetStyle;

/// <summary>Keeps or moves the colours of an image.</summary>
/// <remarks>
/// Both ways of Gatys, Bethge, Hertzmann and Shechtman, "Preserving Color in Neural Artistic Style Transfer", 2016
/// (arXiv:1606.05897): luminance-only transfer, and a linear map of the RGB colours that matches mean and covariance.
/// Results are not clamped: <see cref="PixelBytes.Clamp"/> or the conversion to bytes does that. No method changes its arguments.
/// Thread-safe.
/// </remarks>
public static class ColorTransfer
{
    /// <summary>The variance of rounding to whole numbers: with less than this along some direction an image has nothing to say
    /// there.</summary>
    private const double RoundingVariance = 1.0 / 12;

    /// <summary>The luminance of one image with the colours of another: the last step of the luminance-only transfer.</summary>
    /// <param name="styled">The image whose luminance is taken.</param>
    /// <param name="content">The image whose chroma is kept; resized to the styled image's size if it differs.</param>
    /// <param name="space">What counts as luminance.</param>
    /// <param name="matchLuminance">True first gives the luminance the mean and the standard deviation of the content's luminance.</param>
    /// <returns>A new image of the styled image's size; its chroma equals the content's.</returns>
    public static PlanarImage Luminance(
        PlanarImage styled, PlanarImage content, LuminanceSpace space = LuminanceSpace.Yiq, bool matchLuminance = false)
    {
        ArgumentNullException.ThrowIfNull(styled);
        ArgumentNullException.ThrowIfNull(content);
        if ((content.Width, content.Height) != (styled.Width, styled.Height)) content = Resizer.Resize(content, styled.Width,
            styled.Height);
        PlanarImage light = To(space, styled), color = To(space, content);
        if (matchLuminance) Match(light.Plane(0), color.Plane(0));
        light.Plane(0).CopyTo(color.Plane(0));
        return From(space, color);
    }

    /// <summary>An image without its chroma: what the luminance-only transfer lets the network see.</summary>
    /// <param name="image">The image.</param>
    /// <param name="space">What counts as luminance.</param>
    /// <returns>A new grey image.</returns>
    public static PlanarImage Grey(PlanarImage image, LuminanceSpace space = LuminanceSpace.Yiq)
    {
        PlanarImage result = To(space, image);
        result.Samples.AsSpan(result.Width * result.Height).Clear();
        return From(space, result);
    }

    /// <summary>
    /// Moves the luminance of a style to the mean and the standard deviation of the content's,
    /// L' = (sigma_C / sigma_S) (L - mu_S) + mu_C (the article, "Luminance-only transfer"), before the style is measured.
    /// </summary>
    /// <param name="style">The image to change.</param>
    /// <param name="content">The image whose luminance is matched; of any size.</param>
    /// <param name="space">What counts as luminance.</param>
    /// <returns>A new image with the style's chroma. A style without contrast keeps none: it only moves to the content's mean.</returns>
    public static PlanarImage MatchLuminance(PlanarImage style, PlanarImage content, LuminanceSpace space = LuminanceSpace.Yiq)
    {
        PlanarImage result = To(space, style), reference = To(space, content);
        Match(result.Plane(0), reference.Plane(0));
        return From(space, result);
    }

    /// <summary>Gives an image the mean and the covariance of another image's colours.</summary>
    /// <param name="source">The image to change: the style before a run, or a result after it.</param>
    /// <param name="reference">The image whose colours are matched; of any size.</param>
    /// <param name="matching">Which linear map.</param>
    /// <returns>A new image of the source's size.</returns>
    /// <exception cref="ArgumentException">A sample is infinite or not a number.</exception>
    public static PlanarImage MatchHistogram(PlanarImage source, PlanarImage reference,
        ColorMatching matching = ColorMatching.SquareRoot) =>
        MatchHistogram(source, ColorStatistics.Of(reference), matching);

    /// <summary>Gives an image a mean and a covariance of colours.</summary>
    /// <remarks>
    /// x' = A x + b with b = mu_C - A mu_S and A S A^T = C (the article, "Color histogram matching"), S the source's covariance and C the
    /// reference's. A is
    /// C^(1/2) S^(-1/2) or L_C L_S^(-1). Directions in which the source varies by less than rounding to bytes (variance 1/12) are
    /// lifted to that before the inverse is taken, so a grey source stays finite and its noise is not blown up; there, and only
    /// there, the result has less variance than the reference.
    /// </remarks>
    /// <param name="source">The image to change.</param>
    /// <param name="reference">The mean and the covariance to have.</param>
    /// <param name="matching">Which linear map.</param>
    /// <returns>A new image of the source's size.</returns>
    /// <exception cref="ArgumentException">A sample is infinite or not a number.</exception>
    internal static PlanarImage MatchHistogram(PlanarImage source, ColorStatistics reference,
        ColorMatching matching = ColorMatching.SquareRoot)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ColorStatistics own = ColorStatistics.Of(source);
        double[,] a = matching switch
        {
            ColorMatching.SquareRoot => Matrix3.Multiply(
                Matrix3.Apply(reference.Covariance, static v => Math.Sqrt(Math.Max(v, 0))),
                Matrix3.Apply(own.Covariance, static v => 1 / Math.Sqrt(Math.Max(v, RoundingVariance)))),
            ColorMatching.Cholesky => Matrix3.Multiply(
                Matrix3.Cholesky(reference.Covariance),
                Matrix3.Inverse(Matrix3.Cholesky(Matrix3.Apply(own.Covariance, static v => Math.Max(v, RoundingVariance))))),
            _ => throw new ArgumentOutOfRangeException(nameof(matching), matching, "Not a way of matching; use SquareRoot or Cholesky."),
        };
        return Mapped(source, a, [.. own.Mean], [.. reference.Mean]);
    }

    /// <summary>
    /// Brings colours to a mean and a covariance by the map that moves them least, x' = T (x - mu) + mu_C with T = S^(-1/2) (S^(1/2) C
    /// S^(1/2))^(1/2) S^(-1/2):
    /// the optimal transport between Gaussians (Olkin and Pukelsheim 1982; Pitié and Kokaram, "The Linear Monge-Kantorovitch Linear Colour
    /// Mapping for
    /// Example-Based Colour Transfer", 2007, equation 12).
    /// </summary>
    /// <param name="image">The image to change.</param>
    /// <param name="own">Its colours, or those of the part that is to change.</param>
    /// <param name="reference">The mean and the covariance to have.</param>
    /// <returns>A new image, within 0..255.</returns>
    internal static PlanarImage Recolor(PlanarImage image, ColorStatistics own, ColorStatistics reference)
    {
        PlanarImage recolored = Mapped(image, Transport(own, reference), [.. own.Mean], [.. reference.Mean]);
        PixelBytes.Clamp(recolored);
        return recolored;
    }

    /// <summary>
    /// Draws colours in to where they spread no farther than others: the map of <see cref="Recolor"/> about the image's own mean, along
    /// those of its directions alone in which it shrinks (eigenvalues of at most 1).
    /// </summary>
    /// <param name="image">The image to change.</param>
    /// <param name="own">Its colours, or those of the part that is to change.</param>
    /// <param name="reference">The covariance that is the most.</param>
    /// <returns>A new image, within 0..255; the same one where no direction shrinks.</returns>
    internal static PlanarImage Bound(PlanarImage image, ColorStatistics own, ColorStatistics reference)
    {
        double[,] transport = Transport(own, reference);
        if (Matrix3.Eigen(transport).Values.All(v => v >= 1)) return image;
        double[] mean = [.. own.Mean];
        PlanarImage bounded = Mapped(image, Matrix3.Apply(transport, static v => Math.Clamp(v, 0, 1)), mean, mean);
        PixelBytes.Clamp(bounded);
        return bounded;
    }

    private static double[,] Transport(ColorStatistics own, ColorStatistics reference)
    {
        double[,] root = Matrix3.Apply(own.Covariance, static v => Math.Sqrt(Math.Max(v, RoundingVariance)));
        double[,] inverse = Matrix3.Apply(own.Covariance, static v => 1 / Math.Sqrt(Math.Max(v, RoundingVariance)));
        double[,] middle = Matrix3.Apply(Matrix3.Multiply(root, Matrix3.Multiply(reference.Covariance, root)), static v =>
            Math.Sqrt(Math.Max(v, 0)));
        return Matrix3.Multiply(inverse, Matrix3.Multiply(middle, inverse));
    }

    private static PlanarImage Mapped(PlanarImage source, double[,] a, double[] from, double[] to) => ColorSpaces.Map(source, (r, g, b) =>
    {
        double x = r - from[0], y = g - from[1], z = b - from[2];
        return (
            (a[0, 0] * x) + (a[0, 1] * y) + (a[0, 2] * z) + to[0],
            (a[1, 0] * x) + (a[1, 1] * y) + (a[1, 2] * z) + to[1],
            (a[2, 0] * x) + (a[2, 1] * y) + (a[2, 2] * z) + to[2]);
    });

    private static void Match(Span<float> luminance, ReadOnlySpan<float> reference)
    {
        (double mean, double deviation) = ColorStatistics.OfPlane(luminance);
        (double wantedMean, double wantedDeviation) = ColorStatistics.OfPlane(reference);
        double gain = deviation > 1e-6 ? wantedDeviation / deviation : 0;
        for (int i = 0; i < luminance.Length; i++) luminance[i] = (float)((gain * (luminance[i] - mean)) + wantedMean);
    }

    private static PlanarImage To(LuminanceSpace space, PlanarImage image) => space switch
    {
        LuminanceSpace.Yiq => ColorSpaces.ToYiq(image),
        LuminanceSpace.Lab => ColorSpaces.ToLab(image),
        _ => throw new ArgumentOutOfRangeException(nameof(space), space, "Not a space of luminance; use Yiq or Lab."),
    };

    private static PlanarImage From(LuminanceSpace space, PlanarImage image) =>
        space == LuminanceSpace.Yiq ? ColorSpaces.FromYiq(image) : ColorSpaces.FromLab(image);
}

/// <summary>Which of the linear maps between two covariances
/// <see cref="ColorTransfer.MatchHistogram(PlanarImage, PlanarImage, ColorMatching)"/> takes.</summary>
public enum ColorMatching
{
    /// <summary>
    /// The product of the symmetric square roots, C^(1/2) S^(-1/2): independent of the order of the channels, as in Image Analogies
    /// (Hertzmann et al. 2001, section 3.4).
    /// </summary>
    SquareRoot,

    /// <summary>The product of the Cholesky factors, L_C L_S^(-1): cheaper, and a little different for each order of the
    /// channels.</summary>
    Cholesky,
}
