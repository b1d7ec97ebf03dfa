using MLNetStyle.Pipeline;

namespace MLNetStyle.Portable;

/// <summary>Makes a saved operation again.</summary>
internal static class OperationReader
{
    public static Operation Read(PortableState state)
    {
        string kind = OperationJson.Read<Head>(state.Options).Operation ?? "";
        return kind switch
        {
            StyleTransferOperation.Kind => StyleTransferOperation.Read(state),
            FeatureOperations.Features or FeatureOperations.Grams => FeatureOperations.Read(state),
            GramOfFeaturesOperation.Kind => GramOfFeaturesOperation.Read(state),
            StyleDistanceOperation.Kind => StyleDistanceOperation.Read(state),
            PreserveColorOperation.Kind => PreserveColorOperation.Read(state),
            _ => throw new InvalidDataException($"The model has an operation '{kind}' that this version does not know. Load it with the version that saved it, or a later one."),
        };
    }

    private sealed record Head(string? Operation);
}
