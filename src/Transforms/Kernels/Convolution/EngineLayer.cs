namespace MLNetStyle.Kernels;

/// <summary>One layer of a network as <see cref="ConvolutionEngine"/> takes it.</summary>
/// <remarks>
/// Immutable. Filters are not copied: they must not change while an engine uses them. Those that come from a function are asked for
/// when they are transformed, and not held in between.
/// </remarks>
internal sealed class EngineLayer
{
    private readonly Func<ReadOnlyMemory<float>>? _weights;

    private EngineLayer(string name, EngineLayerKind kind, int inputs = 0, int outputs = 0, Func<ReadOnlyMemory<float>>? weights = null,
        ReadOnlyMemory<float> bias = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        Kind = kind;
        Inputs = inputs;
        Outputs = outputs;
        _weights = weights;
        Bias = bias;
    }

    /// <summary>The layer's name, by which its map is asked for.</summary>
    public string Name { get; }

    /// <summary>What the layer does.</summary>
    public EngineLayerKind Kind { get; }

    /// <summary>Channels in; 0 unless a convolution.</summary>
    public int Inputs { get; }

    /// <summary>Channels out; 0 unless a convolution.</summary>
    public int Outputs { get; }

    /// <summary>The filters [outputs][inputs][3][3]; empty unless a convolution.</summary>
    public ReadOnlyMemory<float> Weights => _weights is null ? default : Checked(_weights());

    /// <summary>A number an output channel; empty unless a convolution.</summary>
    public ReadOnlyMemory<float> Bias { get; }

    /// <summary>A convolution with 3 x 3 filters, stride 1 and a border of one zero.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="inputs">Channels in, 1 to 4096.</param>
    /// <param name="outputs">Channels out, 1 to 4096.</param>
    /// <param name="weights">The filters [outputs][inputs][3][3], row-major.</param>
    /// <param name="bias">A number an output channel.</param>
    /// <exception cref="ArgumentException">The arrays don't have the sizes that the channels say.</exception>
    public static EngineLayer Convolution(string name, int inputs, int outputs, ReadOnlyMemory<float> weights, ReadOnlyMemory<float> bias)
    {
        if (weights.Length != 9L * inputs * outputs)
            throw new ArgumentException($"Convolution '{name}' needs {9L * inputs * outputs} weights for {inputs} inputs and {outputs} "
                + $"outputs; there are {weights.Length}.", nameof(weights));
        return Convolution(name, inputs, outputs, () => weights, bias);
    }

    /// <summary>The same with filters that are asked for when they are needed, from any thread, and are always the same.</summary>
    internal static EngineLayer Convolution(string name, int inputs, int outputs, Func<ReadOnlyMemory<float>> weights,
        ReadOnlyMemory<float> bias)
    {
        const int Most = 4096;
        if (inputs is < 1 or > Most || outputs is < 1 or > Most)
            throw new ArgumentException($"Convolution '{name}' has {inputs} inputs and {outputs} outputs; each must be from 1 to {Most}.",
                nameof(inputs));
        if (bias.Length != outputs)
            throw new ArgumentException($"Convolution '{name}' needs {outputs} biases; there are {bias.Length}.", nameof(bias));
        return new EngineLayer(name, EngineLayerKind.Convolution, inputs, outputs, weights, bias);
    }

    /// <summary>
    /// Whether a layer may stand at a place: a ReLU follows a convolution, a pooling the second convolution or a later one, or its ReLU.
    /// </summary>
    /// <param name="kind">The layer.</param>
    /// <param name="last">The one before it; null for the first.</param>
    /// <param name="index">Its place, from 0.</param>
    public static bool CanFollow(EngineLayerKind kind, EngineLayerKind? last, int index) => kind switch
    {
        EngineLayerKind.Convolution => true,
        EngineLayerKind.Relu => last == EngineLayerKind.Convolution,
        _ => last is EngineLayerKind.Convolution or EngineLayerKind.Relu && index > 2,
    };

    /// <summary>max(x, 0); directly after a convolution.</summary>
    /// <param name="name">Its name.</param>
    public static EngineLayer Relu(string name) => new(name, EngineLayerKind.Relu);

    /// <summary>The maximum of 2 x 2 values; an odd last row or column is left out. The gradient goes to the first maximum.</summary>
    /// <param name="name">Its name.</param>
    public static EngineLayer MaxPool(string name) => new(name, EngineLayerKind.MaxPool);

    /// <summary>The mean of 2 x 2 values; an odd last row or column is left out.</summary>
    /// <param name="name">Its name.</param>
    public static EngineLayer AveragePool(string name) => new(name, EngineLayerKind.AveragePool);

    private ReadOnlyMemory<float> Checked(ReadOnlyMemory<float> weights) => weights.Length == 9L * Inputs * Outputs ? weights
        : throw new InvalidDataException($"Convolution '{Name}' needs {9L * Inputs * Outputs} weights for {Inputs} inputs and {Outputs} "
            + $"outputs; there are {weights.Length}.");
}

/// <summary>What an <see cref="EngineLayer"/> does.</summary>
internal enum EngineLayerKind
{
    /// <summary>3 x 3, stride 1, padding 1, with a bias.</summary>
    Convolution,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>Maximum of 2 x 2.</summary>
    MaxPool,

    /// <summary>Mean of 2 x 2.</summary>
    AveragePool,
}
