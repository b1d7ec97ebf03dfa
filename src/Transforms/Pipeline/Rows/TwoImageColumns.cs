using Microsoft.ML;
using Microsoft.ML.Transforms.Image;

namespace MLNetStyle.Pipeline;

/// <summary>The columns of a transformer that makes one value of two images.</summary>
internal sealed record TwoImageColumns(string Output, string First, string Second, string? Path)
{
    /// <summary>Checks the names; the first image is called as the output if it has none.</summary>
    public static TwoImageColumns Of(string output, string? first, string second, string? path)
    {
        InputColumns.CheckOutput(output);
        first ??= output;
        ArgumentException.ThrowIfNullOrEmpty(first);
        ArgumentException.ThrowIfNullOrEmpty(second);
        return new TwoImageColumns(output, first, second, path);
    }

    /// <summary>Checks both columns and tells the type of the first.</summary>
    public ImageDataViewType Check(SchemaShape shape)
    {
        ImageDataViewType type = InputColumns.Image(shape, First);
        InputColumns.Image(shape, Second);
        return type;
    }

    /// <inheritdoc cref="Check(SchemaShape)"/>
    public ImageDataViewType Check(DataViewSchema schema)
    {
        ImageDataViewType type = (ImageDataViewType)InputColumns.Image(schema, First).Type;
        InputColumns.Image(schema, Second);
        return type;
    }
}
