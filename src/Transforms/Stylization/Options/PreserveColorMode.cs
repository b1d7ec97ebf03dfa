namespace MLNetStyle;

/// <summary>How the colours of the content are kept (Gatys et al. 2016, "Preserving Color in Neural Artistic Style Transfer").</summary>
public enum PreserveColorMode
{
    /// <summary>They are not: the colours of the style are part of the style.</summary>
    None,

    /// <summary>
    /// Luminance-only transfer (section 4): the network sees content and style in grey, and the result's luminance is joined to the
    /// content's own chrominance after the run.
    /// </summary>
    Luminance,

    /// <summary>
    /// Colour histogram matching (section 3): every style image is given the mean and covariance of the content's colours
    /// before it is measured. The style is then measured once per content, so a <see cref="StyleTarget"/> keeps its images.
    /// </summary>
    Histogram,

    /// <summary>
    /// Colour histogram matching after the run: the style keeps its colours while it is compared, and the finished picture is given
    /// the mean and covariance of the content's colours.
    /// </summary>
    HistogramAfter,
}
