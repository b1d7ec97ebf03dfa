using MLNetStyle.Graphs;
using MLNetStyle.Kernels;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>What the losses of one layer are told of its map, and their gradient on the way back.</summary>
internal sealed class LayerMeasure
{
    private readonly FeatureMap _map;
    private readonly float[] _moment;
    private readonly float[] _momentGradient;
    private readonly float[] _positions = new float[1];
    private readonly bool _planes;
    private readonly bool _asItLies;
    private float[] _values = [];
    private float[] _gradient = [];

    /// <summary>Prepares for the losses of a layer.</summary>
    /// <param name="map">The engine's map.</param>
    /// <param name="losses">The losses that measure it.</param>
    /// <param name="tapped">Whether they see it through a tap.</param>
    /// <param name="inPlanes">Whether maps are always told in planes.</param>
    public LayerMeasure(FeatureMap map, IReadOnlyList<Loss> losses, bool tapped, bool inPlanes)
    {
        _map = map;
        int square = losses.Any(LossGraph.TakesMoment) ? map.Channels * map.Channels : 0;
        (_moment, _momentGradient) = (new float[square], new float[square]);
        Loss[] others = [.. losses.Where(l => !LossGraph.TakesMoment(l))];
        _asItLies = others.Length > 0 && !inPlanes && !tapped && others.All(l => l.IsElementwise) && map.Channels == map.Blocks * Block;
        _planes = others.Length > 0 && !_asItLies;
        map.GradientInPlace = !_asItLies && _planes != (square > 0);
    }

    /// <summary>Channels that lie together.</summary>
    private const int Block = 16;

    /// <summary>Whether the graph takes the map as the engine has it: [C / 16, height, width, 16] under the shape [1, C, height, width].</summary>
    public bool AsItLies => _asItLies;

    /// <summary>Makes the tensors for the size at hand.</summary>
    /// <param name="inputs">Receives those that the graph takes.</param>
    /// <param name="gradients">Receives those that it gives; null if it gives none.</param>
    public void Bind(Dictionary<string, GraphTensor> inputs, Dictionary<string, GraphTensor>? gradients)
    {
        string name = _map.Name;
        if (_moment.Length > 0)
        {
            _positions[0] = _map.Pixels;
            inputs[LossGraph.Positions(name)] = new GraphTensor(_positions.AsMemory());
            inputs[LossGraph.Moment(name)] = new GraphTensor(_moment.AsMemory(), 1, _map.Channels, _map.Channels);
            if (gradients is not null) gradients[LossGraph.MomentGradient(name)] = new GraphTensor(_momentGradient.AsMemory(), 1, _map.Channels, _map.Channels);
        }
        if (!_planes && !_asItLies) return;
        long length = _map.Channels * _map.Pixels;
        if (_planes && _values.Length != length) (_values, _gradient) = (new float[length], new float[gradients is null ? 0 : length]);
        long[] shape = [1, _map.Channels, _map.Height, _map.Width];
        inputs[LossGraph.Map(name)] = new GraphTensor(_planes ? _values : new NativeFloats(_map.Address, length).Memory, shape);
        if (gradients is not null) gradients[LossGraph.Gradient(name)] = new GraphTensor(_planes ? _gradient : new NativeFloats(_map.GradientAddress, length).Memory, shape);
    }

    /// <summary>Fills what the graph takes.</summary>
    public void Measure()
    {
        if (_moment.Length > 0) _map.Gram(_moment);
        if (_planes) _map.CopyTo(_values);
    }

    /// <summary>Hands the engine what the graph gave.</summary>
    public void SetGradient()
    {
        if (_planes) _map.SetGradient(_gradient);
        if (_moment.Length > 0) _map.MultiplyIntoGradient(_momentGradient, _planes || _asItLies);
    }

    /// <summary>A map in planes, as the engine would have it.</summary>
    public static GraphTensor Lay(GraphTensor planes)
    {
        int pixels = (int)(planes.Shape[2] * planes.Shape[3]);
        float[] laid = new float[planes.Count];
        ReadOnlySpan<float> from = planes.Values.Span;
        for (int block = 0; block < laid.Length; block += Block * pixels)
        {
            Span<float> to = laid.AsSpan(block, Block * pixels);
            for (int c = 0; c < Block; c++)
            {
                ReadOnlySpan<float> plane = from.Slice(block + c * pixels, pixels);
                for (int i = 0; i < plane.Length; i++) to[i * Block + c] = plane[i];
            }
        }
        return new GraphTensor(laid, [.. planes.Shape]);
    }
}
