using System.ComponentModel;
using Microsoft.ML.Transforms;

namespace MLNetStyle.Portable;

/// <summary>Makes an image of two images and the first one's masks; ML.NET makes the factory when it loads a model.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[CustomMappingFactoryAttribute(Contract)]
public sealed class MaskedPairToImageFactory : CustomMappingFactory<MaskedImages, ImageResult>
{
    internal const string Contract = "MLNetStyle.MaskedPairToImage";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public MaskedPairToImageFactory() => PortableImages.Register();

    /// <inheritdoc/>
    public override Action<MaskedImages, ImageResult> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) => PortableImages.Set(result, cache.Use(source.Options, source.State, (MaskedImageOperation operation) => operation.Apply(
            PortableImages.Read(source.Image), PortableImages.Read(source.Second), MaskBundle.Read(source.Masks ?? MaskBundle.Empty))));
    }
}
