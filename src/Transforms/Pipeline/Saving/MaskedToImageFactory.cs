using System.ComponentModel;
using Microsoft.ML.Transforms;

namespace MLNetStyle.Portable;

/// <summary>Makes an image of an image and its masks; ML.NET makes the factory when it loads a model.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[CustomMappingFactoryAttribute(Contract)]
public sealed class MaskedToImageFactory : CustomMappingFactory<MaskedImage, ImageResult>
{
    internal const string Contract = "MLNetStyle.MaskedToImage";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public MaskedToImageFactory() => PortableImages.Register();

    /// <inheritdoc/>
    public override Action<MaskedImage, ImageResult> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) => PortableImages.Set(result, cache.Use(source.Options, source.State, (MaskedImageOperation operation) => operation.Apply(
            PortableImages.Read(source.Image), null, MaskBundle.Read(source.Masks ?? MaskBundle.Empty))));
    }
}
