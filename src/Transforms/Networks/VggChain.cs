using System.Globalization;
using System.Text.RegularExpressions;

namespace MLNetStyle.Networks;

/// <summary>The convolutions of a VGG in a file, and how many each block has.</summary>
/// <param name="Blocks">The convolutions of the five blocks.</param>
/// <param name="Convolutions">Those that the file holds, from the first one on.</param>
internal sealed partial record VggChain(int[] Blocks, IReadOnlyList<VggConvolution> Convolutions)
{
    // Configurations B, D, E and A of the article: VGG-13, -16, -19 and -11.
    private static readonly int[][] s_blocks = [[2, 2, 4, 4, 4], [2, 2, 3, 3, 3], [2, 2, 2, 2, 2], [1, 1, 2, 2, 2]];

    /// <summary>Finds the chain whatever the tensors are called: filters of 3 x 3, each with as many inputs as the one before has
    /// outputs.</summary>
    /// <remarks>The order is the file's, or that of the names with their numbers counted as numbers; the widths tell the blocks: they
    /// change
    /// behind the first, the second and the third one.</remarks>
    /// <exception cref="InvalidDataException">There is no such chain.</exception>
    public static VggChain Find(ITensorFile file)
    {
        string[] filters = [.. file.Shapes.Where(s => s.Value is [> 0, > 0, 3, 3]).Select(s => s.Key)];
        string[]? order = Orders(filters).FirstOrDefault(names => IsChain(file, names));
        if (order is null || order.Length < 2) throw NoVgg(file, filters.Length == 0 ? "it has no filters of 3 x 3"
            : $"its {filters.Length} filters of 3 x 3 ({Some(filters)}) are no chain from 3 channels on, each taking what the one "
                + $"before gives");
        int[] blocks = BlocksOf(file, order) ?? throw NoVgg(file,
            $"the widths of its convolutions, {string.Join(", ", order.Select(n => file.Shapes[n][0]))}, are those of no VGG");
        List<(string Name, BatchNorm Norm)> norms = BatchNorm.In(file);
        if (norms.Count > 0 && norms.Count < order.Length)
            throw NoVgg(file, $"{norms.Count} batch normalisations do not go with {order.Length} convolutions");
        List<VggConvolution> convolutions = [];
        for (int b = 0; b < blocks.Length; b++)
            for (int i = 0; i < blocks[b] && convolutions.Count < order.Length; i++)
            {
                string weight = order[convolutions.Count];
                convolutions.Add(new VggConvolution($"conv{b + 1}_{i + 1}", weight, BiasOf(file, weight),
                    norms.Count == 0 ? null : norms[convolutions.Count].Norm));
            }
        return new VggChain(blocks, convolutions);
    }

    /// <summary>Names in the order of the numbers in them.</summary>
    internal static string[] Natural(IEnumerable<string> names) => [.. names.OrderBy(n => Digits().Replace(n, m =>
        m.Value.Length < 12 ? m.Value.PadLeft(12, '0') : m.Value), StringComparer.Ordinal)];

    private static IEnumerable<string[]> Orders(string[] filters)
    {
        yield return Natural(filters);
        yield return filters;
        // The same without what stands in front of a number: "block1_conv1" and "block1/block1_conv1" count alike.
        yield return [.. filters.OrderBy(n => string.Join(' ', Digits().Matches(n).Select(m =>
            m.Value.PadLeft(12, '0'))), StringComparer.Ordinal)];
    }

    private static bool IsChain(ITensorFile file, string[] names)
    {
        long channels = 3;
        foreach (string name in names)
        {
            if (file.Shapes[name][1] != channels) return false;
            channels = file.Shapes[name][0];
        }
        return names.Length > 0;
    }

    /// <summary>The blocks that the widths fit; the last two have the same. Without a change of width their number is all there
    /// is.</summary>
    private static int[]? BlocksOf(ITensorFile file, string[] order)
    {
        long[] widths = [.. order.Select(n => file.Shapes[n][0])];
        foreach (int[] blocks in s_blocks.OrderBy(b => b.Sum() == widths.Length ? 0 : 1))
        {
            int block = 0, number = 0;
            bool fits = widths.Length <= blocks.Sum();
            for (int i = 1; fits && i < widths.Length; i++)
            {
                bool next = ++number == blocks[block];
                if (next) (block, number) = (block + 1, 0);
                fits = next ? widths[i] > widths[i - 1] || (block == 4 && widths[i] == widths[i - 1]) : widths[i] == widths[i - 1];
            }
            if (fits) return blocks;
        }
        bool even = widths.Distinct().Count() == 1 || widths.Zip(widths.Skip(1)).All(p => p.First <= p.Second);
        return even ? s_blocks.FirstOrDefault(b => b.Sum() == widths.Length) : null;
    }

    private static string? BiasOf(ITensorFile file, string weight)
    {
        foreach ((string from, string to) in s_biases)
        {
            int at = weight.LastIndexOf(from, StringComparison.Ordinal);
            if (at < 0) continue;
            string name = weight[..at] + to + weight[(at + from.Length)..];
            if (file.Shapes.TryGetValue(name, out long[]? shape) && shape.Length == 1) return name;
        }
        return null;
    }

