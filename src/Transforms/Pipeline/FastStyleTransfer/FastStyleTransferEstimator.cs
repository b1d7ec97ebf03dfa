using System.Diagnostics;
using Microsoft.ML;
using MLNetStyle.Pipeline;
using MLNetStyle.Training;

namespace MLNetStyle;

/// <summary>Trains a network that repaints any picture in one pass, in any of a few styles.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ###  Estimator characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes: its rows are the photographs to learn on |
/// | Input column data type | Image, of any size; with `StyleWeightsColumn`, a vector of Single |
/// | Output column data type | Image, of the input's size |
/// | Required packages beside Microsoft.ML | Microsoft.ML.ImageAnalytics, ONNX Runtime |
/// | Exportable to ONNX | By `transformer.Network.Save`: an ordinary model that ApplyOnnxModel runs |
///
/// Johnson, Alahi and Fei-Fei 2016 (arXiv 1603.08155) with the conditional instance normalisation of Dumoulin, Shlens and Kudlur 2017
/// (arXiv 1610.07629): the network is trained so that what it paints has the losses of `StyleTransfer` small, for photographs of the data
/// and
/// each style in turn. `Fit` reads every row once and keeps the photographs, made smaller, as far as 384 MB hold them. With `WorkspacePath`
/// a
/// training that was stopped goes on. Some thousand steps make a usable network, some ten thousand a good one.
/// ]]></format>
/// Not safe for use by several threads; the transformer is.
/// </remarks>
public sealed class FastStyleTransferEstimator : IEstimator<FastStyleTransferTransformer>
{
    private const int LogEvery = 100;

    private readonly TransformsCatalog _catalog;
    private readonly MLContext? _context;
    private readonly FastStyleColumns _columns;
    private readonly FastStyle[] _styles;
    private readonly FastStyleTransferOptions _options;

    internal FastStyleTransferEstimator(TransformsCatalog catalog, MLContext? context, string output, string? input,
        IEnumerable<FastStyle> styles, FastStyleTransferOptions? options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(styles);
        _options = options?.Clone() ?? new FastStyleTransferOptions();
        _options.Validate();
        _options.ValidatePainting();
        (_catalog, _context, _columns, _styles) = (catalog, context, FastStyleColumns.Of(output, input, _options), [.. styles]);
        if (_styles.Length == 0
            || _styles.Any(style => style is null)) throw new ArgumentException("No style is given, or one is null. Give at least one.",
            nameof(styles));
        if (_styles.GroupBy(style => style.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Two styles are named '{twice.Key}'. Name one of them otherwise.", nameof(styles));
    }

    /// <summary>Trains the network on the rows.</summary>
    /// <param name="input">The photographs; the column is read once.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="ArgumentException">There is no row, the size or the crops don't fit the initial model, or the styles' weights name
    /// a style that the network lacks.</exception>
    /// <exception cref="FileNotFoundException">The network of the losses, the initial model or a style's file is not there; the message
    /// names it.</exception>
    /// <exception cref="ImageReadException">A photograph can't be read, and <see cref="FastStyleTransferOptions.SkipUnreadable"/> is
    /// off.</exception>
    /// <exception cref="IOException">Another training works in the workspace.</exception>
    /// <exception cref="InvalidDataException">A file can't be read, or the checkpoint in the workspace is another training's.</exception>
    /// <exception cref="InvalidOperationException">The GPU can't be used, or the losses are not finite.</exception>
    public FastStyleTransferTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _columns.Check(input.Schema);
        if (_options.ValidationSet is { } set) InputColumns.Image(set.Schema, _columns.Input);
        foreach (StyleImage image in _styles.SelectMany(style => style.Images)) image.CheckFile();
        using FastStyleNetwork? initial = _options.InitialModel is { } file ? FastStyleNetwork.Load(file) : null;
        _options.Shape(initial?.Trainable());
        using PipelineLog log = PipelineLog.Start(_context, nameof(FastStyleTransferEstimator), nameof(Fit));
        FastStyleTransferOptions options = _options.Clone();
        options.GpuDeviceId = ComputeChoice.Of(new ComputeOptions { GpuDeviceId = options.GpuDeviceId }, _context).Resolve().GpuDeviceId;
        Stopwatch watch = Stopwatch.StartNew();
        PhotographSource photographs = PhotographSource.Of(Images(input, log), _options.ImageSize, _options.Seed);
        PhotographSource? validation = _options.ValidationSet is { } judged
            ? PhotographSource.Of(Images(judged, log), _options.ImageSize, _options.Seed) : null;
        log.Info("{0} photographs read in {1:0.0} s", photographs.Count, watch.Elapsed.TotalSeconds);
        using FastStyleTrainer trainer = new(
            NetworkReference.Load(_options.LossNetwork, Pooling.Max), [.. _styles.Select(style => (style.Name, style.Read()))],
                photographs, options, validation,
            initial?.Trainable(), _options.Cancellation);
        TransformNetwork network = trainer.Train(progress => Report(log, progress), _options.PreviewCallback, _options.Cancellation);
        log.Info("network of {0} styles trained to step {1} in {2:0} s", network.Styles.Count, trainer.Iteration,
            watch.Elapsed.TotalSeconds);
        return FastStyleTransferTransformer.Create(_catalog, _context, input.Schema, _columns, new FastStyleNetwork(network), _options,
            _styles[0].Name);
    }

    /// <summary>The shape of the schema after transforming.</summary>
    /// <param name="inputSchema">The shape before.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return ShapeFactory.With(_catalog, inputSchema, _columns.Output, InputColumns.Image(inputSchema, _columns.Input));
    }

    private void Report(PipelineLog log, FastStyleProgress progress)
    {
        if (progress.Iteration % LogEvery == 0)
            log.Info("step {0}/{1}: loss {2:0.000}, {3:0.0} photographs/s", progress.Iteration, progress.Iterations, progress.Loss,
                progress.ImagesPerSecond);
        _options.MetricsCallback?.Invoke(progress);
    }

    private IEnumerable<PlanarImage> Images(IDataView rows, PipelineLog log)
    {
        DataViewSchema.Column column = InputColumns.Image(rows.Schema, _columns.Input);
        int? path = InputColumns.Path(rows.Schema, _options.PathColumn);
        using DataViewRowCursor cursor = rows.GetRowCursor(path is { } text ? [column, rows.Schema[text]] : [column]);
        ImageCell cell = new(cursor, column.Index, path);
        while (cursor.MoveNext())
        {
            _options.Cancellation.ThrowIfCancellationRequested();
            if (Read(cell, log) is { } image) yield return image;
        }
    }

    private PlanarImage? Read(ImageCell cell, PipelineLog log)
    {
        try
        {
            return cell.Read().Color;
        }
        catch (ImageReadException e) when (_options.SkipUnreadable)
        {
            log.WarnOfData("left out: {0}", e.Message);
            return null;
        }
    }
}
