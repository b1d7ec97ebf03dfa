using System.ComponentModel;
using Microsoft.ML.Transforms;

namespace MLNetStyle.Portable;

/// <summary>Makes an image of an image; ML.NET makes the factory when it loads a model.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[CustomMappingFactoryAttribute(Contract)]
public sealed class ImageToImageFactory : CustomMappingFactory<OneImage, ImageResult>
{
    internal const string Contract = "MLNetStyle.ImageToImage";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public ImageToImageFactory() => PortableImages.Register();

    /// <inheritdoc/>
    public override Action<OneImage, ImageResult> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) => PortableImages.Set(result, cache.Use(source.Options, source.State, (ImageOperation operation) => operation.Apply(PortableImages.Read(source.Image), null)));
    }
}
