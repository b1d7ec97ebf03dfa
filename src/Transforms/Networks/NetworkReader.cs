using System.Numerics.Tensors;
using MLNetStyle.Graphs;

namespace MLNetStyle.Networks;

/// <summary>Finds the layers of a VGG network among the tensors of a file.</summary>
/// <remarks>
/// The widths come from the file. A file may end early, after any convolution; a gap is an error. Where tensors are named conv1_1.weight,
/// conv1_1.bias, ... or as in torchvision features.0.weight, features.0.bias, ..., the names tell the layers; in any other file the
/// chain of
/// convolutions does (<see cref="VggChain"/>). A tap of relu1_1 is named tap1_1.weight.
/// </remarks>
internal static class NetworkReader
{
    private static readonly int[] Vgg16 = [2, 2, 3, 3, 3];
    private static readonly int[] Vgg19 = [2, 2, 4, 4, 4];

    /// <summary>Reads the layers and the preprocessing.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing or has another shape than expected, or nothing tells the
    /// preprocessing.</exception>
    public static (NetworkLayer[] Layers, Preprocessing Preprocessing) Read(ITensorFile file, Preprocessing? stated = null)
    {
        bool plain = file.Shapes.ContainsKey("conv1_1.weight");
        string? prefix = plain ? "" : Prefix(file);
        if (prefix is not null && IsNormalized(file, prefix) && BatchNorm.In(file).Count == 0)
            throw new InvalidDataException($"'{file.Name}' is a VGG with batch normalisation, but lacks the means and variances "
                + $"('{prefix}features.1.running_mean').");
        VggChain chain = prefix is not null && !IsNormalized(file, prefix) ? Named(file, plain, prefix) : VggChain.Find(file);
        return Read(file, chain, stated, plain);
    }

    /// <summary>Reads the layers of a chain, and the preprocessing.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing or has another shape than expected.</exception>
    public static (NetworkLayer[] Layers, Preprocessing Preprocessing) Read(ITensorFile file, VggChain chain, Preprocessing? stated,
        bool plain = false)
    {
        List<NetworkLayer> layers = [];
        Preprocessing? preprocessing = stated ?? Preprocessing.FromMetadata(file.Metadata, file.Name);
        if (plain && preprocessing is null && file is SafetensorsFile or OnnxTensorFile)
            throw new InvalidDataException($"'{file.Name}' does not say what its first convolution expects. Write mean, std, "
                + $"pixel_scale (255 or 1) and "
                + "channel_order (RGB or BGR) into its metadata.");
        int channels = 3, downscale = 1;
        for (int c = 0; c < chain.Convolutions.Count; c++)
        {
            VggConvolution convolution = chain.Convolutions[c];
            string name = convolution.Name;
            int block = name[4] - '1', number = int.Parse(name.AsSpan(6));
            long[] shape = Shape(file, convolution.Weight, [0, channels, 3, 3]);
            if (convolution.Bias is { } bias) Shape(file, bias, [shape[0]]);
            convolution.Norm?.Check(tensor => Shape(file, tensor, [shape[0]]));
            if (c == 0) preprocessing ??= KnownWeights.Convention(file, convolution) ?? Preprocessing.Torchvision;
            Preprocessing? folded = c == 0 ? preprocessing : null;
            channels = (int)shape[0];
            layers.Add(new NetworkLayer(name, channels, downscale,
                new(() => Load(file, convolution.Weight, name + ".weight", shape, () => convolution.Weights(file), folded)),
                new(() => Load(file, convolution.Bias ?? convolution.Weight, name + ".bias", [shape[0]], () =>
                    convolution.Biases(file, (int)shape[0]), null))));
            string tap = $"tap{name[4..]}.weight";
            long[]? taps = file.Shapes.ContainsKey(tap) ? Shape(file, tap, [channels, channels, 1, 1]) : null;
            layers.Add(new NetworkLayer("relu" + name[4..], channels, downscale, taps is null ? null
                : new(() => Load(file, tap, tap, taps, () => file.Read(tap), null))));
            if (number == chain.Blocks[block])
                layers.Add(new NetworkLayer($"pool{block + 1}", NetworkLayerKind.Pool, channels, downscale *= 2));
        }
        return ([.. layers], preprocessing ?? Preprocessing.Torchvision);
    }

