using System.ComponentModel;
using Microsoft.ML.Transforms;

namespace MLNetStyle.Portable;

/// <summary>Makes vectors of an image; ML.NET makes the factory when it loads a model.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[CustomMappingFactoryAttribute(Contract)]
public sealed class ImageToVectorsFactory : CustomMappingFactory<OneImage, VectorResults>
{
    internal const string Contract = "MLNetStyle.ImageToVectors";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public ImageToVectorsFactory() => PortableImages.Register();

    /// <inheritdoc/>
    public override Action<OneImage, VectorResults> GetMapping()
    {
        OperationCache cache = new();
        bool[] all = [.. Enumerable.Repeat(true, VectorResults.Count)];
        return (source, result) => result.Set(cache.Use(source.Options, source.State, (VectorOperation operation) => operation.Apply(PortableImages.Read(source.Image), all)));
    }
}
