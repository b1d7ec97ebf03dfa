using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetStyle;

/// <summary>The style transfer transforms of <c>MLContext.Transforms</c>.</summary>
public static class StyleTransferCatalog
{
    /// <summary>Repaints images in the style of an image file, or of all the pictures of a folder.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column of pictures to add.</param>
    /// <param name="inputColumnName">The column of content images; null if it is called as the output.</param>
    /// <param name="style">The file of the style image; or a folder, whose pictures count alike: see
    /// <see cref="StyleImage.Folder"/>.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="context">
    /// The context whose Log gets messages and warnings and whose GpuDeviceId is followed; a catalog can't tell it. Null for none.
    /// </param>
    /// <exception cref="ArgumentException">An option is out of range, a name is empty, or the folder has no picture.</exception>
    public static StyleTransferEstimator StyleTransfer(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, string style,
            StyleTransferOptions? options = null, MLContext? context = null) =>
        StyleTransfer(catalog, outputColumnName, inputColumnName, Directory.Exists(style) ? StyleImage.Folder(style)
            : [new StyleImage(style)], options, context);

    /// <summary>Repaints images in the style of an image in memory, which is copied at once and may be disposed.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column of pictures to add.</param>
    /// <param name="inputColumnName">The column of content images; null if it is called as the output.</param>
    /// <param name="style">The style image.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="context">The context for messages and GpuDeviceId; null for none.</param>
    /// <exception cref="ArgumentException">An option is out of range, or a name is empty.</exception>
    public static StyleTransferEstimator StyleTransfer(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, MLImage style,
            StyleTransferOptions? options = null, MLContext? context = null) =>
        StyleTransfer(catalog, outputColumnName, inputColumnName, [new StyleImage(style)], options, context);

    /// <summary>Repaints images in a blend of the styles of several images.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column of pictures to add.</param>
    /// <param name="inputColumnName">The column of content images; null if it is called as the output.</param>
    /// <param name="styles">The style images with their weights; a path may stand for an image of weight 1.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="context">The context for messages and GpuDeviceId; null for none.</param>
    /// <exception cref="ArgumentException">There is no style image, an option is out of range, or a name is empty.</exception>
    public static StyleTransferEstimator StyleTransfer(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, IEnumerable<StyleImage> styles,
            StyleTransferOptions? options = null,
        MLContext? context = null) =>
        new(catalog, context, new StyleTransferColumns(outputColumnName, inputColumnName ?? outputColumnName, null), styles, options);

    /// <summary>Repaints each row's image in the style of another image of the same row.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column of pictures to add.</param>
    /// <param name="inputColumnName">The column of content images; null if it is called as the output.</param>
    /// <param name="styleColumnName">The column of style images.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="context">The context for messages and GpuDeviceId; null for none.</param>
    /// <exception cref="ArgumentException">An option is out of range, or a name is empty.</exception>
    public static StyleTransferEstimator StyleTransferFromColumn(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, string styleColumnName,
            StyleTransferOptions? options = null,
        MLContext? context = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(styleColumnName);
        return new(catalog, context, new StyleTransferColumns(outputColumnName, inputColumnName ?? outputColumnName, styleColumnName), [],
            options);
    }
}
