using System.Diagnostics;
using Microsoft.ML;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>Repaints images in the style of others, by optimising the picture's own pixels.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ###  Estimator characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No: it looks at the style images. |
/// | Input column data type | Image, of any size; with a style column, two of them; masks in image columns of their own |
/// | Output column data type | Image; its size is part of the type if the input's is |
/// | Required packages beside Microsoft.ML | Microsoft.ML.ImageAnalytics, ONNX Runtime |
/// | Exportable to ONNX | No |
///
/// The method is that of Gatys, Ecker and Bethge, "Image Style Transfer Using Convolutional Neural Networks" (2016): a picture whose
/// feature maps are like the content's and whose Gram matrices are like the style's. `Fit` measures the style once; nothing else is
/// computed before a row is read. Transparency comes back as it was, resized with the picture. Rows are independent of each other.
/// ]]></format>
/// Not safe for use by several threads; the transformer is.
/// </remarks>
public sealed class StyleTransferEstimator : IEstimator<StyleTransferTransformer>
{
    private readonly StyleTransferParts _parts;
    private readonly StyleImage[] _styles;

    internal StyleTransferEstimator(TransformsCatalog catalog, MLContext? context, StyleTransferColumns columns,
        IEnumerable<StyleImage> styles, StyleTransferOptions? options, StyleTransferMonitor? monitor)
    {
        ArgumentNullException.ThrowIfNull(styles);
        _parts = new StyleTransferParts(catalog, context, columns, options, monitor);
        _styles = [.. styles];
        if (columns.Style is null && _styles.Length == 0) throw new ArgumentException("No style image is given. Give at least one.",
            nameof(styles));
        if (_styles.Any(style => style is null)) throw new ArgumentException("A style image is null.", nameof(styles));
        StyleTransferOptions own = _parts.Options;
        (own.ContentWeightByMask, own.PaintByMask) = (own.ContentWeightColumn is not null, own.PaintMaskColumn is not null);
        if (columns.Style is not null && own.HasRegions)
            throw new ArgumentException("ContentMaskColumns are given, but each row brings a style image, which has no masks. Take the "
                + "style from files, or leave the masks out.", nameof(options));
        _parts.Columns = columns with { Masks = own.MaskColumns };
    }

    private IEnumerable<string> OtherImages => _parts.Columns.Style is { } style ? [style, .. _parts.Columns.Masks] : _parts.Columns.Masks;

    /// <summary>Loads the network and measures the style.</summary>
    /// <param name="input">Data of the schema that the transformer is for; no row of it is read.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is no image column.</exception>
    /// <exception cref="FileNotFoundException">The network's file or a style image is not there; the message names it.</exception>
    /// <exception cref="InvalidDataException">The network's file or a style image can't be read.</exception>
    /// <exception cref="ArgumentException">The network has no layer of a name in the options, or a style layer is covered by no style
    /// image.</exception>
    public StyleTransferTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        InputColumns.Image(input.Schema, _parts.Columns.Input);
        foreach (string other in OtherImages) InputColumns.Image(input.Schema, other);
        InputColumns.Path(input.Schema, _parts.Options.PathColumn);
        using PipelineLog log = PipelineLog.Start(_parts.Context, nameof(StyleTransferEstimator), nameof(Fit));
        Stopwatch watch = Stopwatch.StartNew();
        IEnumerable<StyleSourceImage>? source = null;
        StyleTransferOptions options = (StyleTransferOptions)_parts.Options.Clone();
        if (_parts.Columns.Style is null)
        {
            foreach (StyleImage style in _styles) style.CheckFile();
            StyleRegionNames regions = new(options, _styles);
            (source, options.Regions) = (regions.Images(), regions.Names);
        }
        StyleTransferOperation operation = _parts.Measure(options, source, options.Regions.Count > 0 ? null
            : [.. _styles.Select(style => (style.Weight, style.Scope))]);
        if (source is null) log.Info("network {0} ready; the style is measured row by row", operation.Named);
        else log.Info("style of {0} images measured with {1} in {2:0.0} s", _styles.Length, operation.Named, watch.Elapsed.TotalSeconds);
        return _parts.Transformer(input, operation);
    }

    /// <summary>The shape of the schema after transforming.</summary>
    /// <param name="inputSchema">The shape before.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is no image column.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _parts.OutputSchema(inputSchema, OtherImages);
}
