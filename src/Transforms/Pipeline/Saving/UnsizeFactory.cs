using System.ComponentModel;
using Microsoft.ML.Transforms;

namespace MLNetStyle.Portable;

/// <summary>Makes an image of extracted bytes; ML.NET makes the factory when it loads a model.</summary>
/// <remarks>A column of images whose type carries a size does not bind to an image member, so it takes this way.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
[CustomMappingFactoryAttribute(Contract)]
public sealed class UnsizeFactory : CustomMappingFactory<ImageBytes, UnsizedImage>
{
    internal const string Contract = "MLNetStyle.Unsize";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public UnsizeFactory() => PortableImages.Register();

    /// <inheritdoc/>
    public override Action<ImageBytes, UnsizedImage> GetMapping() => Map;

    internal static void Map(ImageBytes source, UnsizedImage result)
    {
        PixelLayout layout = PixelLayout.Read(source.Layout ?? []);
        result.Image?.Dispose();
        result.Image = layout.ToImage(source.Bytes.IsDense ? source.Bytes.GetValues() : source.Bytes.DenseValues().ToArray());
    }
}
