using System.Security.Cryptography;
using MLNetStyle.Networks;
using MLNetStyle.Pipeline;

[assembly: SavedOperation(FastStyleOperation.Kind, typeof(FastStyleOperation))]

namespace MLNetStyle.Pipeline;

/// <summary>Paints in one pass of a network, in one style, a blend of several, or as each row says.</summary>
internal sealed class FastStyleOperation(FastStyleNetwork network, IReadOnlyList<float> weights, double strength, int threads)
    : WeightedImageOperation
{
    public const string Kind = "FastStyles";

    public FastStyleNetwork Network => network;

    public static FastStyleOperation Read(SavedState state)
    {
        Saved saved = OperationJson.Read<Saved>(state.Options);
        byte[] bytes = FromNumbers(state.Values, saved.Length);
        if (HexDigits.Of(SHA256.HashData(bytes)) != saved.Sha256)
            throw new InvalidDataException("The network of fast styles "
            + "in the saved model is damaged.");
        return new FastStyleOperation(FastStyleNetwork.Of(bytes, saved.Name), saved.Weights, saved.Strength, LoadedModels.Compute.Threads);
    }

    public override ImagePixels Apply(ImagePixels image, ImagePixels? second) => Apply(image, weights);

    /// <summary>Paints with a row's own weights.</summary>
    public override ImagePixels Apply(ImagePixels image, IReadOnlyList<float> own) =>
        image.With(network.Paint(image.Color, own, strength, threads));

    public override SavedState Save()
    {
        byte[] bytes = network.ToBytes(half: false);
        string hash = HexDigits.Of(SHA256.HashData(bytes));
        Saved saved = new(Kind, network.Styles[0], bytes.Length, hash, weights, strength);
        return new SavedState(OperationJson.Write(saved), ToNumbers(bytes));
    }

    public override void Dispose() => network.Dispose();

    // A saved model holds numbers: three bytes each, which a float keeps exactly.
    private static float[] ToNumbers(byte[] bytes)
    {
        float[] numbers = new float[(bytes.Length + 2) / 3];
        for (int i = 0; i < bytes.Length; i++) numbers[i / 3] += bytes[i] << (8 * (i % 3));
        return numbers;
    }

    private static byte[] FromNumbers(float[] numbers, int length)
    {
        if (length < 0 || (length
            + 2) / 3 != numbers.Length) throw new InvalidDataException($"The network of fast styles in the saved model has "
            + $"{numbers.Length} numbers where {length} bytes are described: the file is damaged.");
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = (byte)((int)numbers[i / 3] >> (8 * (i % 3)));
        return bytes;
    }

    private sealed record Saved(string Operation, string Name, int Length, string Sha256, IReadOnlyList<float> Weights, double Strength);
}