    private static readonly (string From, string To)[] s_biases =
    [
        ("weight", "bias"), ("weights", "biases"), ("kernel", "bias"), ("vars/0", "vars/1"), ("_W", "_b"), ("_w", "_b"), (".w", ".b"),
        ("W", "b"), ("filter", "bias"), ("filters", "biases"), ("arr_", "arr_"),
    ];

    private static string Some(IEnumerable<string> names) => string.Join(", ", names.Take(4));

    private static InvalidDataException NoVgg(ITensorFile file, string why) => new($"'{file.Name}' ({file.Format}) is no VGG network: "
        + $"{why}. It holds {file.Shapes.Count} tensors ({Some(file.Shapes.Keys.Order(StringComparer.Ordinal))}, ...).");

    [GeneratedRegex(@"\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Digits();
}

/// <summary>A convolution of the chain: its name here, and the file's tensors.</summary>
/// <param name="Name">Its name as a layer: conv1_1.</param>
/// <param name="Weight">The tensor with its filters.</param>
/// <param name="Bias">The tensor with its biases; null for none.</param>
/// <param name="Norm">The batch normalisation behind it, which becomes a part of it; null for none.</param>
internal sealed record VggConvolution(string Name, string Weight, string? Bias, BatchNorm? Norm = null)
{
    /// <summary>The filters, with the normalisation's factors in them.</summary>
    public float[] Weights(ITensorFile file)
    {
        float[] values = file.Read(Weight);
        if (Norm is null) return values;
        double[] factors = Norm.Factors(file);
        int each = values.Length / factors.Length;
        float[] folded = new float[values.Length];
        for (int i = 0; i < folded.Length; i++) folded[i] = (float)(values[i] * factors[i / each]);
        return folded;
    }

    /// <summary>The biases, with the normalisation's shift in them.</summary>
    public float[] Biases(ITensorFile file, int count)
    {
        float[] values = Bias is null ? new float[count] : file.Read(Bias);
        if (Norm is null) return values;
        double[] factors = Norm.Factors(file), shift = Norm.Shift(file, factors);
        return [.. values.Select((v, i) => (float)(v * factors[i] + shift[i]))];
    }
}

/// <summary>A batch normalisation: y = gamma (x - mean) / sqrt(variance + epsilon) + beta.</summary>
/// <param name="Gamma">The tensor with the factors; null for 1.</param>
/// <param name="Beta">The tensor with the shifts; null for 0.</param>
/// <param name="Mean">The tensor with the means.</param>
/// <param name="Variance">The tensor with the variances.</param>
/// <param name="Epsilon">What is added to the variances.</param>
internal sealed record BatchNorm(string? Gamma, string? Beta, string Mean, string Variance, double Epsilon)
{
    // PyTorch's names and epsilon, then Keras' (whose default is 1e-3).
    private static readonly (string Mean, string Variance, string Gamma, string Beta, double Epsilon)[] s_names =
    [
        ("running_mean", "running_var", "weight", "bias", 1e-5),
        ("moving_mean", "moving_variance", "gamma", "beta", 1e-3),
    ];

    /// <summary>Every batch normalisation that a file's names tell, in the order of the names.</summary>
    public static List<(string Name, BatchNorm Norm)> In(ITensorFile file)
    {
        List<(string Name, BatchNorm Norm)> found = [];
        foreach ((string mean, string variance, string gamma, string beta, double epsilon) in s_names)
            foreach (string name in VggChain.Natural(file.Shapes.Keys.Where(k => k.EndsWith(mean, StringComparison.Ordinal))))
            {
                string stem = name[..^mean.Length];
                if (!file.Shapes.ContainsKey(stem + variance)) continue;
                found.Add((stem, new BatchNorm(Known(stem + gamma), Known(stem + beta), name, stem + variance, epsilon)));
            }
        return found;

        string? Known(string tensor) => file.Shapes.ContainsKey(tensor) ? tensor : null;
    }

    /// <summary>Hands every tensor to a check of its shape.</summary>
    public void Check(Action<string> check)
    {
        foreach (string? tensor in (string?[])[Gamma, Beta, Mean, Variance]) if (tensor is not null) check(tensor);
    }

    /// <summary>gamma / sqrt(variance + epsilon).</summary>
    public double[] Factors(ITensorFile file)
    {
        float[] variance = file.Read(Variance);
        float[]? gamma = Gamma is null ? null : file.Read(Gamma);
        int bad = Array.FindIndex(variance, v => !(v >= 0));
        if (bad >= 0) throw new InvalidDataException($"Tensor '{Variance}' of '{file.Name}' has the variance "
            + $"{variance[bad].ToString(CultureInfo.InvariantCulture)} at {bad}.");
        return [.. variance.Select((v, i) => (gamma?[i] ?? 1) / Math.Sqrt(v + Epsilon))];
    }

    /// <summary>beta - mean times the factors.</summary>
    public double[] Shift(ITensorFile file, double[] factors)
    {
        float[] mean = file.Read(Mean);
        float[]? beta = Beta is null ? null : file.Read(Beta);
        return [.. mean.Select((m, i) => (beta?[i] ?? 0) - m * factors[i])];
    }
}
