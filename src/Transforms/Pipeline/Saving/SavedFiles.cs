using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNetStyle.Pipeline;

/// <summary>A file made of an image; gives the file's path.</summary>
internal abstract class FileWriteOperation : Operation
{
    /// <summary>Writes an image under the name that a row gives it.</summary>
    /// <param name="image">Reads the image; not called if the file is left as it is.</param>
    /// <param name="name">The row's name for it.</param>
    public abstract string Apply(Func<ImagePixels> image, string name);
}

/// <summary>An image of an encoded one.</summary>
internal abstract class BytesOperation : Operation
{
    public abstract MLImage Apply(ReadOnlyMemory<byte> bytes);
}

/// <summary>An image, the name of its file and the state of the operation on it.</summary>
internal sealed class NamedImage
{
    /// <summary>The image.</summary>
    [ColumnName(SavedColumns.Image)]
    public MLImage? Image { get; set; }

    /// <summary>The name.</summary>
    [ColumnName(SavedColumns.Path)]
    public ReadOnlyMemory<char> Path { get; set; }

    /// <summary>What the operation has learnt.</summary>
    [ColumnName(SavedColumns.State)]
    public float[]? State { get; set; }

    /// <summary>The operation and its options as JSON.</summary>
    [ColumnName(SavedColumns.Options)]
    public ReadOnlyMemory<char> Options { get; set; }
}

/// <summary>An encoded image and the state of the operation on it.</summary>
internal sealed class EncodedImage
{
    /// <summary>The bytes of a picture file.</summary>
    [ColumnName(SavedColumns.Bytes)]
    public VBuffer<byte> Bytes { get; set; }

    /// <summary>What the operation has learnt.</summary>
    [ColumnName(SavedColumns.State)]
    public float[]? State { get; set; }

    /// <summary>The operation and its options as JSON.</summary>
    [ColumnName(SavedColumns.Options)]
    public ReadOnlyMemory<char> Options { get; set; }
}

/// <summary>A text as result.</summary>
internal sealed class TextResult
{
    /// <summary>The text.</summary>
    [ColumnName(SavedColumns.Result)]
    public string Value { get; set; } = "";
}

/// <summary>Makes a file of an image; ML.NET makes the factory when it loads a model.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ImageToFileFactory : CustomMappingFactory<NamedImage, TextResult>
{
    internal const string Contract = "MLNetStyle.ImageToFile";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public ImageToFileFactory() => ImageColumns.Register();

    /// <inheritdoc/>
    public override Action<NamedImage, TextResult> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) => result.Value = cache.Use(source.Options, source.State, (FileWriteOperation operation) => Write(operation,
            source));
    }

    private static string Write(FileWriteOperation operation, NamedImage source)
    {
        try
        {
            return operation.Apply(() => SavedImages.Read(source.Image), source.Path.ToString());
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
        {
            throw new IOException($"The image of column '{operation.Column}' can't be saved: {e.Message}", e);
        }
    }
}

/// <summary>Makes an image of an encoded one; ML.NET makes the factory when it loads a model.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class BytesToImageFactory : CustomMappingFactory<EncodedImage, ImageResult>
{
    internal const string Contract = "MLNetStyle.BytesToImage";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public BytesToImageFactory() => ImageColumns.Register();

    /// <inheritdoc/>
    public override Action<EncodedImage, ImageResult> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) =>
        {
            MLImage image = cache.Use(source.Options, source.State, (BytesOperation operation) => Read(operation,
                source.Bytes.DenseValues().ToArray()));
            result.Value?.Dispose();
            result.Value = image;
        };
    }

    private static MLImage Read(BytesOperation operation, byte[] bytes)
    {
        try
        {
            return operation.Apply(bytes);
        }
        catch (InvalidDataException e)
        {
            throw new ImageReadException($"The bytes of column '{operation.Column}' can't be read: {e.Message}", e);
        }
    }
}
