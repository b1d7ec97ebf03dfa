using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>Writes images as picture files.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ###  Estimator characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Image, and text: a name |
/// | Output column data type | Text: the path of the file |
/// | Required packages beside Microsoft.ML | Microsoft.ML.ImageAnalytics |
/// | Exportable to ONNX | No |
///
/// A file appears whole or not at all, and replaces one of its name. Refused are a name that leads out of the folder, one that two rows of
/// a view share, and a full path in the column of names whose own file it would be. A row whose file can't be written is an `IOException`
/// that names row and file.
/// ]]></format>
/// Not safe for use by several threads; the transformer is.
/// </remarks>
public sealed class SaveImagesEstimator : IEstimator<SaveImagesTransformer>
{
    private readonly TransformsCatalog _catalog;
    private readonly SaveImagesColumns _columns;
    private readonly string _folder;
    private readonly SaveImagesOptions _options;

    internal SaveImagesEstimator(TransformsCatalog catalog, SaveImagesColumns columns, string? folder, SaveImagesOptions? options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        InputColumns.CheckOutput(columns.Output);
        ArgumentException.ThrowIfNullOrEmpty(columns.Input, "inputColumnName");
        if (string.IsNullOrEmpty(folder) && string.IsNullOrEmpty(columns.Name)) throw new ArgumentException(
            "Neither a folder nor a column of names is given. Name a folder, or the column with the whole path of each file.",
                nameof(folder));
        (_catalog, _columns, _folder, _options) = (catalog, columns, folder ?? "", options ?? new SaveImagesOptions());
    }

    /// <summary>Makes the transformer; no row is read and nothing is written.</summary>
    /// <param name="input">Data of the schema that the transformer is for.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, or no column of names is to be
    /// found.</exception>
    public SaveImagesTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _columns.Names(input.Schema);
        return new SaveImagesTransformer(_catalog, input.Schema, _columns, _folder, _options);
    }

    /// <summary>The shape of the schema after transforming.</summary>
    /// <param name="inputSchema">The shape before.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        InputColumns.Image(inputSchema, _columns.Input);
        if (_columns.Name is { } name && InputColumns.Find(inputSchema, name) is var column
            && (column.Kind != SchemaShape.Column.VectorKind.Scalar || column.ItemType is not TextDataViewType))
            throw InputColumns.Mismatch(name, "text", column.ItemType);
        return ShapeFactory.With(_catalog, inputSchema, _columns.Output, TextDataViewType.Instance);
    }
}

/// <summary>The columns of a SaveImages; Name is null for the one that names rows in messages.</summary>
internal sealed record SaveImagesColumns(string Output, string Input, string? Name)
{
    /// <summary>Checks the columns and finds the one of names.</summary>
    public int Names(DataViewSchema schema)
    {
        InputColumns.Image(schema, Input);
        return InputColumns.Path(schema, Name) ?? throw new ArgumentOutOfRangeException(nameof(schema),
            "No text column gives the files their names: there are several or none. Say which one.");
    }
}
