using Microsoft.ML;

namespace MLNetStyle;

/// <summary>The transform of <c>MLContext.Transforms</c> that learns a style from data.</summary>
public static class LearnStyleCatalog
{
    /// <summary>Learns a style from all images of a column, and repaints the images of another column in it.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column of pictures to add.</param>
    /// <param name="contentColumnName">The column of content images; Fit does not read it. Null if it is called as the output.</param>
    /// <param name="styleColumnName">The column of style images, read by Fit alone.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="context">
    /// The context whose Log gets messages and warnings and whose GpuDeviceId is followed; a catalog can't tell it. Null for none.
    /// </param>
    /// <param name="monitor">What is told on the way of the rows, and what ends them; null for nothing.</param>
    /// <exception cref="ArgumentException">An option is out of range or needs the style images to be kept, or a name is empty.</exception>
    public static LearnStyleEstimator LearnStyle(
        this TransformsCatalog catalog, string outputColumnName, string? contentColumnName, string styleColumnName,
            StyleTransferOptions? options = null, MLContext? context = null, StyleTransferMonitor? monitor = null) =>
        new(catalog, context, outputColumnName, contentColumnName, styleColumnName, options, monitor);
}
