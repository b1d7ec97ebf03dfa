using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetStyle.Pipeline;

/// <summary>Adds columns to schema shapes, through the one public way to make a column of any type: what a custom mapping says of
/// itself.</summary>
internal static class ShapeFactory
{
    public static SchemaShape With(TransformsCatalog catalog, SchemaShape input, string name, DataViewType type) => type switch
    {
        ImageDataViewType => With<ImageBox>(catalog, input, name, type),
        VectorDataViewType => With<VectorBox>(catalog, input, name, type),
        TextDataViewType => With<TextBox>(catalog, input, name, type),
        _ => With<NumberBox>(catalog, input, name, type),
    };

    private static SchemaShape With<TBox>(TransformsCatalog catalog, SchemaShape input, string name, DataViewType type) where TBox : class,
        new()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(TBox));
        definition[0].ColumnName = name;
        definition[0].ColumnType = type;
        return catalog.CustomMapping<Nothing, TBox>((_, _) => { }, null, null, definition).GetOutputSchema(input);
    }

    internal sealed class Nothing
    {
    }

    /// <summary>A size has to be said here; it is replaced by the column's own type.</summary>
    internal sealed class ImageBox
    {
        [ImageType(1, 1)]
        public MLImage? Value { get; set; }
    }

    internal sealed class VectorBox
    {
        public float[]? Value { get; set; }
    }

    internal sealed class TextBox
    {
        public string Value { get; set; } = "";
    }

    internal sealed class NumberBox
    {
        public float Value { get; set; }
    }
}
