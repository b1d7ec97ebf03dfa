using Microsoft.ML;
using MLNetStyle.Pipeline;
using MLNetStyle.Stylization;

namespace MLNetStyle;

/// <summary>Gives a styled image the colours of its content.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ###  Estimator characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Two images: the styled one and the content, which is resized if its size differs |
/// | Output column data type | Image, of the size of the styled one |
/// | Required packages beside Microsoft.ML | Microsoft.ML.ImageAnalytics |
/// | Exportable to ONNX | No |
///
/// Both ways of Gatys, Bethge, Hertzmann and Shechtman, "Preserving Color in Neural Artistic Style Transfer" (2016), applied after the
/// run. Transparency is that of the styled image.
/// ]]></format>
/// Not safe for use by several threads; the transformer is.
/// </remarks>
public sealed class PreserveColorEstimator : IEstimator<PreserveColorTransformer>
{
    private readonly TransformsCatalog _catalog;
    private readonly MLContext? _context;
    private readonly TwoImageColumns _columns;
    private readonly ColorKeeping _color;
    private readonly bool _skip;

    internal PreserveColorEstimator(TransformsCatalog catalog, MLContext? context, string output, string? styled, string content,
        PreserveColorOptions? options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        options ??= new PreserveColorOptions();
        options.Validate();
        (_catalog, _context, _columns) = (catalog, context, TwoImageColumns.Of(output,
            (styled, "styledColumnName"), (content, "contentColumnName"), options.PathColumn));
        (_color, _skip) = (options.Keeping, options.SkipUnreadable);
    }

    /// <summary>Makes the transformer; no row is read.</summary>
    /// <param name="input">Data of the schema that the transformer is for.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is no image column.</exception>
    public PreserveColorTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _columns.Check(input.Schema);
        return new PreserveColorTransformer(_catalog, _context, input.Schema, _columns, new PreserveColorOperation(_color), _skip);
    }

    /// <summary>The shape of the schema after transforming.</summary>
    /// <param name="inputSchema">The shape before.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is no image column.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return ShapeFactory.With(_catalog, inputSchema, _columns.Output, _columns.Check(inputSchema));
    }
}
