namespace MLNetStyle;

/// <summary>The style layers that an image gives its statistics to: all of them, the fine or the coarse ones, or those that are
/// named.</summary>
/// <remarks>
/// <para>A layer is fine if its feature map is at least half as large as the picture, as relu1_1 and relu2_1 of a VGG are, which hold dots,
/// lines and
/// colours; it is coarse if the map is smaller, as from relu3_1 on, where strokes and shapes are. One image for the coarse and another for
/// the fine layers is
/// the simpler of the two ways of Gatys et al. 2017, "Controlling Perceptual Factors in Neural Style Transfer", section 6 (scale
/// control).</para>
/// <para>Immutable and safe to share between threads. Written as text it is "all", "fine", "coarse", or layers: "relu1_1,relu2_1".</para>
/// </remarks>
public sealed class StyleScope : IEquatable<StyleScope>
{
    private const int LargestFine = 2;
    private const string AllName = "all", FineName = "fine", CoarseName = "coarse";

    private readonly string _text;

    private StyleScope(string text, params string[] layers) => (_text, Layers) = (text, layers);

    /// <summary>Every style layer.</summary>
    public static StyleScope All { get; } = new(AllName);

    /// <summary>The style layers whose map is at least half as large as the picture.</summary>
    public static StyleScope Fine { get; } = new(FineName);

    /// <summary>The style layers whose map is smaller than half the picture.</summary>
    public static StyleScope Coarse { get; } = new(CoarseName);

    /// <summary>The layers that are named; none for <see cref="All"/>, <see cref="Fine"/> and <see cref="Coarse"/>.</summary>
    public IReadOnlyList<string> Layers { get; }

    /// <summary>Layers by name.</summary>
    /// <param name="layers">The names, at least one; each must be among <see cref="StylizationOptions.StyleLayers"/> when the style is
    /// measured.</param>
    /// <exception cref="ArgumentException">There is no layer, one has no name, or one is named twice.</exception>
    public static StyleScope Of(params string[] layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Length == 0) throw new ArgumentException("A style that is limited to layers has to name one. Leave the limit out for "
            + "all of them.", nameof(layers));
        foreach (string layer in layers) ArgumentException.ThrowIfNullOrWhiteSpace(layer, nameof(layers));
        if (layers.Distinct().Count() != layers.Length) throw new ArgumentException($"A style is limited to "
            + $"[{string.Join(", ", layers)}], where a layer stands twice. Name each once.", nameof(layers));
        return new StyleScope(string.Join(',', layers), [.. layers]);
    }

    /// <summary>Reads a scope.</summary>
    /// <param name="text">"all", "fine", "coarse", or layers separated by commas.</param>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static StyleScope Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            return text.Trim() switch
            {
                AllName => All,
                FineName => Fine,
                CoarseName => Coarse,
                string names => Of(names.Split(',', StringSplitOptions.TrimEntries)),
            };
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"'{text}' names no style layers: write all, fine, coarse, or layers as in relu1_1,relu2_1. "
                + $"{e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public bool Equals(StyleScope? other) => other is not null && _text == other._text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as StyleScope);

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => _text;

    /// <summary>Whether a layer's map is at least half as large as the picture.</summary>
    internal static bool IsFine(Network network, string layer) => network.Downscale(layer) <= LargestFine;

    /// <summary>Whether a style layer of the network gets statistics from an image with this scope.</summary>
    internal bool Covers(Network network, string layer) => _text switch
    {
        AllName => true,
        FineName => IsFine(network, layer),
        CoarseName => !IsFine(network, layer),
        _ => Layers.Any(l => network.Canonical(l) == network.Canonical(layer)),
    };
}
