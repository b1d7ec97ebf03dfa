using System.ComponentModel;
using Microsoft.ML.Transforms;

namespace MLNetStyle.Portable;

/// <summary>Makes a number of two images; ML.NET makes the factory when it loads a model.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[CustomMappingFactoryAttribute(Contract)]
public sealed class ImagesToNumberFactory : CustomMappingFactory<TwoImages, NumberResult>
{
    internal const string Contract = "MLNetStyle.ImagesToNumber";

    /// <summary>Makes unsized images known to ML.NET before it binds the columns.</summary>
    public ImagesToNumberFactory() => PortableImages.Register();

    /// <inheritdoc/>
    public override Action<TwoImages, NumberResult> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) => result.Value =
            cache.Use(source.Options, source.State, (NumberOperation operation) => operation.Apply(PortableImages.Read(source.Image), PortableImages.Read(source.Second)));
    }
}
