using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetStyle.Pipeline;

/// <summary>Finds the input columns of a transformer and checks their types.</summary>
internal static class InputColumns
{
    /// <summary>What the names of columns inside saved models begin with.</summary>
    public const string Reserved = "mlnetstyle.";

    private static readonly string[] PathNames = ["Path", "ImagePath", "FilePath", "FileName", "File", "Name"];

    public static ImageDataViewType Image(SchemaShape shape, string name)
    {
        SchemaShape.Column column = Find(shape, name);
        if (column.Kind == SchemaShape.Column.VectorKind.Scalar && column.ItemType is ImageDataViewType type) return type;
        throw Mismatch(name, "an image, as LoadPictures makes", column.Kind == SchemaShape.Column.VectorKind.Scalar
            ? (object)column.ItemType : $"{column.Kind} of {column.ItemType}");
    }

    public static DataViewSchema.Column Image(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = Find(schema, name);
        return column.Type is ImageDataViewType ? column : throw Mismatch(name, "an image, as LoadPictures makes", column.Type);
    }

    /// <summary>The type of an image column in Fit: its size, if it has one, is that of all images to come.</summary>
    public static ImageDataViewType Fitted(DataViewSchema fitted, string name) => (ImageDataViewType)Image(fitted, name).Type;

    /// <summary>Checks the name of a column to add.</summary>
    /// <exception cref="ArgumentException">It is empty, or one that saved models need for themselves.</exception>
    public static void CheckOutput(string outputColumnName)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        if (outputColumnName.StartsWith(Reserved, StringComparison.Ordinal))
            throw new ArgumentException($"A column can't be named '{outputColumnName}': names that begin with '{Reserved}' are for the "
                + "inside of saved models. Choose another one.", nameof(outputColumnName));
    }

    public static DataViewSchema.Column Text(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = Find(schema, name);
        return column.Type is TextDataViewType ? column : throw Mismatch(name, "text", column.Type);
    }

    public static VectorDataViewType Vector(DataViewSchema.Column column) =>
        column.Type is VectorDataViewType type && type.ItemType == NumberDataViewType.Single
            ? type
            : throw Mismatch(column.Name, "an image or a vector of Single", column.Type);

    public static SchemaShape.Column Find(SchemaShape shape, string name)
    {
        foreach (SchemaShape.Column column in shape)
        {
            if (column.Name == name) return column;
        }
        throw Missing(name, shape.Select(column => column.Name));
    }

    public static DataViewSchema.Column Find(DataViewSchema schema, string name) =>
        schema.GetColumnOrNull(name) ?? throw Missing(name, schema.Where(column => !column.IsHidden).Select(column => column.Name));

    /// <summary>
    /// The text column that names a row in messages: the one asked for, else one that is called like a path, else the only
    /// text column, else none.
    /// </summary>
    public static int? Path(DataViewSchema schema, string? name)
    {
        if (name is not null)
        {
            return Text(schema, name).Index;
        }
        foreach (string usual in PathNames)
        {
            if (schema.GetColumnOrNull(usual) is { Type: TextDataViewType } column) return column.Index;
        }
        DataViewSchema.Column[] texts = [.. schema.Where(column => !column.IsHidden && column.Type is TextDataViewType).Take(2)];
        return texts.Length == 1 ? texts[0].Index : null;
    }

    public static ArgumentException Mismatch(string name, string expected, object actual) =>
        new ArgumentOutOfRangeException("inputSchema", $"Schema mismatch for input column '{name}': expected {expected}, got {actual}.");

    private static ArgumentException Missing(string name, IEnumerable<string> known) =>
        new ArgumentOutOfRangeException("inputSchema", $"Could not find input column '{name}'. The input has: {string.Join(", ", known)}.");
}
