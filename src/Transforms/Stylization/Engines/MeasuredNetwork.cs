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

    private readonly ConvolutionEngine? _engine;
    private readonly List<LayerMeasure> _layers = [];
    private (int Width, int Height) _bound;

    /// <param name="network">The network.</param>
    /// <param name="told">The losses that a graph is told of; without one that measures a layer, here or in the next ones, there is no
    /// engine.</param>
    /// <param name="squares">The losses of maps that need no graph.</param>
    /// <param name="grams">The losses of moments that need no graph.</param>
    /// <param name="neighbors">The losses that are matched with style vectors.</param>
    /// <param name="threads">0 for every core.</param>
    /// <param name="path">The vector registers.</param>
    /// <param name="keep">Whether transformed filters are kept.</param>
    public MeasuredNetwork(
        Network network, IEnumerable<Loss> told, IReadOnlyDictionary<Loss, SquaresTerm> squares, IReadOnlyDictionary<Loss, GramTerm> grams,
        IReadOnlyDictionary<Loss, NeighborTerm> neighbors, int threads, SimdPath? path, bool keep)
    {
        ILookup<string, Loss> byLayer = told.Concat(squares.Keys).Concat(grams.Keys).Concat(neighbors.Keys).Where(l =>
            l.Layer is not null).ToLookup(l => network.Canonical(l.Layer!));
        if (byLayer.Count == 0) return;
        _engine = NetworkEngine.Create(network, [.. byLayer.Select(l => l.Key)], threads, path, keep);
        foreach (IGrouping<string, Loss> layer in byLayer)
            _layers.Add(new LayerMeasure(
                _engine, _engine.Maps[layer.Key], network.Tap(layer.Key)?.Values,
                [.. layer.Where(l => !squares.ContainsKey(l) && !grams.ContainsKey(l) && !neighbors.ContainsKey(l))],
                [.. layer.Where(squares.ContainsKey).Select(l => squares[l])],
                [.. layer.Where(grams.ContainsKey).Select(l => grams[l])],
                [.. layer.Where(neighbors.ContainsKey).Select(l => neighbors[l])]));
    }

    /// <summary>Runs the network and fills the tensors that the losses take; they are made anew where the size changed.</summary>
    public void Measure(ReadOnlySpan<float> image, int width, int height, Dictionary<string, GraphTensor> inputs,
        Dictionary<string, GraphTensor>? gradients,
        CancellationToken cancellation)
    {
        if (_engine is null) return;
        if (_bound != (width, height)) _bound = default;
        _engine.Forward(image, width, height, cancellation);
        if (_bound == default)
        {
            foreach (LayerMeasure layer in _layers) layer.Bind(inputs, gradients);
            _bound = (width, height);
        }
        foreach (LayerMeasure layer in _layers) layer.Measure();
    }

    /// <summary>Runs the network on the content, which matches are searched for.</summary>
    public void Keep(ReadOnlySpan<float> content, int width, int height, bool search, CancellationToken cancellation)
    {
        if (_engine is null) return;
        if (_bound != (width, height)) _bound = default;
        _engine.Forward(content, width, height, cancellation);
        foreach (LayerMeasure layer in _layers) layer.Keep(search);
    }

    /// <summary>Finds matches for the maps at hand anew.</summary>
    public void Search()
    {
        foreach (LayerMeasure layer in _layers) layer.Search();
    }

    /// <summary>The gradient by the image, from the tensors that the losses gave and from the losses that need no graph.</summary>
    public void Backward(Span<float> gradient, CancellationToken cancellation)
    {
        if (_engine is null)
        {
            gradient.Clear();
            return;
        }
        foreach (LayerMeasure layer in _layers) layer.SetGradient();
        _engine.Backward(gradient, cancellation);
    }

    /// <summary>A total variation without a graph, its gradient times a weight added; only where there is an engine.</summary>
    public double Variation(TotalVariationLoss loss, double weight, ReadOnlySpan<float> image, Span<float> gradient)
    {
        (double down, double across) = loss.SquaresFactors(_engine!.Width, _engine.Height);
        (double vertical, double horizontal) = _engine.Variation(image, gradient, weight * down, weight * across);
        return down * vertical + across * horizontal;
    }

    /// <summary>The product of two square matrices, their rows one after another.</summary>
    public void MultiplySquare(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> product, int size) =>
        _engine!.MultiplySquare(a, b, product, size);

    public void Dispose() => _engine?.Dispose();
}
