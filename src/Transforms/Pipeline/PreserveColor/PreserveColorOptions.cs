using MLNetStyle.Stylization;

namespace MLNetStyle;

/// <summary>How <c>PreserveColor</c> brings the content's colours back.</summary>
/// <remarks>An estimator takes a copy, so later changes do not reach it. Not safe for use by several threads while it is being
/// changed.</remarks>
public class PreserveColorOptions
{
    /// <summary>
    /// Luminance joins the styled image's luminance to the content's chrominance; Histogram gives the styled image the mean and
    /// covariance of the content's colours. Here, where a finished image is recoloured, HistogramAfter is the same. (To match a style
    /// to a content before a run, give the transform the style as the styled image.) Default Luminance.
    /// </summary>
    public PreserveColorMode Mode { get; set; } = PreserveColorMode.Luminance;

    /// <summary>What counts as luminance; Lab is refused in the other modes. Default Y of YIQ.</summary>
    public LuminanceSpace LuminanceSpace { get; set; } = LuminanceSpace.Yiq;

    /// <summary>
    /// Whether the styled image's luminance first gets the mean and standard deviation of the content's. Only in the mode Luminance.
    /// Default no.
    /// </summary>
    public bool MatchLuminance { get; set; }

    /// <summary>The linear map that matches colours; Cholesky is refused in the mode Luminance. Default by symmetric square
    /// roots.</summary>
    public ColorMatching ColorMatching { get; set; } = ColorMatching.SquareRoot;

    /// <summary>
    /// The text column that names a row in error messages; null takes a column that is called like a path, else the only text
    /// column, else none. Default null.
    /// </summary>
    public string? PathColumn { get; set; }

    /// <summary>
    /// Whether rows with an image that can't be read or worked on are left out, as <see cref="StyleTransferOptions.SkipUnreadable"/> says.
    /// Default no.
    /// </summary>
    public bool SkipUnreadable { get; set; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">The mode is None, an option is undefined, or one belongs to another mode.</exception>
    public void Validate()
    {
        if (Mode == PreserveColorMode.None)
            throw new ArgumentException($"{nameof(Mode)} is {Mode}; it must be {PreserveColorMode.Luminance}, "
                + $"{PreserveColorMode.Histogram} or {PreserveColorMode.HistogramAfter}. Leave the transform out to keep the style's "
                + $"colours.", nameof(Mode));
        Keeping.Validate(nameof(Mode));
    }

    internal ColorKeeping Keeping => new(Mode, LuminanceSpace, ColorMatching, MatchLuminance);
}
