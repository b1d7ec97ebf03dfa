using MLNetStyle.Kernels;
using MLNetStyle.Losses;
using MLNetStyle.Networks;

namespace MLNetStyle.Stylization;

/// <summary>The engine that runs the network on this library's own convolutions and the losses as a small graph beside it.</summary>
/// <remarks>
/// Results do not depend on the number of threads. Immutable and safe to share between threads; what it makes is not.
/// </remarks>
internal sealed class CpuEngine : IStyleEngine
{
    private readonly Network _network;
    private readonly int _threads;
    private readonly SimdPath _path;
    private readonly bool _keep;

    /// <summary>Describes how to compute.</summary>
    /// <param name="network">The network.</param>
    /// <param name="threads">The number of threads, 0 to 1024; 0 for every core.</param>
    /// <param name="path">The vector registers; null leaves them to MLNETSTYLE_SIMD and the processor.</param>
    /// <param name="keepTransformedWeights">Whether evaluators keep transformed filters; see
    /// <see cref="EngineOptions.KeepTransformedWeights"/>.</param>
    /// <exception cref="ArgumentException">The engine does not know the network, or the number of threads is out of range.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the instructions asked for.</exception>
    public CpuEngine(Network network, int threads = 0, SimdPath? path = null, bool keepTransformedWeights = true)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (Refusal(network) is { } reason) throw new ArgumentException($"The CPU engine can't run the network '{network.Name}': "
            + $"{reason}. Take the engine onnx.", nameof(network));
        ThreadCount.Check(threads, nameof(threads));
        (_network, _threads, _path, _keep) = (network, threads, SimdPaths.Choose(path), keepTransformedWeights);
    }

    /// <inheritdoc/>
    public string Name => "cpu";

    /// <summary>The vector registers in use.</summary>
    public SimdPath Path => _path;

    /// <summary>Why the engine can't run a network.</summary>
    /// <param name="network">The network.</param>
    /// <returns>The reason; null if it can.</returns>
    public static string? Refusal(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (network.IsGraph) return "it is a graph of its own, not a VGG";
        IReadOnlyList<NetworkLayer> layers = network.Upto([network.Layers[^1]]);
        EngineLayerKind? last = null;
        for (int i = 0; i < layers.Count; i++)
        {
            EngineLayerKind kind = NetworkEngine.KindOf(layers[i], network.Pooling);
            if (!EngineLayer.CanFollow(kind, last, i))
                return $"its layer {layers[i].Name} does not follow the second or a later convolution, or the ReLU of one";
            last = kind;
        }
        return null;
    }

    /// <inheritdoc/>
    public IStyleMeter CreateMeter(IReadOnlyList<Loss> losses) => new CpuMeter(_network, losses, _threads, _path);

    /// <inheritdoc/>
    public IStyleEvaluator CreateEvaluator(IReadOnlyList<Loss> losses, LossWeights weights) =>
        new CpuEvaluator(_network, losses, weights, _threads, _path, _keep);
}
