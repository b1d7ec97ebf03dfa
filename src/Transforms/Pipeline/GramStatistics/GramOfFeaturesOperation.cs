using System.Numerics.Tensors;
using MLNetStyle.Pipeline;

[assembly: SavedOperation(GramOfFeaturesOperation.Kind, typeof(GramOfFeaturesOperation))]

namespace MLNetStyle.Pipeline;

/// <summary>The Gram matrix of a vector of features, G = F F^T / (C H W).</summary>
internal sealed class GramOfFeaturesOperation(int channels) : FeatureOperation
{
    public const string Kind = "GramOfFeatures";

    public int Channels { get; } = channels;

    public static GramOfFeaturesOperation Read(SavedState state)
    {
        int channels = OperationJson.Read<Saved>(state.Options).Channels;
        if (channels is < 1 or > GramStatisticsOptions.MaxChannels) throw new InvalidDataException($"A saved Gram transform has "
            + $"{channels} channels: the model file is damaged.");
        return new GramOfFeaturesOperation(channels);
    }

    public override float[] Apply(float[] values)
    {
        if (values.Length == 0 || values.Length % Channels != 0)
            throw new ArgumentException($"A vector of {values.Length} features can't be {Channels} channels of equal length.",
                nameof(values));
        int positions = values.Length / Channels;
        float[] gram = new float[Channels * Channels];
        for (int i = 0; i < Channels; i++)
        {
            ReadOnlySpan<float> row = values.AsSpan(i * positions, positions);
            for (int j = 0; j <= i; j++)
            {
                float product = TensorPrimitives.Dot(row, values.AsSpan(j * positions, positions)) / values.Length;
                gram[(i * Channels) + j] = gram[(j * Channels) + i] = product;
            }
        }
        return gram;
    }

    public override SavedState Save() => new(OperationJson.Write(new Saved(Kind, Channels)), []);

    private sealed record Saved(string Operation, int Channels);
}
