using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>Measures how far apart two images are in style.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ###  Estimator characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Two images, of sizes of their own |
/// | Output column data type | Single, 0 or more |
/// | Required packages beside Microsoft.ML | Microsoft.ML.ImageAnalytics, ONNX Runtime |
/// | Exportable to ONNX | No |
///
/// The mean over the layers of sum((G - A)^2) / sum(A^2), G the Gram matrix of the first image and A that of the second, the style: the
/// relative style loss of a run, each layer with the same weight. 0 is the same style; a random photograph is about 1 from a painting.
/// Not symmetric. Two images without any texture, whose A is 0, are 0 apart if G is 0 too; else the distance is infinite.
/// ]]></format>
/// Not safe for use by several threads; the transformer is.
/// </remarks>
public sealed class StyleDistanceEstimator : IEstimator<StyleDistanceTransformer>
{
    private readonly TransformsCatalog _catalog;
    private readonly MLContext? _context;
    private readonly TwoImageColumns _columns;
    private readonly StyleDistanceOptions _options;

    internal StyleDistanceEstimator(TransformsCatalog catalog, MLContext? context, string output, string? image, string style,
        StyleDistanceOptions? options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        _options = (StyleDistanceOptions)(options ?? new StyleDistanceOptions()).Copy();
        _options.Layers = [.. _options.Layers];
        (_catalog, _context, _columns) = (catalog, context, TwoImageColumns.Of(output,
            (image, "imageColumnName"), (style, "styleColumnName"), _options.PathColumn));
    }

    /// <summary>Finds the network and checks the layers; no row is read.</summary>
    /// <param name="input">Data of the schema that the transformer is for.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is no image column.</exception>
    /// <exception cref="FileNotFoundException">The network's file is not there; the message names it.</exception>
    /// <exception cref="ArgumentException">The network has no layer of a name.</exception>
    public StyleDistanceTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _columns.Check(input.Schema);
        using PipelineLog log = PipelineLog.Start(_context, nameof(StyleDistanceEstimator), nameof(Fit));
        Network network = NetworkReference.Load(_options.Network, _options.Pooling);
        log.Info("network {0}, layers {1}", network.Name, string.Join(", ", _options.Layers));
        FeatureExtractor extractor = new(network, _options.Layers, true, ComputeChoice.Of(_options.Compute, _context));
        return new StyleDistanceTransformer(
            _catalog, _context, input.Schema, _columns,
                new StyleDistanceOperation(NetworkReference.Of(_options.Network, network), extractor), _options.SkipUnreadable);
    }

    /// <summary>The shape of the schema after transforming.</summary>
    /// <param name="inputSchema">The shape before.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is no image column.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _columns.Check(inputSchema);
        return ShapeFactory.With(_catalog, inputSchema, _columns.Output, NumberDataViewType.Single);
    }
}
