using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetStyle.Pipeline;

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
    /// <param name="monitor">What is told on the way of the rows, and what ends them; null for nothing.</param>
    /// <exception cref="ArgumentException">An option is out of range, a name is empty, or the folder has no picture.</exception>
    [OverloadResolutionPriority(1)] // so that null is no ambiguity, but an error that names the parameter
    public static StyleTransferEstimator StyleTransfer(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, string style,
            StyleTransferOptions? options = null, MLContext? context = null,
            StyleTransferMonitor? monitor = null) =>
        StyleTransfer(catalog, outputColumnName, inputColumnName, Of(style), options, context, monitor);

    /// <summary>Repaints images in the style of an image in memory, which is copied at once and may be disposed.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column of pictures to add.</param>
    /// <param name="inputColumnName">The column of content images; null if it is called as the output.</param>
    /// <param name="style">The style image.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="context">The context for messages and GpuDeviceId; null for none.</param>
    /// <param name="monitor">What is told on the way of the rows, and what ends them; null for nothing.</param>
    /// <exception cref="ArgumentException">An option is out of range, or a name is empty.</exception>
    public static StyleTransferEstimator StyleTransfer(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, MLImage style,
            StyleTransferOptions? options = null, MLContext? context = null,
            StyleTransferMonitor? monitor = null) =>
        StyleTransfer(catalog, outputColumnName, inputColumnName, [Of(style)], options, context, monitor);

    /// <summary>Repaints images in a blend of the styles of several images.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column of pictures to add.</param>
    /// <param name="inputColumnName">The column of content images; null if it is called as the output.</param>
    /// <param name="styles">The style images with their weights; a path may stand for an image of weight 1.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="context">The context for messages and GpuDeviceId; null for none.</param>
    /// <param name="monitor">What is told on the way of the rows, and what ends them; null for nothing.</param>
    /// <exception cref="ArgumentException">There is no style image, an option is out of range, or a name is empty.</exception>
    public static StyleTransferEstimator StyleTransfer(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, IEnumerable<StyleImage> styles,
            StyleTransferOptions? options = null,
            MLContext? context = null, StyleTransferMonitor? monitor = null) =>
        new(catalog, context, new StyleTransferColumns(outputColumnName, inputColumnName ?? outputColumnName, null), styles, options,
            monitor);

    /// <summary>Repaints each row's image in the style of another image of the same row.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column of pictures to add.</param>
    /// <param name="inputColumnName">The column of content images; null if it is called as the output.</param>
    /// <param name="styleColumnName">The column of style images.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="context">The context for messages and GpuDeviceId; null for none.</param>
    /// <param name="monitor">What is told on the way of the rows, and what ends them; null for nothing.</param>
    /// <exception cref="ArgumentException">An option is out of range, or a name is empty.</exception>
    public static StyleTransferEstimator StyleTransferFromColumn(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, string styleColumnName,
            StyleTransferOptions? options = null,
            MLContext? context = null, StyleTransferMonitor? monitor = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(styleColumnName);
        return new(catalog, context, new StyleTransferColumns(outputColumnName, inputColumnName ?? outputColumnName, styleColumnName), [],
            options, monitor);
    }

    /// <summary>Repaints images of several columns in the style of an image file, or of all the pictures of a folder.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="columns">The columns of pictures to add, each with its column of content images.</param>
    /// <param name="style">The file of the style image, or a folder of them; measured once for each column.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="context">The context for messages and GpuDeviceId; null for none.</param>
    /// <param name="monitor">What is told on the way of the rows, and what ends them; null for nothing.</param>
    /// <returns>An estimator for each pair, one after the other.</returns>
    /// <exception cref="ArgumentException">As for one column; or there is no pair, or one takes what another makes.</exception>
    public static EstimatorChain<StyleTransferTransformer> StyleTransfer(
        this TransformsCatalog catalog, InputOutputColumnPair[] columns, string style, StyleTransferOptions? options = null,
            MLContext? context = null, StyleTransferMonitor? monitor = null) =>
        ColumnPairs.Chain(columns, (output, input) => StyleTransfer(catalog, output, input, style, options, context, monitor));

    private static IReadOnlyList<StyleImage> Of(string style)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(style);
        return Directory.Exists(style) ? StyleImage.Folder(style) : [new StyleImage(style)];
    }

    private static StyleImage Of(MLImage style)
    {
        ArgumentNullException.ThrowIfNull(style);
        return new StyleImage(style);
    }
}
