using System.Numerics.Tensors;
using MLNetStyle.Graphs;
using MLNetStyle.Kernels;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>Evaluates the network and the usual losses on this library's own convolutions, other losses as a small differentiated graph
/// over its maps.</summary>
/// <remarks>
/// <para>Losses that are sums of squared differences, of a map or its Gram matrix and a target or of neighbouring pixels, are computed
/// without the
/// graph, in the engine's layout. The others are told the map; where there are none, there is no graph.</para>
/// <para>Memory is kept from one evaluation to the next; another size of image takes it anew. It has threads of its own. Not safe for use
/// by
/// several threads.</para>
/// </remarks>
internal sealed class CpuEvaluator : StyleEvaluator
{
    private static readonly Dictionary<string, GraphTensor> s_nothing = [];

    private readonly MeasuredNetwork _network;
    private readonly LossSession? _session;
    private readonly int[] _told;
    private readonly Dictionary<Loss, SquaresTerm> _squares;
    private readonly Dictionary<Loss, GramTerm> _grams;
    private readonly Dictionary<Loss, NeighborTerm> _neighbors;
    private readonly int _variation;
    private readonly bool _ofImage;
    private double _variationWeight;
    private Memory<float> _image;
    private float[] _imageGradient = [];

    /// <summary>Prepares the network and the losses' graph.</summary>
    /// <param name="network">The network.</param>
    /// <param name="losses">The losses, at least one.</param>
    /// <param name="weights">The weights of their kinds.</param>
    /// <param name="threads">The number of threads, 0 for every core; the results don't depend on it.</param>
    /// <param name="path">The vector registers; null for the best.</param>
    /// <param name="keepTransformedWeights">See <see cref="EngineOptions.KeepTransformedWeights"/>.</param>
    /// <exception cref="ArgumentException">There is no loss, or the network lacks a layer.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the instructions asked for.</exception>
    public CpuEvaluator(Network network, IReadOnlyList<Loss> losses, LossWeights weights, int threads = 0, SimdPath? path = null,
        bool keepTransformedWeights = true)
        : base(network, losses, weights)
    {
        _squares = losses.Where(l => l is ISquaresLoss { IsSquares: true } && l.Layer is not null).ToDictionary(l => l, l =>
            new SquaresTerm(l));
        _grams = losses.Where(LossGraph.TakesMoment).ToDictionary(l => l, l => new GramTerm(l));
        _neighbors = losses.Where(IsMatched).ToDictionary(l => l, l => new NeighborTerm(l));
        _variation = losses.Any(l => l.Layer is not null) ? Array.FindIndex([.. losses], l => l is TotalVariationLoss { IsSquares: true })
            : -1;
        _told = [.. Enumerable.Range(0, losses.Count).Where(i => i != _variation && !_squares.ContainsKey(losses[i])
            && !_grams.ContainsKey(losses[i]) && !_neighbors.ContainsKey(losses[i]))];
        Loss[] told = [.. _told.Select(i => losses[i])];
        _ofImage = told.Any(l => l.Layer is null);
        if (told.Length > 0) _session = new LossSession(LossGraph.OverMeasures(network, told), told.Length, MeasuredNetwork.LossOptions);
        _network = new MeasuredNetwork(network, told, _squares, _grams, _neighbors, threads, path, keepTransformedWeights);
    }

    private protected override void SetTarget(Loss loss, GraphTensor target)
    {
        if (_squares.TryGetValue(loss, out SquaresTerm? squares)) squares.SetTarget(target);
        else if (_grams.TryGetValue(loss, out GramTerm? gram)) gram.SetTarget(target);
        else if (_neighbors.TryGetValue(loss, out NeighborTerm? neighbors)) neighbors.SetTarget(target);
        else _session!.Inputs[LossGraph.Target(loss)] = target;
    }

    private protected override void SetGuide(GuidedLoss loss, GraphTensor channel)
    {
        if (_neighbors.TryGetValue(loss, out NeighborTerm? neighbors)) neighbors.SetGuide(channel);
        else _session!.Inputs[LossGraph.Guide(loss)] = channel;
    }

    private protected override void Keep(ReadOnlySpan<float> content, int width, int height, bool search, CancellationToken cancellation) =>
        _network.Keep(content, width, height, search, cancellation);

    private protected override void Resize(int width, int height, ReadOnlySpan<double> weights)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            if (_squares.TryGetValue(Losses[i], out SquaresTerm? squares)) squares.Weight = weights[i];
            if (_grams.TryGetValue(Losses[i], out GramTerm? gram)) gram.Weight = weights[i];
            if (_neighbors.TryGetValue(Losses[i], out NeighborTerm? neighbors)) neighbors.Weight = weights[i];
        }
        if (_variation >= 0) _variationWeight = weights[_variation];
        for (int i = 0; i < _told.Length; i++) _session!.Weights[i] = (float)weights[_told[i]];
        if (!_ofImage) return;
        int length = PlanarImage.Channels * width * height;
        if (_image.Length < length) (_image, _imageGradient) = (AlignedFloats.Allocate(length), new float[length]);
        _session!.Inputs[LossGraph.Image] = new GraphTensor(_image, 1, PlanarImage.Channels, height, width);
        _session.Outputs[LossGraph.Gradient()] = new GraphTensor(_imageGradient, 1, PlanarImage.Channels, height, width);
    }

    private protected override void Run(ReadOnlySpan<float> image, int width, int height, Span<float> gradient, Span<double> terms,
        bool search, CancellationToken cancellation)
    {
        _network.Measure(image, width, height, _session?.Inputs ?? s_nothing, _session?.Outputs ?? s_nothing, cancellation);
        if (search) _network.Search();
        if (_ofImage) image.CopyTo(_image.Span);
        _session?.Run(cancellation);
        _network.Backward(gradient, cancellation);
        if (_ofImage) TensorPrimitives.Add(gradient, _imageGradient.AsSpan(0, image.Length), gradient);
        for (int i = 0; i < _told.Length; i++) terms[_told[i]] = _session!.Terms[i];
        for (int i = 0; i < terms.Length; i++)
        {
            if (_squares.TryGetValue(Losses[i], out SquaresTerm? squares)) terms[i] = squares.Value;
            else if (_grams.TryGetValue(Losses[i], out GramTerm? gram)) terms[i] = gram.Value;
            else if (_neighbors.TryGetValue(Losses[i], out NeighborTerm? neighbors)) terms[i] = neighbors.Value;
            else if (i == _variation) terms[i] = _network.Variation((TotalVariationLoss)Losses[i], _variationWeight, image, gradient);
        }
    }

    private protected override void Free()
    {
        _session?.Dispose();
        _network.Dispose();
        foreach (NeighborTerm term in _neighbors.Values) term.Dispose();
    }
}
