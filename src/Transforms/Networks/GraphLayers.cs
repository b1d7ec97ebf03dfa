using System.Text.RegularExpressions;
using MLNetStyle.Graphs;

namespace MLNetStyle.Networks;

/// <summary>The layers of a network that is a graph of its own, and which of them VGG's names stand for.</summary>
/// <remarks>
/// A layer is called as its tensor is. VGG's names stand for activations at the same depth, so that defaults and presets mean something on
/// any network: of N activations, relu1_1, relu2_1, relu3_1, relu4_1 and relu5_1 are those after 0, 2/16, 4/16, 8/16 and 12/16 of N,
/// each at least one behind
/// the one before, and relu4_2 is one sixteenth of N behind relu4_1.
/// </remarks>
internal sealed partial class GraphLayers
{
    private const int Suggestions = 3;
    private static readonly int[] s_starts = [0, 2, 4, 8, 12];
    private static readonly string[] s_activations =
        ["Relu", "LeakyRelu", "PRelu", "Elu", "Selu", "Celu", "Clip", "HardSwish", "HardSigmoid", "Sigmoid", "Tanh", "Softplus", "Gelu",
            "Mish"];

    private readonly OnnxTrunk _trunk;
    private readonly Dictionary<string, TrunkLayer> _byName;
    private readonly TrunkLayer[] _activations;
    private readonly Dictionary<(string Layer, int Width, int Height), (int Width, int Height)?> _sizes = [];

    public GraphLayers(OnnxTrunk trunk)
    {
        _trunk = trunk;
        _byName = trunk.Layers.ToDictionary(l => l.Name);
        TrunkLayer[] usable = [.. trunk.Layers.Where(l => !l.Behind)];
        TrunkLayer[] activations = [.. usable.Where(l => s_activations.Contains(l.Operator))];
        _activations = activations.Length >= s_starts.Length ? activations : usable;
        Names = [.. usable.Select(l => l.Name)];
    }

    /// <summary>The layers that a picture can be painted by.</summary>
    public string[] Names { get; }

    /// <summary>Whether a name is one of the graph's own.</summary>
    public bool Knows(string name) => _byName.TryGetValue(name, out TrunkLayer? layer) && !layer.Behind;

    /// <summary>The layer behind a name, its own or VGG's.</summary>
    /// <exception cref="ArgumentException">There is none; the message suggests close ones, or says what lies in between.</exception>
    public TrunkLayer Of(string name, string network)
    {
        if (_byName.TryGetValue(name.Trim(), out TrunkLayer? layer))
            return !layer.Behind ? layer : throw new ArgumentException($"The layer '{name}' of the network '{network}' lies behind "
                + $"an operator "
                + $"without a rule for its gradient ({string.Join(", ", _trunk.Unsupported.Keys)}). Take an earlier layer.", nameof(name));
        if (Vgg(name) is { } vgg) return vgg;
        string[] close = [.. Names.OrderBy(n => Distance(n.ToLowerInvariant(), name.Trim().ToLowerInvariant())).Take(Suggestions)];
        throw new ArgumentException($"The network '{network}' has no layer '{name}'. Close are {string.Join(", ", close)}; it has "
            + $"{Names.Length} "
            + $"layers, which mlnetstyle networks --layers FILE lists.", nameof(name));
    }

    /// <summary>The size of a layer's map of a picture; null where it has no entry.</summary>
    public (int Width, int Height)? SizeOf(TrunkLayer layer, int width, int height)
    {
        lock (_sizes)
        {
            if (_sizes.Count > 256) _sizes.Clear();
            if (!_sizes.TryGetValue((layer.Name, width, height), out (int, int)? size))
                _sizes[(layer.Name, width, height)] = size = _trunk.SizeOf(layer.Name, width, height);
            return size;
        }
    }

    /// <summary>The least side of a picture that leaves a layer an entry.</summary>
    public int LeastSide(TrunkLayer layer)
    {
        int low = 1, high = 1;
        while (SizeOf(layer, high, high) is null)
        {
            if (high > 1 << 14) throw new ArgumentException($"The layer '{layer.Name}' has no entry at any size of a picture.");
            (low, high) = (high + 1, high * 2);
        }
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (SizeOf(layer, middle, middle) is null) low = middle + 1;
            else high = middle;
        }
        return high;
    }

    /// <summary>The VGG names that stand for a layer, of those that defaults and presets use.</summary>
    public IEnumerable<string> StandsFor(TrunkLayer layer) =>
        ((string[])["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu4_2", "relu5_1"]).Where(n => Vgg(n)?.Name == layer.Name);

    private TrunkLayer? Vgg(string name)
    {
        Match m = VggName().Match(LayerNames.Canonical(name));
        if (!m.Success || LayerNames.Order(m.Value) is null) return null;
        int block = m.Groups[2].Value[0] - '1', number = m.Groups[3].Success ? m.Groups[3].Value[0] - '1' : 3, n = _activations.Length;
        int index = -1;
        for (int b = 0; b <= block; b++) index = Math.Max(index + 1, s_starts[b] * n / 16);
        return _activations[Math.Min(index + number * n / 16, n - 1)];
    }

    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int corner = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
                (corner, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }

    [GeneratedRegex(@"^(conv|relu|pool)(\d)(?:_(\d))?$")]
    private static partial Regex VggName();
}
