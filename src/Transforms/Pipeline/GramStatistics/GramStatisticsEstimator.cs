using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>Turns images, or vectors of features, into Gram matrices: which features go together, wherever they are.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ###  Estimator characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Image, or vector of Single, [C, H, W] as VggFeatures makes or [1, C, H, W] as ApplyOnnxModel does |
/// | Output column data type | Vector of Single, [C, C] with the C channels of the layer |
/// | Required packages beside Microsoft.ML | Microsoft.ML.ImageAnalytics, ONNX Runtime |
/// | Exportable to ONNX | No |
///
/// G = F F^T / (C H W), F the feature map as a matrix of C channels by H W positions (Gatys, Ecker, Bethge, "A Neural Algorithm of
/// Artistic Style", 2015, equation 3, with Johnson's division), so that images of different sizes compare. A loaded model's columns
/// have the same values and the same shape, where the layer has 2, 3, 4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384 or 512 channels, as
/// all layers of VGG and of the compact network do; a model of others can't be saved.
/// ]]></format>
/// Not safe for use by several threads; the transformer is.
/// </remarks>
public sealed class GramStatisticsEstimator : IEstimator<GramStatisticsTransformer>
{
    private readonly TransformsCatalog _catalog;
    private readonly MLContext? _context;
    private readonly LayerColumns _columns;
    private readonly string _output;
    private readonly bool _named;
    private readonly GramStatisticsOptions _options;

    internal GramStatisticsEstimator(TransformsCatalog catalog, MLContext? context, string output, string? input,
        IReadOnlyList<string>? layers, GramStatisticsOptions? options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        (_catalog, _context, _output, _named) = (catalog, context, output, layers is not null);
        _columns = LayerColumns.Of(output, input, layers ?? GramStatisticsOptions.DefaultLayers);
        _options = (GramStatisticsOptions)(options ?? new GramStatisticsOptions()).Copy();
    }

    /// <summary>Finds the network, if the input is an image, and checks the layers; no row is read.</summary>
    /// <param name="input">Data of the schema that the transformer is for.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or is neither an image nor a vector of Single.</exception>
    /// <exception cref="FileNotFoundException">The network's file is not there; the message names it.</exception>
    /// <exception cref="ArgumentException">The network has no layer of a name, or a vector's channels are not known.</exception>
    public GramStatisticsTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column column = InputColumns.Find(input.Schema, _columns.Input);
        using PipelineLog log = PipelineLog.Start(_context, nameof(GramStatisticsEstimator), nameof(Fit));
        if (column.Type is ImageDataViewType)
        {
            FeatureOperations operation = FeatureOperations.Create(FeatureOperations.Grams, _options, _columns.Layers,
                ComputeChoice.Of(_options.Compute, _context));
            log.Info("network {0}, layers {1}", operation.Extractor.Network.Name, string.Join(", ", _columns.Layers));
            return new GramStatisticsTransformer(_catalog, _context, input.Schema, _columns, _options.PathColumn, operation, null,
                _options.SkipUnreadable);
        }
        RefuseLayers();
        VectorDataViewType type = InputColumns.Vector(column);
        int channels = _options.Channels > 0 ? _options.Channels : type.Dimensions switch
        {
            [var first, _, _] => first,
            [1, var first, _, _] => first, // a batch of one, as ApplyOnnxModel makes
            _ => 0,
        };
        if (channels == 0)
        {
            throw new ArgumentException(
                $"The number of channels of column '{column.Name}' of type {type} is not known: give it as "
                    + $"{nameof(GramStatisticsOptions)}.{nameof(GramStatisticsOptions.Channels)}.");
        }
        if (channels > GramStatisticsOptions.MaxChannels)
            throw new ArgumentException($"Column '{column.Name}' of type {type} has {channels} channels; a Gram matrix is made of at "
                + $"most {GramStatisticsOptions.MaxChannels}.");
        return new GramStatisticsTransformer(
            _catalog, _context, input.Schema, _columns with { Outputs = [_output], Layers = [] }, _options.PathColumn, null,
                new GramOfFeaturesOperation(channels), _options.SkipUnreadable);
    }

    /// <summary>The shape of the schema after transforming.</summary>
    /// <param name="inputSchema">The shape before.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or is neither an image nor a vector of Single.</exception>
    /// <exception cref="ArgumentException">Layers were named for a vector.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        VectorDataViewType type = new(NumberDataViewType.Single, 1);
        SchemaShape.Column column = InputColumns.Find(inputSchema, _columns.Input);
        if (column.Kind == SchemaShape.Column.VectorKind.Scalar)
        {
            InputColumns.Image(inputSchema, _columns.Input);
            return _columns.Add(_catalog, inputSchema, _ => type);
        }
        RefuseLayers();
        if (column.ItemType != NumberDataViewType.Single) throw InputColumns.Mismatch(column.Name, "an image or a vector of Single",
            $"{column.Kind} of {column.ItemType}");
        return ShapeFactory.With(_catalog, inputSchema, _output, type);
    }

    private void RefuseLayers()
    {
        if (_named) throw new ArgumentException($"Column '{_columns.Input}' holds features already, so no layers can be named for it. "
            + $"Name them where the input is an image.");
    }
}
