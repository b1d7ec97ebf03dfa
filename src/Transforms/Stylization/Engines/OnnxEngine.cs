using MLNetStyle.Graphs;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>The engine that runs network, losses and gradient as one graph on ONNX Runtime, on the CPU or on CUDA.</summary>
/// <remarks>Immutable and safe to share between threads; what it makes is not.</remarks>
internal sealed class OnnxEngine : IStyleEngine
{
    private readonly Network _network;
    private readonly GraphSessionOptions _session;

    /// <summary>Describes where to run.</summary>
    /// <param name="network">The network.</param>
    /// <param name="device">The device.</param>
    /// <param name="threads">The number of threads, 0 for every core.</param>
    public OnnxEngine(Network network, ComputeDevice device, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(device);
        _network = network;
        _session = new GraphSessionOptions { Device = device, Threads = threads };
    }

    /// <inheritdoc/>
    public string Name => "onnx";

    /// <inheritdoc/>
    public IStyleMeter CreateMeter(IReadOnlyList<Loss> losses) => new OnnxMeter(_network, losses, _session);

    /// <inheritdoc/>
    public IStyleEvaluator CreateEvaluator(IReadOnlyList<Loss> losses, LossWeights weights) =>
        new OnnxEvaluator(_network, losses, weights, _session);
}