    /// <summary>What stands before "features." in torchvision's names, in a whole model inside another one too; null without such
    /// names.</summary>
    private static string? Prefix(ITensorFile file)
    {
        const string First = "features.0.weight";
        if (file.Shapes.Keys.Any(k => k.StartsWith("features.", StringComparison.Ordinal))) return "";
        return file.Shapes.Keys.Where(k => k.EndsWith("." + First, StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .FirstOrDefault()?[..^First.Length];
    }

    /// <summary>Whether the first convolution is followed by batch normalisation: its place in the sequence is the next one.</summary>
    private static bool IsNormalized(ITensorFile file, string prefix) => file.Shapes.ContainsKey(prefix + "features.1.weight");

    /// <summary>The chain of a file whose names tell it.</summary>
    private static VggChain Named(ITensorFile file, bool plain, string prefix)
    {
        int[] blocks = Blocks(file, plain, prefix);
        List<VggConvolution> convolutions = [];
        for (int b = 0, index = 0; b < blocks.Length; b++, index++)
            for (int i = 0; i < blocks[b]; i++, index += 2)
            {
                string name = $"conv{b + 1}_{i + 1}", stem = plain ? name : $"{prefix}features.{index}";
                convolutions.Add(new VggConvolution(name, stem + ".weight", stem + ".bias"));
            }
        int count = convolutions.FindLastIndex(c => file.Shapes.ContainsKey(c.Weight)) + 1;
        return new VggChain(blocks, convolutions[..count]);
    }

    private static int[] Blocks(ITensorFile file, bool plain, string prefix)
    {
        string architecture = file.Metadata.GetValueOrDefault("architecture", "").ToLowerInvariant();
        if (architecture.StartsWith("vgg19", StringComparison.Ordinal)) return Vgg19;
        if (architecture.StartsWith("vgg16", StringComparison.Ordinal)) return Vgg16;
        if (architecture.Length > 0)
            throw new InvalidDataException($"'{file.Name}' says that its architecture is '{architecture}'; vgg16 and vgg19 are known.");
        if (plain) return file.Shapes.Keys.Any(k => k is "conv3_4.weight" or "conv4_4.weight" or "conv5_4.weight") ? Vgg19 : Vgg16;
        // Index 16 is conv3_4 in VGG-19 and a pooling in VGG-16, index 17 a pooling in VGG-19 and conv4_1 in VGG-16.
        return file.Shapes.ContainsKey(prefix + "features.17.weight") ? Vgg16 : Vgg19;
    }

    /// <summary>The shape of a tensor that must be there; 0 in the expected shape is any positive size.</summary>
    private static long[] Shape(ITensorFile file, string tensor, long[] expected)
    {
        string wanted = $"[{string.Join(", ", expected.Select(d => d == 0 ? "any" : d.ToString()))}]";
        if (!file.Shapes.TryGetValue(tensor, out long[]? found))
            throw new InvalidDataException($"'{file.Name}' lacks the tensor '{tensor}' of shape {wanted}.");
        bool fits = found.Length == expected.Length;
        for (int i = 0; fits && i < found.Length; i++) fits = expected[i] == 0 ? found[i] is > 0 and <= 1 << 16 : found[i] == expected[i];
        return fits ? found : throw new InvalidDataException($"Tensor '{tensor}' of '{file.Name}' has the shape "
            + $"[{string.Join(", ", found)}]; expected is {wanted}.");
    }

    private static Weight Load(ITensorFile file, string tensor, string name, long[] shape, Func<float[]> read, Preprocessing? folded)
    {
        return new Weight(name, Read(), Read, shape);

        float[] Read()
        {
            float[] values = read();
            if (!float.IsFinite(TensorPrimitives.SumOfMagnitudes<float>(values)))
                throw new InvalidDataException($"Tensor '{tensor}' of '{file.Name}' has values that are not finite.");
            return folded is null ? values : Fold(values, folded);
        }
    }

    /// <summary>
    /// Channel order and gain in the first convolution's weights. This is exact at the borders too, because zero stays zero; the
    /// subtraction is not, and stays a node before the padding.
    /// </summary>
    private static float[] Fold(float[] values, Preprocessing preprocessing)
    {
        float[] gain = preprocessing.Gain(), folded = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int channel = i / 9 % 3, source = preprocessing.Bgr ? i + (2 - 2 * channel) * 9 : i;
            folded[i] = values[source] * gain[channel];
        }
        return folded;
    }
}
