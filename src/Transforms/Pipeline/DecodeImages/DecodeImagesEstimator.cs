using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>Decodes picture files that are in memory.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ###  Estimator characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Vector of Byte, of any length |
/// | Output column data type | Image, without a size |
/// | Required packages beside Microsoft.ML | Microsoft.ML.ImageAnalytics; MLNetStyle.Magick for HEIC, AVIF and TIFF |
/// | Exportable to ONNX | No |
///
/// An image is decoded when it is asked for, and not before. Bytes that can't be read are an `ImageReadException` that names row and
/// column,
/// and the row's path where one is known, which the `SkipUnreadable` of a following `StyleTransfer` leaves out.
/// ]]></format>
/// Not safe for use by several threads; the transformer is.
/// </remarks>
public sealed class DecodeImagesEstimator : IEstimator<DecodeImagesTransformer>
{
    private readonly TransformsCatalog _catalog;
    private readonly string _output, _input;
    private readonly DecodeImagesOperation _operation;

    internal DecodeImagesEstimator(TransformsCatalog catalog, string output, string? input, PictureReadOptions? options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        InputColumns.CheckOutput(output);
        (_catalog, _output, _input) = (catalog, output, input ?? output);
        _operation = new DecodeImagesOperation(options ?? PictureReadOptions.Default);
    }

    /// <summary>Makes the transformer; no row is read.</summary>
    /// <param name="input">Data of the schema that the transformer is for.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or is no vector of bytes.</exception>
    public DecodeImagesTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DecodeImagesTransformer.Bytes(input.Schema, _input);
        return new DecodeImagesTransformer(_catalog, input.Schema, _output, _input, _operation);
    }

    /// <summary>The shape of the schema after transforming.</summary>
    /// <param name="inputSchema">The shape before.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or is no vector of bytes.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShape.Column column = InputColumns.Find(inputSchema, _input);
        if (column.Kind == SchemaShape.Column.VectorKind.Scalar || column.ItemType != NumberDataViewType.Byte)
            throw InputColumns.Mismatch(_input, DecodeImagesTransformer.Expected, column.ItemType);
        return ShapeFactory.With(_catalog, inputSchema, _output, new ImageDataViewType());
    }
}
