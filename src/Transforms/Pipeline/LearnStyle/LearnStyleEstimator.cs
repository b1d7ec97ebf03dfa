using System.Diagnostics;
using Microsoft.ML;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>Learns one style from the images of a whole data set, and repaints images in it.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ###  Estimator characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes: at the style column |
/// | Input column data type | Image, of any size, for the content; another one for the style |
/// | Output column data type | Image; its size is part of the type if the content's is |
/// | Required packages beside Microsoft.ML | Microsoft.ML.ImageAnalytics, ONNX Runtime |
/// | Exportable to ONNX | No |
///
/// `Fit` reads the style column once, row by row, and keeps the running mean of the images' statistics, so its memory does not grow with
/// the number of rows: every image counts alike, and the result is that of `StyleTransfer` with the same images at equal weights. The
/// transformer reads the content column only; it is that of `StyleTransfer` and is saved like it. The data to transform needs no style
/// column.
/// ]]></format>
/// Not safe for use by several threads; the transformer is.
/// </remarks>
public sealed class LearnStyleEstimator : IEstimator<StyleTransferTransformer>
{
    private readonly StyleTransferParts _parts;
    private readonly string _style;

    internal LearnStyleEstimator(TransformsCatalog catalog, MLContext? context, string output, string? content, string style,
        StyleTransferOptions? options, StyleTransferMonitor? monitor)
    {
        ArgumentException.ThrowIfNullOrEmpty(style, "styleColumnName");
        _style = style;
        _parts = new StyleTransferParts(catalog, context, new StyleTransferColumns(output, content ?? output, null), options, monitor,
            "contentColumnName");
        StyleTransferOptions own = _parts.Options;
        if (own.HasRegions || own.ContentWeightColumn is not null || own.PaintMaskColumn is not null)
            throw new ArgumentException("Masks are given, but a style that is learned from data is for whole pictures. Leave "
                + "ContentMaskColumns, ContentWeightColumn and PaintMaskColumn out, or use StyleTransfer.", nameof(options));
        if (own.MeasuresLater)
            throw new ArgumentException(
                "These options need the style images again for each content (a size of 0 or of another side, a style fitted to the "
                    + "content, or "
                + "histogram matching), and what is learned from data keeps none. Set Size, the longer side, and take Luminance or the "
                    + "PreserveColor transform.", nameof(options));
    }

    /// <summary>Loads the network and measures the style of every row.</summary>
    /// <param name="input">The data; its style column is read once, no other column but the one that names rows in messages.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is no image column.</exception>
    /// <exception cref="FileNotFoundException">The network's file is not there; the message names it.</exception>
    /// <exception cref="InvalidDataException">The network's file can't be read.</exception>
    /// <exception cref="InvalidOperationException">The data has no row, or none that can be read.</exception>
    /// <exception cref="NotSupportedException">The options ask for the Gaussian kernel, which has to know the number of images
    /// beforehand.</exception>
    /// <exception cref="ImageReadException">A style image can't be read, and <see cref="StyleTransferOptions.SkipUnreadable"/> is
    /// off.</exception>
    /// <exception cref="OperationCanceledException"><see cref="StyleTransferMonitor.Cancellation"/> was cancelled.</exception>
    public StyleTransferTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        InputColumns.Image(input.Schema, _parts.Columns.Input);
        DataViewSchema.Column style = InputColumns.Image(input.Schema, _style);
        int? path = InputColumns.Path(input.Schema, _parts.Options.PathColumn);
        using PipelineLog log = PipelineLog.Start(_parts.Context, nameof(LearnStyleEstimator), nameof(Fit));
        Stopwatch watch = Stopwatch.StartNew();
        int measured = 0, skipped = 0;
        StyleTransferOperation operation = _parts.Measure(_parts.Options, Images());
        log.Info("style of {0} images learned with {1} in {2:0.0} s, {3} left out", measured, operation.Named,
            watch.Elapsed.TotalSeconds, skipped);
        return _parts.Transformer(input, operation);

        IEnumerable<StyleSourceImage> Images()
        {
            using DataViewRowCursor cursor = input.GetRowCursor(path is { } text ? [style, input.Schema[text]] : [style]);
            ImageCell cell = new(cursor, style.Index, path);
            while (cursor.MoveNext())
            {
                if (Read(cell) is not { } image) continue;
                measured++;
                yield return new StyleSourceImage(image);
            }
            if (measured == 0)
                throw new InvalidOperationException(skipped == 0
                    ? $"There is no style to learn: the data has no row. Give at least one image in column '{_style}'."
                    : $"There is no style to learn: none of the {skipped} images of column '{_style}' can be read. The log says why for "
                        + $"each.");
        }

        PlanarImage? Read(ImageCell cell)
        {
            try
            {
                return cell.Read().Visible;
            }
            catch (ImageReadException e) when (_parts.Options.SkipUnreadable)
            {
                skipped++;
                log.WarnOfData("left out: {0}", e.Message);
                return null;
            }
        }
    }

    /// <summary>The shape of the schema after transforming.</summary>
    /// <param name="inputSchema">The shape before.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is no image column.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _parts.OutputSchema(inputSchema, [_style]);
}
