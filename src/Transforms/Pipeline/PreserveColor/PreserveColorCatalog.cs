using Microsoft.ML;

namespace MLNetStyle;

/// <summary>The colour transform of <c>MLContext.Transforms</c>.</summary>
public static class PreserveColorCatalog
{
    /// <summary>Gives styled images the colours of their contents.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column of pictures to add.</param>
    /// <param name="styledColumnName">The column of styled images; null if it is called as the output.</param>
    /// <param name="contentColumnName">The column of content images.</param>
    /// <param name="mode">Luminance keeps the content's chrominance, Histogram or HistogramAfter its mean and covariance of
    /// colours.</param>
    /// <param name="context">The context whose Log gets warnings; null for none.</param>
    /// <exception cref="ArgumentException">The mode is None or undefined, or a name is empty.</exception>
    public static PreserveColorEstimator PreserveColor(
        this TransformsCatalog catalog, string outputColumnName, string? styledColumnName, string contentColumnName,
            PreserveColorMode mode = PreserveColorMode.Luminance, MLContext? context = null) =>
        PreserveColor(catalog, outputColumnName, styledColumnName, contentColumnName, new PreserveColorOptions { Mode = mode }, context);

    /// <summary>Gives styled images the colours of their contents.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column of pictures to add.</param>
    /// <param name="styledColumnName">The column of styled images; null if it is called as the output.</param>
    /// <param name="contentColumnName">The column of content images.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="context">The context whose Log gets warnings; null for none.</param>
    /// <exception cref="ArgumentException">An option is undefined or belongs to another mode, or a name is empty.</exception>
    public static PreserveColorEstimator PreserveColor(
        this TransformsCatalog catalog, string outputColumnName, string? styledColumnName, string contentColumnName,
            PreserveColorOptions? options, MLContext? context = null) =>
        new(catalog, context, outputColumnName, styledColumnName, contentColumnName, options);
}
