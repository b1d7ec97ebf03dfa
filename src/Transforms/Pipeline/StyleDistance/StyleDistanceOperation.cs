using System.Numerics.Tensors;
using MLNetStyle.Pipeline;

[assembly: SavedOperation(StyleDistanceOperation.Kind, typeof(StyleDistanceOperation))]

namespace MLNetStyle.Pipeline;

/// <summary>The mean over layers of sum((G - A)^2) / sum(A^2).</summary>
internal sealed class StyleDistanceOperation(NetworkReference reference, FeatureExtractor extractor) : NumberOperation
{
    public const string Kind = "StyleDistance";

    public FeatureExtractor Extractor => extractor;

    public static StyleDistanceOperation Read(SavedState state)
    {
        Saved saved = OperationJson.Read<Saved>(state.Options);
        return new(saved.Network, new FeatureExtractor(saved.Network.Resolve(), saved.Layers, true, ComputeChoice.Loaded()));
    }

    public override void Check(ImagePixels image) => extractor.Check(image.Color, []);

    public override float Apply(ImagePixels image, ImagePixels second)
    {
        float[][] grams = extractor.Compute(image.Color, []), targets = extractor.Compute(second.Color, []);
        double sum = 0;
        for (int i = 0; i < grams.Length; i++)
        {
            double energy = TensorPrimitives.SumOfSquares<float>(targets[i]);
            float distance = TensorPrimitives.Distance<float>(grams[i], targets[i]);
            sum += distance == 0 ? 0 : (double)distance * distance / energy;
        }
        return (float)(sum / grams.Length);
    }

    public override SavedState Save() => new(OperationJson.Write(new Saved(Kind, reference, [.. extractor.Layers])), []);

    public override void Dispose() => extractor.Dispose();

    private sealed record Saved(string Operation, NetworkReference Network, string[] Layers);
}
