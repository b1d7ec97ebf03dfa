using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetStyle;

/// <summary>
/// The transforms of this library with the context that they are for, reached as <c>ml.Style</c>: their messages go to its <c>Log</c>, and
/// they follow its <c>GpuDeviceId</c> and <c>FallbackToCpu</c>. The same estimators as those of <c>ml.Transforms</c>, which can't tell
/// their context.
/// </summary>
/// <remarks>Immutable and safe to share between threads.</remarks>
public sealed class StyleCatalog
{
    private readonly MLContext _context;

    /// <summary>The transforms for a context; <c>ml.Style</c> is the shorter way, from C# 14 on.</summary>
    /// <param name="context">The context.</param>
    public StyleCatalog(MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _context = context;
    }

    private TransformsCatalog Transforms => _context.Transforms;

    /// <inheritdoc cref="StyleTransferCatalog.StyleTransfer(TransformsCatalog, string, string?, string, StyleTransferOptions?, MLContext?, StyleTransferMonitor?)"/>
    [OverloadResolutionPriority(1)]
    public StyleTransferEstimator StyleTransfer(
        string outputColumnName, string? inputColumnName, string style, StyleTransferOptions? options = null,
            StyleTransferMonitor? monitor = null) =>
        Transforms.StyleTransfer(outputColumnName, inputColumnName, style, options, _context, monitor);

    /// <inheritdoc cref="StyleTransferCatalog.StyleTransfer(TransformsCatalog, string, string?, MLImage, StyleTransferOptions?, MLContext?, StyleTransferMonitor?)"/>
    public StyleTransferEstimator StyleTransfer(
        string outputColumnName, string? inputColumnName, MLImage style, StyleTransferOptions? options = null,
            StyleTransferMonitor? monitor = null) =>
        Transforms.StyleTransfer(outputColumnName, inputColumnName, style, options, _context, monitor);

    /// <inheritdoc cref="StyleTransferCatalog.StyleTransfer(TransformsCatalog, string, string?, IEnumerable{StyleImage}, StyleTransferOptions?, MLContext?, StyleTransferMonitor?)"/>
    public StyleTransferEstimator StyleTransfer(
        string outputColumnName, string? inputColumnName, IEnumerable<StyleImage> styles, StyleTransferOptions? options = null,
            StyleTransferMonitor? monitor = null) =>
        Transforms.StyleTransfer(outputColumnName, inputColumnName, styles, options, _context, monitor);

    /// <inheritdoc cref="StyleTransferCatalog.StyleTransfer(TransformsCatalog, InputOutputColumnPair[], string, StyleTransferOptions?, MLContext?, StyleTransferMonitor?)"/>
    public EstimatorChain<StyleTransferTransformer> StyleTransfer(
        InputOutputColumnPair[] columns, string style, StyleTransferOptions? options = null, StyleTransferMonitor? monitor = null) =>
        Transforms.StyleTransfer(columns, style, options, _context, monitor);

    /// <inheritdoc cref="StyleTransferCatalog.StyleTransferFromColumn(TransformsCatalog, string, string?, string, StyleTransferOptions?, MLContext?, StyleTransferMonitor?)"/>
    public StyleTransferEstimator StyleTransferFromColumn(
        string outputColumnName, string? inputColumnName, string styleColumnName, StyleTransferOptions? options = null,
            StyleTransferMonitor? monitor = null) =>
        Transforms.StyleTransferFromColumn(outputColumnName, inputColumnName, styleColumnName, options, _context, monitor);

    /// <inheritdoc cref="LearnStyleCatalog.LearnStyle(TransformsCatalog, string, string?, string, StyleTransferOptions?, MLContext?, StyleTransferMonitor?)"/>
    public LearnStyleEstimator LearnStyle(
        string outputColumnName, string? contentColumnName, string styleColumnName, StyleTransferOptions? options = null,
            StyleTransferMonitor? monitor = null) =>
        Transforms.LearnStyle(outputColumnName, contentColumnName, styleColumnName, options, _context, monitor);

    /// <inheritdoc cref="FastStyleTransferCatalog.FastStyleTransfer(TransformsCatalog, string, string?, FastStyle, FastStyleTransferOptions?, MLContext?)"/>
    [OverloadResolutionPriority(1)]
    public FastStyleTransferEstimator FastStyleTransfer(
        string outputColumnName, string? inputColumnName, FastStyle style, FastStyleTransferOptions? options = null) =>
        Transforms.FastStyleTransfer(outputColumnName, inputColumnName, style, options, _context);

