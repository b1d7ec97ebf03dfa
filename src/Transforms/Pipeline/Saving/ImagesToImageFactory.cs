using System.ComponentModel;
using Microsoft.ML.Transforms;

namespace MLNetStyle.Portable;

/// <summary>Makes an image of two images; ML.NET makes the factory when it loads a model.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[CustomMappingFactoryAttribute(Contract)]
public sealed class ImagesToImageFactory : CustomMappingFactory<TwoImages, ImageResult>
{
    internal const string Contract = "MLNetStyle.ImagesToImage";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public ImagesToImageFactory() => PortableImages.Register();

    /// <inheritdoc/>
    public override Action<TwoImages, ImageResult> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) => PortableImages.Set(
            result, cache.Use(source.Options, source.State, (ImageOperation operation) => operation.Apply(PortableImages.Read(source.Image), PortableImages.Read(source.Second))));
    }
}
