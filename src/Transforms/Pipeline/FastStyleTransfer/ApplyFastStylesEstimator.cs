using Microsoft.ML;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>Repaints pictures with a network that is trained already.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ###  Estimator characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No: it reads the network's file |
/// | Input column data type | Image, of any size; with `StyleWeightsColumn`, a vector of Single |
/// | Output column data type | Image, of the input's size |
/// | Required packages beside Microsoft.ML | Microsoft.ML.ImageAnalytics, ONNX Runtime |
/// | Exportable to ONNX | The file is one |
/// ]]></format>
/// Not safe for use by several threads; the transformer is.
/// </remarks>
public sealed class ApplyFastStylesEstimator : IEstimator<FastStyleTransferTransformer>
{
    private readonly TransformsCatalog _catalog;
    private readonly MLContext? _context;
    private readonly FastStyleColumns _columns;
    private readonly string _file;
    private readonly FastStyleTransferOptions _options;

    internal ApplyFastStylesEstimator(TransformsCatalog catalog, MLContext? context, string output, string? input, string file,
        FastStyleTransferOptions? options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(file, "networkFile");
        _options = options?.Clone() ?? new FastStyleTransferOptions();
        _options.ValidatePainting();
        (_catalog, _context, _columns, _file) = (catalog, context, FastStyleColumns.Of(output, input, _options), file);
    }

    /// <summary>Reads the network; no row is read.</summary>
    /// <param name="input">Data of the schema that the transformer is for.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="ArgumentException">The styles' weights name a style that the network lacks.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no model that makes a picture of a picture.</exception>
    public FastStyleTransferTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _columns.Check(input.Schema);
        using PipelineLog log = PipelineLog.Start(_context, nameof(ApplyFastStylesEstimator), nameof(Fit));
        FastStyleNetwork network = FastStyleNetwork.Load(_file);
        log.Info("network {0} with the styles {1}", _file, string.Join(", ", network.Styles));
        return FastStyleTransferTransformer.Create(_catalog, _context, input.Schema, _columns, network, _options, network.Styles[0]);
    }

    /// <summary>The shape of the schema after transforming.</summary>
    /// <param name="inputSchema">The shape before.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return ShapeFactory.With(_catalog, inputSchema, _columns.Output, InputColumns.Image(inputSchema, _columns.Input));
    }
}
