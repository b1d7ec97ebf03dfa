using System.ComponentModel;
using Microsoft.ML.Transforms;

namespace MLNetStyle.Portable;

/// <summary>Makes a vector of a vector; ML.NET makes the factory when it loads a model.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[CustomMappingFactoryAttribute(Contract)]
public sealed class VectorToVectorFactory : CustomMappingFactory<OneVector, VectorResults>
{
    internal const string Contract = "MLNetStyle.VectorToVector";

    /// <inheritdoc/>
    public override Action<OneVector, VectorResults> GetMapping()
    {
        OperationCache cache = new();
        return (source, result) => result.Set([cache.Use(source.Options, source.State, (FeatureOperation operation) => operation.Apply(source.Vector ?? []))]);
    }
}
