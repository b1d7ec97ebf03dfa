using MLNetStyle.Graphs;
using MLNetStyle.Kernels;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>A nearest-neighbour loss of one layer on the CPU engine's own kernels.</summary>
internal sealed class NeighborTerm(Loss loss) : IDisposable
{
    private readonly NeighborField _field = new();
    private NeighborTarget? _target;
    private GraphTensor? _guide;
    private bool _set;

    /// <summary>What the gradient is multiplied by.</summary>
    public double Weight { get; set; }

    /// <summary>The term at the last evaluation, not weighted.</summary>
    public double Value { get; private set; }

    /// <summary>Takes the target.</summary>
    public void SetTarget(GraphTensor target) => (_target, _set) = (new NeighborTarget(loss, target), false);

    /// <summary>Takes the guidance channel of a region.</summary>
    public void SetGuide(GraphTensor channel) => _guide = channel;

    /// <summary>Keeps a map of the content, and finds what is nearest to it.</summary>
    public void Keep(ConvolutionEngine engine, FeatureMap map)
    {
        if (!_set) _field.Set(engine.Kernels, _target!.Units, _target.Bias, _target.Mean);
        if (_target!.Mean.Length != map.Channels)
            throw new ArgumentException($"The target of the loss '{loss.Name}' is for {_target.Mean.Length} channels, but the layer has {map.Channels}. Measure it with the same network.");
        _set = true;
        engine.Keep(map, _field);
        Search(engine, map, 0);
    }

    /// <summary>Finds what is nearest to the content and the picture together.</summary>
    public void Search(ConvolutionEngine engine, FeatureMap map) => Search(engine, map, (float)NearestNeighborStyleLoss.ContentShare);

    /// <summary>Computes the term, and sets the map's gradient or adds to it.</summary>
    public void Run(ConvolutionEngine engine, FeatureMap map, bool add) =>
        Value = engine.NeighborDistance(map, _field, (float)(Weight / map.Pixels), add) / map.Pixels;

    public void Dispose() => _field.Dispose();

    private void Search(ConvolutionEngine engine, FeatureMap map, float kept)
    {
        engine.Search(map, _field, kept);
        if (_field.Count == 0) _field.Weight.AsSpan().Clear();
        else NeighborTarget.Weigh(_field.Length, map.Width, map.Height, _field.Weight);
        if (_guide is null) return;
        ReadOnlySpan<float> guide = _guide.Values.Span;
        for (int i = 0; i < _field.Weight.Length; i++) _field.Weight[i] *= guide[i] * guide[i];
    }
}
