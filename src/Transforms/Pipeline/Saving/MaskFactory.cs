using System.ComponentModel;
using Microsoft.ML.Transforms;

namespace MLNetStyle.Portable;

/// <summary>Adds a mask to those of a row; ML.NET makes the factory when it loads a model.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[CustomMappingFactoryAttribute(Contract)]
public sealed class MaskFactory : CustomMappingFactory<MaskAndBundle, MoreMasks>
{
    internal const string Contract = "MLNetStyle.Mask";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public MaskFactory() => PortableImages.Register();

    /// <inheritdoc/>
    public override Action<MaskAndBundle, MoreMasks> GetMapping() =>
        (source, result) => result.Masks = MaskBundle.Append(source.Masks ?? MaskBundle.Empty, PortableImages.Read(source.Mask).Color);
}
