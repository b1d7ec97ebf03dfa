using MLNetStyle.Graphs;
using MLNetStyle.Kernels;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>What the losses of one layer are told of its map, and their gradient on the way back.</summary>
internal sealed class LayerMeasure
{
    /// <summary>
    /// From this many channels C on, the moment is that of the map through its tap: with N positions that takes 4 C^2 N multiplications,
    /// the tap on both sides of the moment and of its gradient 2 C^2 N + 4 C^3, and C is above N / 2 for pictures of up to 600 pixels.
    /// </summary>
    private const int ManyChannels = 256;

    private readonly ConvolutionEngine _engine;
    private readonly FeatureMap _map;
    private readonly FeatureMap _seen;
    private readonly Memory<float> _moment;
    private readonly Memory<float> _momentGradient;
    private readonly float[] _positions = new float[1];
    private readonly SquaresTerm[] _squares;
    private readonly GramTerm[] _grams;
    private readonly NeighborTerm[] _neighbors;
    private readonly TapMatrices? _tap;
    private readonly bool _toldMoment;
    private readonly bool _momentOfSeen;
    private readonly bool _planes;
    private Memory<float> _values;
    private float[] _gradient = [];

    /// <summary>Prepares for the losses of a layer.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="map">Its map.</param>
    /// <param name="tap">What losses see the map through, [channels][channels]; null for nothing.</param>
    /// <param name="told">The losses that a graph is told of.</param>
    /// <param name="squares">Those of the map that need no graph.</param>
    /// <param name="grams">Those of the moment that need no graph.</param>
    /// <param name="neighbors">Those that are matched with style vectors.</param>
    public LayerMeasure(
        ConvolutionEngine engine, FeatureMap map, float[]? tap, IReadOnlyList<Loss> told, IReadOnlyList<SquaresTerm> squares,
            IReadOnlyList<GramTerm> grams,
        IReadOnlyList<NeighborTerm> neighbors)
    {
        (_engine, _map, _squares, _grams, _neighbors) = (engine, map, [.. squares], [.. grams], [.. neighbors]);
        _toldMoment = told.Any(LossGraph.TakesMoment);
        int square = _toldMoment || _grams.Length > 0 ? map.Channels * map.Channels : 0;
        (_moment, _momentGradient) = (AlignedFloats.Allocate(square), AlignedFloats.Allocate(_grams.Length > 0 ? square : 0));
        _momentOfSeen = tap is not null && _grams.Length > 0 && !_toldMoment && map.Channels >= ManyChannels;
        if (tap is not null && _grams.Length > 0 && !_momentOfSeen) _tap = new TapMatrices(tap, map.Channels);
        _planes = told.Any(l => !LossGraph.TakesMoment(l));
        bool tapped = tap is not null && (_planes || _momentOfSeen || _squares.Length + _neighbors.Length > 0);
        _seen = tapped ? engine.Tap(map, tap) : map;
        // Only one that writes a gradient can put it in the place of what it reads; a moment does not read what is seen through a tap.
        _seen.GradientInPlace = _squares.Length + _neighbors.Length + (_planes ? 1 : 0) + (square > 0 && (!tapped || _momentOfSeen) ? 1 : 0) == 1;
        if (tapped) map.GradientInPlace = true;
    }

    /// <summary>Makes the tensors for the size at hand.</summary>
    /// <param name="inputs">Receives those that the graph takes.</param>
    /// <param name="gradients">Receives those that it gives; null if it gives none.</param>
    public void Bind(Dictionary<string, GraphTensor> inputs, Dictionary<string, GraphTensor>? gradients)
    {
        string name = _map.Name;
        if (_toldMoment)
        {
            _positions[0] = _map.Pixels;
            inputs[LossGraph.Positions(name)] = new GraphTensor(_positions.AsMemory());
            inputs[LossGraph.Moment(name)] = new GraphTensor(_moment, 1, _map.Channels, _map.Channels);
        }
        if (!_planes) return;
        long length = _map.Channels * _map.Pixels;
        if (_values.Length != length) (_values, _gradient) = (AlignedFloats.Allocate(checked((int)length)),
            new float[gradients is null ? 0 : length]);
        long[] shape = [1, _map.Channels, _map.Height, _map.Width];
        inputs[LossGraph.Map(name)] = new GraphTensor(_values, shape);
        if (gradients is not null) gradients[LossGraph.Gradient(name)] = new GraphTensor(_gradient, shape);
    }

    /// <summary>Fills what the graph takes.</summary>
    public void Measure()
    {
        if (_moment.Length > 0) (_momentOfSeen ? _seen : _map).Gram(_moment.Span);
        if (_planes) _seen.CopyTo(_values.Span);
    }

    /// <summary>Takes the map for that of the content.</summary>
    public void Keep(bool search)
    {
        foreach (NeighborTerm term in _neighbors) term.Keep(_engine, _seen, search);
    }

    /// <summary>Finds matches for the map anew.</summary>
    public void Search()
    {
        foreach (NeighborTerm term in _neighbors) term.Search(_engine, _seen);
    }

    /// <summary>Hands the engine what the graph gave, and computes what needs no graph.</summary>
    public void SetGradient()
    {
        bool tapped = _seen != _map, moment = _moment.Length > 0, beside = tapped && moment && !_momentOfSeen;
        _momentGradient.Span.Clear();
        foreach (GramTerm term in _grams) term.Run(_engine, _moment.Span, _map.Channels, _map.Pixels, _tap, _momentGradient.Span);
        if (beside) _map.MultiplyIntoGradient(_momentGradient.Span);
        if (_planes) _seen.SetGradient(_gradient);
        for (int i = 0; i < _squares.Length; i++) _squares[i].Run(_engine, _seen, _planes || i > 0);
        for (int i = 0; i < _neighbors.Length; i++) _neighbors[i].Run(_engine, _seen, _planes || _squares.Length + i > 0);
        if (moment && !beside) _seen.MultiplyIntoGradient(_momentGradient.Span, _planes || _squares.Length + _neighbors.Length > 0);
        if (tapped) _engine.PullBack(_seen, beside);
    }
}
