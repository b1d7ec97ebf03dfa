using Microsoft.ML;
using Microsoft.ML.Transforms.Image;

namespace MLNetStyle.Pipeline;

/// <summary>The columns of a transformer that makes one value of two images.</summary>
internal sealed record TwoImageColumns(string Output, string First, string Second, string? Path)
{
    /// <summary>Checks the names; the first image is called as the output if it has none.</summary>
    /// <param name="output">The column to add.</param>
    /// <param name="first">The column of the first images, and what the call names its parameter.</param>
    /// <param name="second">Likewise of the second images.</param>
    /// <param name="path">The text column that names rows in messages; null to look for one.</param>
    public static TwoImageColumns Of(string output, (string? Name, string Parameter) first, (string Name, string Parameter) second,
        string? path)
    {
        InputColumns.CheckOutput(output);
        ArgumentException.ThrowIfNullOrEmpty(first.Name ?? output, first.Parameter);
        ArgumentException.ThrowIfNullOrEmpty(second.Name, second.Parameter);
        return new TwoImageColumns(output, first.Name ?? output, second.Name, path);
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
