using System.Numerics.Tensors;
using MLNetStyle.Graphs;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>Measures targets on this library's own convolutions.</summary>
/// <remarks>
/// Maps, Gram matrices and style vectors need nothing besides; other statistics are a graph on ONNX Runtime. Holds no transformed filters:
/// it is used for few
/// pictures. Not safe for use by several threads.
/// </remarks>
internal sealed class CpuMeter : IStyleMeter
{
    private readonly MeasuredNetwork _network;
    private readonly GraphSession? _session;
    private readonly Dictionary<string, GraphTensor> _inputs = [];
    private readonly Loss[] _graphed;
    private readonly string[] _outputs;
    private readonly Network _source;
    private readonly Dictionary<string, TapMatrices> _taps = [];

    /// <summary>Prepares the network and the losses' graph.</summary>
    /// <param name="network">The network.</param>
    /// <param name="losses">Losses that have targets, at least one.</param>
    /// <param name="threads">The number of threads, 0 for every core.</param>
    /// <param name="path">The vector registers; null for the best.</param>
    /// <exception cref="ArgumentException">A loss has no target, or the network lacks its layer.</exception>
    public CpuMeter(Network network, IReadOnlyList<Loss> losses, int threads = 0, SimdPath? path = null)
    {
        ArgumentNullException.ThrowIfNull(losses);
        if (losses.FirstOrDefault(l =>
            !l.HasTarget) is { } other) throw new ArgumentException($"The loss '{other.Name}' has no target to measure.", nameof(losses));
        Losses = [.. losses];
        _source = network;
        LossGraph.Check(network, losses);
        _graphed = [.. losses.Where(l => !IsDirect(l))];
        _outputs = [.. _graphed.Select(LossGraph.Statistic)];
        if (_graphed.Length > 0) _session = new GraphSession(LossGraph.StatisticsOfMeasures(network, _graphed),
            MeasuredNetwork.LossOptions);
        _network = new MeasuredNetwork(
            network, losses, new Dictionary<Loss, SquaresTerm>(), new Dictionary<Loss, GramTerm>(), new Dictionary<Loss, NeighborTerm>(),
                threads, path,
            keep: false);
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
        GraphTensor[] graphed = _session?.Run(_session.Known(_inputs), _outputs, cancellation) ?? [];
        int next = 0;
        return [.. Losses.Select(l => IsDirect(l) ? Direct(l) : graphed[next++])];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session?.Dispose();
        _network.Dispose();
    }

    private static bool IsDirect(Loss loss) => loss is ContentLoss or NearestNeighborStyleLoss || LossGraph.TakesMoment(loss);

    // The map, or s T M T^T: M is the moment of the layer's own map, T its tap, s what the loss multiplies it by.
    private GraphTensor Direct(Loss loss)
    {
        string layer = _source.Canonical(loss.Layer!);
        if (!LossGraph.TakesMoment(loss))
        {
            GraphTensor map = _inputs[LossGraph.Map(layer)];
            if (loss is NearestNeighborStyleLoss neighbors)
                return neighbors.Measure(map.Values.Span, (int)map.Shape[1], (int)map.Shape[2], (int)map.Shape[3]);
            return new GraphTensor(map.Values.ToArray(), [.. map.Shape]);
        }
        GraphTensor moment = _inputs[LossGraph.Moment(layer)];
        int channels = (int)moment.Shape[1];
        Memory<float> seen = AlignedFloats.Allocate(channels * channels);
        if (_source.Tap(layer) is { } tap)
        {
            if (!_taps.TryGetValue(layer, out TapMatrices? matrices)) _taps.Add(layer, matrices = new TapMatrices(tap.Values, channels));
            Memory<float> first = AlignedFloats.Allocate(channels * channels);
            _network.MultiplySquare(matrices.Matrix.Span, moment.Values.Span, first.Span, channels);
            _network.MultiplySquare(first.Span, matrices.Transposed.Span, seen.Span, channels);
        }
        else moment.Values.Span.CopyTo(seen.Span);
        long positions = (long)_inputs[LossGraph.Positions(layer)].Values.Span[0];
        TensorPrimitives.Multiply(seen.Span, (float)((IMomentLoss)loss).MomentFactor(channels, positions), seen.Span);
        return new GraphTensor(seen.ToArray(), 1, channels, channels);
    }
}