    /// <inheritdoc cref="FastStyleTransferCatalog.FastStyleTransfer(TransformsCatalog, string, string?, IEnumerable{FastStyle}, FastStyleTransferOptions?, MLContext?)"/>
    public FastStyleTransferEstimator FastStyleTransfer(
        string outputColumnName, string? inputColumnName, IEnumerable<FastStyle> styles, FastStyleTransferOptions? options = null) =>
        Transforms.FastStyleTransfer(outputColumnName, inputColumnName, styles, options, _context);

    /// <inheritdoc cref="FastStyleTransferCatalog.ApplyFastStyles(TransformsCatalog, string, string?, string, FastStyleTransferOptions?, MLContext?)"/>
    public ApplyFastStylesEstimator ApplyFastStyles(
        string outputColumnName, string? inputColumnName, string networkFile, FastStyleTransferOptions? options = null) =>
        Transforms.ApplyFastStyles(outputColumnName, inputColumnName, networkFile, options, _context);

    /// <inheritdoc cref="FastStyleTransferCatalog.ApplyFastStyles(TransformsCatalog, InputOutputColumnPair[], string, FastStyleTransferOptions?, MLContext?)"/>
    public EstimatorChain<FastStyleTransferTransformer> ApplyFastStyles(
        InputOutputColumnPair[] columns, string networkFile, FastStyleTransferOptions? options = null) =>
        Transforms.ApplyFastStyles(columns, networkFile, options, _context);

    /// <inheritdoc cref="VggFeaturesCatalog.VggFeatures(TransformsCatalog, string, string?, string, VggFeaturesOptions?, MLContext?)"/>
    [OverloadResolutionPriority(1)]
    public VggFeaturesEstimator VggFeatures(
        string outputColumnName, string? inputColumnName, string layer, VggFeaturesOptions? options = null) =>
        Transforms.VggFeatures(outputColumnName, inputColumnName, layer, options, _context);

    /// <inheritdoc cref="VggFeaturesCatalog.VggFeatures(TransformsCatalog, string, string?, IReadOnlyList{string}, VggFeaturesOptions?, MLContext?)"/>
    public VggFeaturesEstimator VggFeatures(
        string outputColumnName, string? inputColumnName, IReadOnlyList<string> layers, VggFeaturesOptions? options = null) =>
        Transforms.VggFeatures(outputColumnName, inputColumnName, layers, options, _context);

    /// <inheritdoc cref="VggFeaturesCatalog.VggFeatures(TransformsCatalog, InputOutputColumnPair[], string, VggFeaturesOptions?, MLContext?)"/>
    public EstimatorChain<VggFeaturesTransformer> VggFeatures(
        InputOutputColumnPair[] columns, string layer, VggFeaturesOptions? options = null) =>
        Transforms.VggFeatures(columns, layer, options, _context);

    /// <inheritdoc cref="GramStatisticsCatalog.GramStatistics(TransformsCatalog, string, string?, GramStatisticsOptions?, MLContext?)"/>
    [OverloadResolutionPriority(1)]
    public GramStatisticsEstimator GramStatistics(
        string outputColumnName, string? inputColumnName = null, GramStatisticsOptions? options = null) =>
        Transforms.GramStatistics(outputColumnName, inputColumnName, options, _context);

    /// <inheritdoc cref="GramStatisticsCatalog.GramStatistics(TransformsCatalog, string, string?, IReadOnlyList{string}, GramStatisticsOptions?, MLContext?)"/>
    public GramStatisticsEstimator GramStatistics(
        string outputColumnName, string? inputColumnName, IReadOnlyList<string> layers, GramStatisticsOptions? options = null) =>
        Transforms.GramStatistics(outputColumnName, inputColumnName, layers, options, _context);

    /// <inheritdoc cref="GramStatisticsCatalog.GramStatistics(TransformsCatalog, InputOutputColumnPair[], GramStatisticsOptions?, MLContext?)"/>
    public EstimatorChain<GramStatisticsTransformer> GramStatistics(
        InputOutputColumnPair[] columns, GramStatisticsOptions? options = null) =>
        Transforms.GramStatistics(columns, options, _context);

    /// <inheritdoc cref="StyleDistanceCatalog.StyleDistance(TransformsCatalog, string, string?, string, StyleDistanceOptions?, MLContext?)"/>
    public StyleDistanceEstimator StyleDistance(
        string outputColumnName, string? imageColumnName, string styleColumnName, StyleDistanceOptions? options = null) =>
        Transforms.StyleDistance(outputColumnName, imageColumnName, styleColumnName, options, _context);

