using MLNetStyle.Stylization;

namespace MLNetStyle;

/// <summary>How <c>PreserveColor</c> brings the content's colours back.</summary>
/// <remarks>An estimator takes a copy, so later changes do not reach it. Not safe for use by several threads while it is being changed.</remarks>
public class PreserveColorOptions
{
    /// <summary>
    /// Luminance joins the styled image's luminance to the content's chrominance; Histogram gives the styled image the mean and
    /// covariance of the content's colours. Default Luminance.
    /// </summary>
    public PreserveColorMode Mode { get; set; } = PreserveColorMode.Luminance;

    /// <summary>
    /// The text column that names a row in error messages; null takes a column that is called like a path, else the only text
    /// column, else none. Default null.
    /// </summary>
    public string? PathColumn { get; set; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">The mode is none of the two.</exception>
    public void Validate()
    {
        if (Mode is not (PreserveColorMode.Luminance or PreserveColorMode.Histogram))
            throw new ArgumentException($"{nameof(Mode)} is {Mode}; it must be {PreserveColorMode.Luminance} or {PreserveColorMode.Histogram}. Leave the transform out to keep the style's colours.", nameof(Mode));
    }
}
