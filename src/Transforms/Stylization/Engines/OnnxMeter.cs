using MLNetStyle.Graphs;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>Measures targets with a forward graph on ONNX Runtime.</summary>
/// <remarks>Not safe for use by several threads.</remarks>
internal sealed class OnnxMeter : IStyleMeter
{
    private readonly GraphSession _session;
    private readonly string[] _outputs;
    private readonly Network _source;

    /// <summary>Builds the graph and the session.</summary>
    /// <param name="network">The network.</param>
    /// <param name="losses">Losses that have targets, at least one.</param>
    /// <param name="options">Device and threads; null for the CPU with every core.</param>
    /// <exception cref="ArgumentException">A loss has no target, or the network lacks its layer.</exception>
    /// <exception cref="InvalidOperationException">The device is not available.</exception>
    public OnnxMeter(Network network, IReadOnlyList<Loss> losses, GraphSessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(losses);
        if (losses.FirstOrDefault(l =>
            !l.HasTarget) is { } other) throw new ArgumentException($"The loss '{other.Name}' has no target to measure.", nameof(losses));
        Losses = [.. losses];
        _source = network;
        _outputs = [.. losses.Select(LossGraph.Statistic)];
        _session = new GraphSession(LossGraph.Statistics(network, losses), options);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Loss> Losses { get; }

    /// <inheritdoc/>
    public IReadOnlyList<GraphTensor> Measure(PlanarImage image, CancellationToken cancellation = default, PictureGuides? guides = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        PictureGuides.CheckSize(guides, image.Width, image.Height);
        Dictionary<string, GraphTensor> inputs = new()
        {
            [LossGraph.Image] = new GraphTensor(image.Samples, 1, PlanarImage.Channels,
            image.Height, image.Width)
        };
        PictureGuides.Bind(guides, Losses, _source, inputs);
        return _session.Run(inputs, _outputs, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
