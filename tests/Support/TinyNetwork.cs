namespace MLNetStyle.Tests.Support;

/// <summary>
/// A network of VGG-19's shape and layer names up to relu5_1, with a few channels and random weights, as a file of its own in the temporary
/// folder: what a test uses that must run without the VGG-19 file.
/// </summary>
public sealed class TinyNetwork : IDisposable
{
    private static readonly Lazy<TinyNetwork> s_shared = new(MakeShared);

    /// <summary>Writes the file and loads it.</summary>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="pooling">The pooling of <see cref="Network"/>.</param>
    /// <param name="widths">The channels of the five blocks; 4, 8, 8, 8, 8 if none are given.</param>
    public TinyNetwork(int seed = 1, Pooling pooling = Pooling.Max, params int[] widths) : this(seed, pooling, [], widths) { }

    /// <summary>The same with taps, random ones, at some layers ("2_1").</summary>
    public TinyNetwork(int seed, Pooling pooling, string[] taps, params int[] widths)
    {
        if (widths.Length == 0) widths = [4, 8, 8, 8, 8];
        Folder = Directory.CreateTempSubdirectory("mlnetstyle-test-").FullName;
        File = Path.Combine(Folder, "tiny.safetensors");
        Dictionary<string, (float[] Values, long[] Shape)> tensors = Tensors(seed, widths);
        Random random = new(seed);
        foreach (string layer in taps)
        {
            int channels = widths[layer[0] - '1'];
            float[] tap = new float[channels * channels];
            foreach (ref float v in tap.AsSpan()) v = (float)((2 * random.NextDouble() - 1) / Math.Sqrt(channels));
            tensors[$"tap{layer}.weight"] = (tap, [channels, channels, 1, 1]);
        }
        SafetensorsWriter.Write(File, tensors, Metadata);
        Network = Network.Load(File, pooling);
    }

    /// <summary>One network for all tests that don't change the file; never dispose it.</summary>
    public static TinyNetwork Shared => s_shared.Value;

    /// <summary>The metadata that the file has.</summary>
    public static IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>
    {
        ["architecture"] = "vgg19",
        ["channel_order"] = "RGB",
        ["pixel_scale"] = "255",
        ["mean"] = "123.68,116.779,103.939",
        ["std"] = "1,1,1",
    };

    /// <summary>The folder with the file alone in it.</summary>
    public string Folder { get; }

    /// <summary>The file, for --network and the like.</summary>
    public string File { get; }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>Random weights, scaled so that activations keep their size from layer to layer.</summary>
    public static Dictionary<string, (float[] Values, long[] Shape)> Tensors(int seed, params int[] widths)
    {
        Random random = new(seed);
        Dictionary<string, (float[] Values, long[] Shape)> tensors = [];
        int[] blocks = [2, 2, 4, 4, 1];
        int channels = 3;
        for (int b = 0; b < blocks.Length; b++)
        {
            for (int i = 1; i <= blocks[b]; i++)
            {
                int inputs = channels;
                channels = widths[b];
                double spread = Math.Sqrt(6.0 / (inputs * 9));
                float[] weight = new float[channels * inputs * 9], bias = new float[channels];
                foreach (ref float w in weight.AsSpan()) w = (float)((2 * random.NextDouble() - 1) * spread);
                foreach (ref float v in bias.AsSpan()) v = (float)(random.NextDouble() * 5);
                tensors[$"conv{b + 1}_{i}.weight"] = (weight, [channels, inputs, 3, 3]);
                tensors[$"conv{b + 1}_{i}.bias"] = (bias, [channels]);
            }
        }
        return tensors;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Folder, true);

    private static TinyNetwork MakeShared()
    {
        TinyNetwork network = new();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => network.Dispose();
        return network;
    }
}
