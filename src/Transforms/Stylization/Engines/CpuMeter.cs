using MLNetStyle.Graphs;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>Measures targets on this library's own convolutions.</summary>
/// <remarks>Holds no transformed filters: it is used for few pictures. Not safe for use by several threads.</remarks>
internal sealed class CpuMeter : IStyleMeter
{
    private readonly MeasuredNetwork _network;
    private readonly GraphSession _session;
    private readonly Dictionary<string, GraphTensor> _inputs = [];
    private readonly string[] _outputs;
    private readonly Network _source;

    /// <summary>Prepares the network and the losses' graph.</summary>
    /// <param name="network">The network.</param>
    /// <param name="losses">Losses that have targets, at least one.</param>
    /// <param name="threads">The number of threads, 0 for every core.</param>
    /// <param name="path">The vector registers; null for the best.</param>
    /// <exception cref="ArgumentException">A loss has no target, or the network lacks its layer.</exception>
    public CpuMeter(Network network, IReadOnlyList<Loss> losses, int threads = 0, SimdPath? path = null)
    {
        ArgumentNullException.ThrowIfNull(losses);
        if (losses.FirstOrDefault(l => !l.HasTarget) is { } other) throw new ArgumentException($"The loss '{other.Name}' has no target to measure.", nameof(losses));
        Losses = [.. losses];
        _source = network;
        _outputs = [.. losses.Select(LossGraph.Statistic)];
        _session = new GraphSession(LossGraph.StatisticsOfMeasures(network, losses), MeasuredNetwork.LossOptions);
        _network = new MeasuredNetwork(network, losses, new Dictionary<Loss, SquaresTerm>(), new Dictionary<Loss, GramTerm>(), new Dictionary<Loss, NeighborTerm>(), threads, path, keep: false);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Loss> Losses { get; }

    /// <inheritdoc/>
    public IReadOnlyList<GraphTensor> Measure(PlanarImage image, CancellationToken cancellation = default, PictureGuides? guides = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        PictureGuides.CheckSize(guides, image.Width, image.Height);
        cancellation.ThrowIfCancellationRequested();
        PictureGuides.Bind(guides, Losses, _source, _inputs);
        _network.Measure(image.Samples, image.Width, image.Height, _inputs, null, cancellation);
        return _session.Run(_inputs, _outputs, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _network.Dispose();
    }
}