    /// <inheritdoc cref="PreserveColorCatalog.PreserveColor(TransformsCatalog, string, string?, string, PreserveColorMode, MLContext?)"/>
    public PreserveColorEstimator PreserveColor(
        string outputColumnName, string? styledColumnName, string contentColumnName,
            PreserveColorMode mode = PreserveColorMode.Luminance) =>
        Transforms.PreserveColor(outputColumnName, styledColumnName, contentColumnName, mode, _context);

    /// <inheritdoc cref="PreserveColorCatalog.PreserveColor(TransformsCatalog, string, string?, string, PreserveColorOptions?, MLContext?)"/>
    public PreserveColorEstimator PreserveColor(
        string outputColumnName, string? styledColumnName, string contentColumnName, PreserveColorOptions? options) =>
        Transforms.PreserveColor(outputColumnName, styledColumnName, contentColumnName, options, _context);

    /// <inheritdoc cref="LoadPicturesCatalog.LoadPictures(TransformsCatalog, string, string?, string?, PictureReadOptions?)"/>
    public LoadPicturesEstimator LoadPictures(
        string outputColumnName, string? imageFolder = null, string? inputColumnName = null, PictureReadOptions? options = null) =>
        Transforms.LoadPictures(outputColumnName, imageFolder, inputColumnName, options);

    /// <inheritdoc cref="LoadPicturesCatalog.LoadPictures(TransformsCatalog, InputOutputColumnPair[], string?, PictureReadOptions?)"/>
    public EstimatorChain<LoadPicturesTransformer> LoadPictures(
        InputOutputColumnPair[] columns, string? imageFolder = null, PictureReadOptions? options = null) =>
        Transforms.LoadPictures(columns, imageFolder, options);

    /// <inheritdoc cref="DecodeImagesCatalog.DecodeImages(TransformsCatalog, string, string?, PictureReadOptions?)"/>
    public DecodeImagesEstimator DecodeImages(
        string outputColumnName, string? inputColumnName = null, PictureReadOptions? options = null) =>
        Transforms.DecodeImages(outputColumnName, inputColumnName, options);

    /// <inheritdoc cref="DecodeImagesCatalog.DecodeImages(TransformsCatalog, InputOutputColumnPair[], PictureReadOptions?)"/>
    public EstimatorChain<DecodeImagesTransformer> DecodeImages(
        InputOutputColumnPair[] columns, PictureReadOptions? options = null) =>
        Transforms.DecodeImages(columns, options);

    /// <inheritdoc cref="SaveImagesCatalog.SaveImages(TransformsCatalog, string, string?, string?, string?, SaveImagesOptions?)"/>
    public SaveImagesEstimator SaveImages(
        string outputColumnName, string? inputColumnName, string? folder, string? nameColumnName = null,
            SaveImagesOptions? options = null) =>
        Transforms.SaveImages(outputColumnName, inputColumnName, folder, nameColumnName, options);

    /// <summary>
    /// Loads a saved model, as <c>ml.Model.Load</c> does, and what its transforms need with it: a network's file that is missing or has
    /// changed, and a GPU that can't be used, are errors now and not at the first row. The model follows the context, and disposing it
    /// frees its sessions.
    /// </summary>
    /// <param name="filePath">The model's file.</param>
    /// <param name="inputSchema">The schema that it was saved with; null if with none.</param>
    /// <returns>The model; dispose it, or the prediction engine that owns it.</returns>
    /// <exception cref="FileNotFoundException">The model's file or a network's is not there; the message names it.</exception>
    /// <exception cref="InvalidDataException">A network's file has changed since, or the model is damaged.</exception>
    /// <exception cref="InvalidOperationException">The GPU can't be used, and the CPU may not take its place.</exception>
    public LoadedStyleModel Load(string filePath, out DataViewSchema? inputSchema)
    {
        ArgumentException.ThrowIfNullOrEmpty(filePath);
        if (!File.Exists(filePath)) throw new FileNotFoundException($"The model '{filePath}' does not exist.", filePath);
        using FileStream stream = File.OpenRead(filePath);
        return Load(stream, out inputSchema);
    }

    /// <inheritdoc cref="Load(string, out DataViewSchema?)"/>
    /// <param name="stream">The model.</param>
    /// <param name="inputSchema">The schema that it was saved with; null if with none.</param>
    public LoadedStyleModel Load(Stream stream, out DataViewSchema? inputSchema)
    {
        ArgumentNullException.ThrowIfNull(stream);
        DataViewSchema? schema = null;
        LoadedStyleModel model = LoadedStyleModel.Load(_context, () => _context.Model.Load(stream, out schema));
        inputSchema = schema;
        return model;
    }
}
