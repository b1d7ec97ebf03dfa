using MLNetStyle.Stylization;

namespace MLNetStyle;

/// <summary>A way of style transfer that an article, a paper or a tool describes, as a full set of options under a name.</summary>
/// <remarks>
/// Each preset sets the losses, their forms and weights, the optimiser, the start, the sizes and the iterations of its source, and says
/// which
/// activations its absolute weights were meant for (<see cref="ActivationScale"/>); a <see cref="Stylizer"/> converts them for the network
/// in hand.
/// Immutable and safe to share between threads.
/// </remarks>
public sealed partial class StyleTransferPreset
{
    // Presets are made in another file, and the order of files is no order of initialisation.
    private static readonly Lazy<IReadOnlyList<StyleTransferPreset>> s_all = new(Collect);

    private readonly Action<StylizationOptions> _set;

    private StyleTransferPreset(string name, string description, string network, Pooling pooling, Action<StylizationOptions> set)
    {
        (Name, Description, Network, Pooling, _set) = (name, description, network, pooling, set);
    }

    /// <summary>The name, for example "johnson-neural-style".</summary>
    public string Name { get; }

    /// <summary>Where it comes from, in a line.</summary>
    public string Description { get; }

    /// <summary>The network that its source uses: "vgg19", "vgg16", or "compact" for our own.</summary>
    public string Network { get; }

    /// <summary>The pooling that its source uses.</summary>
    public Pooling Pooling { get; }

    /// <summary>All presets.</summary>
    public static IReadOnlyList<StyleTransferPreset> All => s_all.Value;

    /// <summary>The preset of a name.</summary>
    /// <param name="name">One of the names of <see cref="All"/>, in small or capital letters.</param>
    /// <exception cref="FormatException">There is no such preset; names those that there are.</exception>
    public static StyleTransferPreset Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(p => p.Name.Equals(name.Trim(), StringComparison.OrdinalIgnoreCase))
            ?? throw new FormatException($"There is no preset '{name}'; use one of {string.Join(", ", All.Select(p => p.Name))}.");
    }

    /// <summary>Options set to the preset.</summary>
    public StylizationOptions CreateOptions()
    {
        StylizationOptions options = new();
        ApplyTo(options);
        return options;
    }

    /// <summary>
    /// Sets everything that decides what the picture is like, also where the preset leaves it at its default. Colour, regions, seed and
    /// <see cref="StylizationOptions.Compute"/> stay as they are.
    /// </summary>
    /// <param name="options">The options.</param>
    public void ApplyTo(StylizationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionAttribute.Reset(options);
        _set(options);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static IReadOnlyList<StyleTransferPreset> Collect() =>
        [Default, Udacity, TensorFlow, PyTorchTutorial, Keras, Gatys, JohnsonNeuralStyle, Crowsonkb, Strotss, Nnst];
}
