using MLNetStyle.Graphs;
using MLNetStyle.Kernels;
using MLNetStyle.Losses;
using MLNetStyle.Networks;

namespace MLNetStyle.Stylization;

/// <summary>A network on the CPU engine and what losses are told of its maps.</summary>
internal sealed class MeasuredNetwork : IDisposable
{
    /// <summary>How losses run: on one thread, because sums of ONNX Runtime's are cut up by the number of threads.</summary>
    public static readonly GraphSessionOptions LossOptions = new() { Threads = 1, Spinning = false };

    private readonly Network _network;
    private readonly ConvolutionEngine? _engine;
    private readonly Dictionary<string, LayerMeasure> _layers = [];
    private (int Width, int Height) _bound;

    /// <param name="network">The network.</param>
    /// <param name="losses">The losses; without one that measures a layer there is no engine.</param>
    /// <param name="threads">0 for every core.</param>
    /// <param name="path">The vector registers.</param>
    /// <param name="keep">Whether transformed filters are kept.</param>
    /// <param name="inPlanes">Whether maps are always told in planes, because they are given out.</param>
    public MeasuredNetwork(Network network, IReadOnlyList<Loss> losses, int threads, SimdPath? path, bool keep, bool inPlanes)
    {
        _network = network;
        ILookup<string, Loss> byLayer = losses.Where(l => l.Layer is not null).ToLookup(l => network.Canonical(l.Layer!));
        if (byLayer.Count == 0) return;
        _engine = NetworkEngine.Create(network, [.. byLayer.Select(l => l.Key)], threads, path, keep);
        foreach (IGrouping<string, Loss> layer in byLayer)
            _layers.Add(layer.Key, new LayerMeasure(_engine.Maps[layer.Key], [.. layer], network.HasTap(layer.Key), inPlanes));
    }

    /// <summary>Runs the network and fills the tensors that the losses take; they are made anew where the size changed.</summary>
    public void Measure(ReadOnlySpan<float> image, int width, int height, Dictionary<string, GraphTensor> inputs, Dictionary<string, GraphTensor>? gradients,
        CancellationToken cancellation)
    {
        if (_engine is null) return;
        if (_bound != (width, height)) _bound = default;
        _engine.Forward(image, width, height, cancellation);
        if (_bound == default)
        {
            foreach (LayerMeasure layer in _layers.Values) layer.Bind(inputs, gradients);
            _bound = (width, height);
        }
        foreach (LayerMeasure layer in _layers.Values) layer.Measure();
    }

    /// <summary>The gradient by the image, from the tensors that the losses gave.</summary>
    public void Backward(Span<float> gradient, CancellationToken cancellation)
    {
        if (_engine is null)
        {
            gradient.Clear();
            return;
        }
        foreach (LayerMeasure layer in _layers.Values) layer.SetGradient();
        _engine.Backward(gradient, cancellation);
    }

    /// <summary>A target in the order that the loss's graph has for its map.</summary>
    public GraphTensor Lay(Loss loss, GraphTensor target) =>
        loss.Layer is not null && !LossGraph.TakesMoment(loss) && _layers[_network.Canonical(loss.Layer)].AsItLies && target.Shape.Count == 4 ? LayerMeasure.Lay(target) : target;

    public void Dispose() => _engine?.Dispose();
}
