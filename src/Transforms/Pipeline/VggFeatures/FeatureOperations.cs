using MLNetStyle.Pipeline;

[assembly: SavedOperation(FeatureOperations.Features, typeof(FeatureOperations))]
[assembly: SavedOperation(FeatureOperations.Grams, typeof(FeatureOperations))]

namespace MLNetStyle.Pipeline;

/// <summary>Feature maps of an image, or their Gram matrices, one vector a layer.</summary>
internal sealed class FeatureOperations(string kind, NetworkReference reference, FeatureExtractor extractor) : VectorOperation
{
    public const string Features = "VggFeatures";
    public const string Grams = "GramStatistics";

    public FeatureExtractor Extractor => extractor;

    public static FeatureOperations Create(string kind, FeatureNetworkOptions options, IReadOnlyList<string> layers, ComputeChoice compute)
    {
        Network network = NetworkReference.Load(options.Network, options.Pooling);
        return new(kind, NetworkReference.Of(options.Network, network), new FeatureExtractor(network, layers, kind == Grams, compute));
    }

    public static FeatureOperations Read(SavedState state)
    {
        Saved saved = OperationJson.Read<Saved>(state.Options);
        return new(saved.Operation, saved.Network,
            new FeatureExtractor(saved.Network.Resolve(), saved.Layers, saved.Operation == Grams, ComputeChoice.Loaded()));
    }

    public override void Check(ImagePixels image) => extractor.Check(image.Color, []);

    public override float[][] Apply(ImagePixels image, IReadOnlyList<bool> wanted) => extractor.Compute(image.Color, wanted);

    public override SavedState Save() => Save(extractor.Layers);

    /// <summary>The same operation on some of the layers.</summary>
    public SavedState Save(IReadOnlyList<string> layers) => new(OperationJson.Write(new Saved(kind, reference, [.. layers])), []);

    public override void Dispose() => extractor.Dispose();

    private sealed record Saved(string Operation, NetworkReference Network, string[] Layers);
}
