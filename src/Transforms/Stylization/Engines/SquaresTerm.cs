using MLNetStyle.Graphs;
using MLNetStyle.Kernels;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>A loss of one layer that the engine computes without a graph: a factor times the sum of squared differences from a
/// target.</summary>
internal sealed class SquaresTerm(Loss loss)
{
    private const int Block = 16;

    private float[] _target = [];
    private long[] _shape = [];
    private double _factor;

    /// <summary>What the gradient is multiplied by.</summary>
    public double Weight { get; set; }

    /// <summary>The term at the last evaluation, not weighted.</summary>
    public double Value { get; private set; }

    /// <summary>Takes the target, in planes.</summary>
    public void SetTarget(GraphTensor target)
    {
        if (target.Shape.Count != 4) throw new ArgumentException($"The target of the loss '{loss.Name}' has {target.Shape.Count} "
            + $"dimensions; it needs [1, channels, height, width].", nameof(target));
        _shape = [.. target.Shape];
        _target = Lay(target);
        _factor = ((ISquaresLoss)loss).SquaresFactor(target.Values.Span);
    }

    /// <summary>Computes the term, and sets the map's gradient or adds to it.</summary>
    public void Run(ConvolutionEngine engine, FeatureMap map, bool add)
    {
        if (_shape[1] != map.Channels || _shape[2] != map.Height || _shape[3] != map.Width)
            throw new ArgumentException($"The target of the loss '{loss.Name}' has the shape [{string.Join(", ", _shape)}], but the map "
                + $"is {map.Channels} x {map.Height} x {map.Width}. Measure it at the picture's size.");
        Value = _factor * engine.Difference(map, _target, (float)(2 * _factor * Weight), add);
    }

    /// <summary>Planes in the engine's order, channels filled up with zeros.</summary>
    private static float[] Lay(GraphTensor planes)
    {
        int channels = (int)planes.Shape[1], pixels = (int)(planes.Shape[2] * planes.Shape[3]);
        float[] laid = new float[(channels + Block - 1) / Block * Block * pixels];
        ReadOnlySpan<float> from = planes.Values.Span;
        for (int channel = 0; channel < channels; channel++)
        {
            ReadOnlySpan<float> plane = from.Slice(channel * pixels, pixels);
            Span<float> to = laid.AsSpan(channel / Block * Block * pixels + channel % Block);
            for (int i = 0; i < plane.Length; i++) to[i * Block] = plane[i];
        }
        return laid;
    }
}
