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
    private double _energy;

    /// <summary>What the gradient is multiplied by.</summary>
    public double Weight { get; set; }

    /// <summary>The term at the last evaluation, not weighted.</summary>
    public double Value { get; private set; }

    /// <summary>Takes the target.</summary>
    public void SetTarget(GraphTensor target) => _target = new NeighborTarget(loss, target);

    /// <summary>Takes the guidance channel of a region.</summary>
    public void SetGuide(GraphTensor channel) => _guide = channel;

    /// <summary>Keeps a map of the content, and finds what is nearest to it if told to.</summary>
    public void Keep(ConvolutionEngine engine, FeatureMap map, bool search)
    {
        if (_target is { } target)
        {
            if (target.Mean.Length != map.Channels)
                throw new ArgumentException($"The target of the loss '{loss.Name}' is for {target.Mean.Length} channels, but the layer "
                    + $"has {map.Channels}. Measure it with the same network.");
            _field.Set(engine.Kernels, target.Units, target.Mean);
            _energy = target.Energy;
            _target = null;
        }
        engine.Keep(map, _field);
        NeighborTarget.Share(loss, _field.Length, _energy, _field.Share);
        if (search) Search(engine, map, kept: false);
    }

    /// <summary>Finds what is nearest to the content and the picture together.</summary>
    public void Search(ConvolutionEngine engine, FeatureMap map) => Search(engine, map, kept: true);

    /// <summary>Computes the term, and sets the map's gradient or adds to it.</summary>
    public void Run(ConvolutionEngine engine, FeatureMap map, bool add) =>
        Value = engine.NeighborDistance(map, _field, (float)(Weight / map.Pixels), add) / map.Pixels;

    public void Dispose() => _field.Dispose();

    private void Search(ConvolutionEngine engine, FeatureMap map, bool kept)
    {
        engine.Search(map, _field, kept);
        if (_field.Count == 0)
        {
            _field.Weight.AsSpan().Clear();
            return;
        }
        NeighborTarget.Weigh(_field.Length, _field.Cosine, _energy, _field.Weight);
        if (_guide is not null)
        {
            ReadOnlySpan<float> guide = _guide.Values.Span;
            for (int i = 0; i < _field.Weight.Length; i++) _field.Weight[i] *= guide[i] * guide[i];
        }
        NeighborTarget.Charge(loss, _field.Index, _field.Weight, _field.Prices);
    }
}
