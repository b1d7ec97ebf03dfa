using System.ComponentModel;
using Microsoft.ML.Transforms;

namespace MLNetStyle.Portable;

/// <summary>Emits the key of the state; ML.NET makes it when it loads a model.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[CustomMappingFactoryAttribute(Contract)]
public sealed class KeyFactory : CustomMappingFactory<NoColumns, StateKey>
{
    internal const string Contract = "MLNetStyle.Key";

    /// <inheritdoc/>
    public override Action<NoColumns, StateKey> GetMapping() => Map;

    internal static void Map(NoColumns source, StateKey result) => result.Value = 1;
}
