using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>Loads picture files upright and in sRGB.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ###  Estimator characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Text: a path |
/// | Output column data type | Image, without a size |
/// | Required packages beside Microsoft.ML | Microsoft.ML.ImageAnalytics; MLNetStyle.Magick for HEIC, AVIF and TIFF |
/// | Exportable to ONNX | No |
///
/// A file is read when its row's image is asked for, and not before. One that can't be read is an `ImageReadException` that names row and
/// file, which the
/// `SkipUnreadable` of a following `StyleTransfer` leaves out. The 8 bits of an ML.NET image hold colours multiplied by alpha; the
/// transforms of this
/// library that follow directly see more, as the file has it: 16 bits a sample, and colours under transparency.
/// ]]></format>
/// Not safe for use by several threads; the transformer is.
/// </remarks>
public sealed class LoadPicturesEstimator : IEstimator<LoadPicturesTransformer>
{
    private readonly TransformsCatalog _catalog;
    private readonly string _output, _input;
    private readonly LoadPicturesOperation _operation;

    internal LoadPicturesEstimator(TransformsCatalog catalog, string output, string? folder, string? input, PictureReadOptions? options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        InputColumns.CheckOutput(output);
        (_catalog, _output, _input) = (catalog, output, input ?? output);
        _operation = new LoadPicturesOperation(folder ?? "", options ?? PictureReadOptions.Default);
    }

    /// <summary>Makes the transformer; no row is read.</summary>
    /// <param name="input">Data of the schema that the transformer is for.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or is no text.</exception>
    public LoadPicturesTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        InputColumns.Text(input.Schema, _input);
        return new LoadPicturesTransformer(_catalog, input.Schema, _output, _input, _operation);
    }

    /// <summary>The shape of the schema after transforming.</summary>
    /// <param name="inputSchema">The shape before.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or is no text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShape.Column column = InputColumns.Find(inputSchema, _input);
        if (column.Kind != SchemaShape.Column.VectorKind.Scalar
            || column.ItemType is not TextDataViewType) throw InputColumns.Mismatch(_input, "text", column.ItemType);
        return ShapeFactory.With(_catalog, inputSchema, _output, new ImageDataViewType());
    }
}
