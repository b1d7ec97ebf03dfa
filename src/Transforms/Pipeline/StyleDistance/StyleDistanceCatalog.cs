using Microsoft.ML;

namespace MLNetStyle;

/// <summary>The style distance transform of <c>MLContext.Transforms</c>.</summary>
public static class StyleDistanceCatalog
{
    /// <summary>Measures how far each row's image is from another image of the row in style.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column of Single to add.</param>
    /// <param name="imageColumnName">The column of images; null if it is called as the output.</param>
    /// <param name="styleColumnName">The column of style images.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="context">The context whose Log gets messages and whose GpuDeviceId is followed; a catalog can't tell it. Null for
    /// none.</param>
    /// <exception cref="ArgumentException">An option is out of range, or a name is empty.</exception>
    public static StyleDistanceEstimator StyleDistance(
        this TransformsCatalog catalog, string outputColumnName, string? imageColumnName, string styleColumnName,
            StyleDistanceOptions? options = null,
        MLContext? context = null) =>
        new(catalog, context, outputColumnName, imageColumnName, styleColumnName, options);
}
