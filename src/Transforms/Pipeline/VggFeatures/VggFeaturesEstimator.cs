using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>Turns images into the feature maps of a network of VGG's shape, one vector column a layer.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ###  Estimator characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Image |
/// | Output column data type | Vector of Single: [channels, height / downscale, width / downscale], of known size if the image column has
/// one, else of a size that varies with the row's |
/// | Required packages beside Microsoft.ML | Microsoft.ML.ImageAnalytics, ONNX Runtime |
/// | Exportable to ONNX | The network is: see NetworkExporter |
///
/// The values are those after the layer's convolution or ReLU, channel by channel, row by row, not normalised. Pixels go in as they are,
/// red, green, blue, 0 to 255; the network brings its own preprocessing. Only the layers that a cursor asks for are computed. Columns of
/// images without a size have the same values and type in a loaded model; those of sized images can't be saved, as a saved model has no way
/// to keep their shape: what was trained on them would refuse the rows. Such a trainer goes behind GramStatistics, or behind ExtractPixels
/// and ApplyOnnxModel on the exported network.
/// ]]></format>
/// Not safe for use by several threads; the transformer is.
/// </remarks>
public sealed class VggFeaturesEstimator : IEstimator<VggFeaturesTransformer>
{
    private readonly TransformsCatalog _catalog;
    private readonly MLContext? _context;
    private readonly LayerColumns _columns;
    private readonly FeatureNetworkOptions _options;

    internal VggFeaturesEstimator(TransformsCatalog catalog, MLContext? context, LayerColumns columns, VggFeaturesOptions? options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        (_catalog, _context, _columns, _options) = (catalog, context, columns, (options ?? new VggFeaturesOptions()).Copy());
    }

    /// <summary>Finds the network and checks the layers; no row is read.</summary>
    /// <param name="input">Data of the schema that the transformer is for.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is no image column.</exception>
    /// <exception cref="FileNotFoundException">The network's file is not there; the message names it.</exception>
    /// <exception cref="ArgumentException">The network has no layer of a name.</exception>
    public VggFeaturesTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        InputColumns.Image(input.Schema, _columns.Input);
        using PipelineLog log = PipelineLog.Start(_context, nameof(VggFeaturesEstimator), nameof(Fit));
        FeatureOperations operation = FeatureOperations.Create(FeatureOperations.Features, _options, _columns.Layers,
            ComputeChoice.Of(_options.Compute, _context));
        log.Info("network {0}, layers {1}", operation.Extractor.Network.Name, string.Join(", ", _columns.Layers));
        return new VggFeaturesTransformer(_catalog, _context, input.Schema, _columns, _options.PathColumn, operation,
            _options.SkipUnreadable);
    }

    /// <summary>The shape of the schema after transforming.</summary>
    /// <param name="inputSchema">The shape before.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is no image column.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        bool sized = InputColumns.Image(inputSchema, _columns.Input) is { Width: > 0, Height: > 0 };
        return _columns.Add(_catalog, inputSchema, _ => new VectorDataViewType(NumberDataViewType.Single, sized ? 1 : 0));
    }
}
