using System.ComponentModel;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNetStyle.Portable;

/// <summary>Makes an image of a file; ML.NET makes the factory when it loads a model.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[CustomMappingFactoryAttribute(Contract)]
public sealed class PathToImageFactory : CustomMappingFactory<OnePath, ImageResult>
{
    internal const string Contract = "MLNetStyle.PathToImage";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public PathToImageFactory() => PortableImages.Register();

    /// <inheritdoc/>
    public override Action<OnePath, ImageResult> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) =>
        {
            MLImage image = cache.Use(source.Options, source.State, (FileOperation operation) => operation.Apply(source.Path.ToString()));
            result.Value?.Dispose();
            result.Value = image;
        };
    }
}

/// <summary>A path and the state of the operation on it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class OnePath
{
    /// <summary>The path.</summary>
    [ColumnName(PortableColumns.Path)]
    public ReadOnlyMemory<char> Path { get; set; }

    /// <summary>What the operation has learnt.</summary>
    [ColumnName(PortableColumns.State)]
    public float[]? State { get; set; }

    /// <summary>The operation and its options as JSON.</summary>
    [ColumnName(PortableColumns.Options)]
    public ReadOnlyMemory<char> Options { get; set; }
}
