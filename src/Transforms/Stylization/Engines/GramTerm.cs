using System.Numerics.Tensors;
using MLNetStyle.Graphs;
using MLNetStyle.Kernels;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>
/// A loss of one layer that is computed without a graph: w f |s T M T^T - A|^2, M = F F^T the layer's moment, T its tap, A the target.
/// </summary>
/// <remarks>Its gradient by M is D = 2 w f s T^T (s T M T^T - A) T; F gets D + D^T = 2 D times F, for A is symmetric as Gram matrices
/// are.</remarks>
internal sealed class GramTerm(Loss loss)
{
    private readonly IMomentLoss _form = (IMomentLoss)loss;
    private Memory<float> _raw;
    private Memory<float> _target;
    private Memory<float> _first;
    private Memory<float> _second;
    private long _positions;
    private double _factor;

    /// <summary>What the gradient is multiplied by.</summary>
    public double Weight { get; set; }

    /// <summary>The term at the last evaluation, not weighted.</summary>
    public double Value { get; private set; }

    /// <summary>Takes the target.</summary>
    public void SetTarget(GraphTensor target)
    {
        if (target.Shape.Count != 3 || target.Shape[1] != target.Shape[2])
            throw new ArgumentException($"The target of the loss '{loss.Name}' has the shape [{string.Join(", ", target.Shape)}]; it "
                + $"needs [1, channels, channels].", nameof(target));
        // From a boundary on: where vectorised sums begin decides their last digits.
        if (_raw.Length != target.Values.Length) (_raw, _target) = (AlignedFloats.Allocate(target.Values.Length),
            AlignedFloats.Allocate(target.Values.Length));
        target.Values.Span.CopyTo(_raw.Span);
        _positions = 0;
    }

    /// <summary>Computes the term, and adds D + D^T to a matrix.</summary>
    /// <param name="engine">Does the arithmetic.</param>
    /// <param name="moment">M, channels x channels.</param>
    /// <param name="channels">The channels of the layer.</param>
    /// <param name="positions">Its height times its width.</param>
    /// <param name="tap">T and its transpose; null for none.</param>
    /// <param name="gradient">As long as M.</param>
    public void Run(ConvolutionEngine engine, ReadOnlySpan<float> moment, int channels, long positions, TapMatrices? tap,
        Span<float> gradient)
    {
        if (_raw.Length != moment.Length)
            throw new ArgumentException($"The target of the loss '{loss.Name}' has {_raw.Length} numbers, but the layer has {channels} "
                + $"channels. Measure it with the same network.");
        if (_positions != positions) Scale(channels, positions);
        float slope = (float)(4 * Weight * _factor);
        if (tap is null)
        {
            Value = _factor * engine.Difference(moment, _target.Span, gradient, slope, true);
            return;
        }
        Reserve(moment.Length);
        Span<float> first = _first.Span, second = _second.Span;
        engine.MultiplySquare(tap.Matrix.Span, moment, first, channels);
        engine.MultiplySquare(first, tap.Transposed.Span, second, channels);
        Value = _factor * engine.Difference(second, _target.Span, second, 1, false);
        engine.MultiplySquare(tap.Transposed.Span, second, first, channels);
        engine.MultiplySquare(first, tap.Matrix.Span, second, channels);
        TensorPrimitives.MultiplyAdd(second, slope, gradient, gradient);
    }

    /// <summary>Divides the target by s, so that it compares with M itself: |s M - A|^2 = s^2 |M - A / s|^2.</summary>
    private void Scale(int channels, long positions)
    {
        double scale = _form.MomentFactor(channels, positions);
        TensorPrimitives.Multiply(_raw.Span, (float)(1 / scale), _target.Span);
        _factor = _form.SquaresFactor(_raw.Span, channels, positions) * scale * scale;
        _positions = positions;
    }

    private void Reserve(int length)
    {
        if (_first.Length == length) return;
        _first = AlignedFloats.Allocate(length);
        _second = AlignedFloats.Allocate(length);
    }
}
