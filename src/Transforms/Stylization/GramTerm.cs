using System.Numerics.Tensors;
using MLNetStyle.Graphs;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>
/// A loss of one layer that is computed without a graph: w f |s T M T^T - A|^2, M = F F^T the layer's moment, T its tap, A the target.
/// </summary>
/// <remarks>Its gradient by M is D = 2 w f s T^T (s T M T^T - A) T; F gets D + D^T = 2 D times F.</remarks>
internal sealed class GramTerm(Loss loss)
{
    private Memory<float> _target;
    private Memory<float> _error;
    private Memory<float> _work;
    private Memory<float> _product;

    /// <summary>What the gradient is multiplied by.</summary>
    public double Weight { get; set; }

    /// <summary>The term at the last evaluation, not weighted.</summary>
    public double Value { get; private set; }

    /// <summary>Takes the target.</summary>
    public void SetTarget(GraphTensor target)
    {
        if (target.Shape.Count != 3 || target.Shape[1] != target.Shape[2])
            throw new ArgumentException($"The target of the loss '{loss.Name}' has the shape [{string.Join(", ", target.Shape)}]; it needs [1, channels, channels].", nameof(target));
        // From a boundary on: where vectorised sums begin decides their last digits.
        if (_target.Length != target.Values.Length) _target = AlignedFloats.Allocate(target.Values.Length);
        target.Values.Span.CopyTo(_target.Span);
    }

    /// <summary>Computes the term, and adds D + D^T to a matrix.</summary>
    /// <param name="moment">M, channels x channels.</param>
    /// <param name="channels">The channels of the layer.</param>
    /// <param name="positions">Its height times its width.</param>
    /// <param name="tap">T and its transpose; null for none.</param>
    /// <param name="gradient">As long as M.</param>
    public void Run(ReadOnlySpan<float> moment, int channels, long positions, TapMatrices? tap, Span<float> gradient)
    {
        if (_target.Length != moment.Length)
            throw new ArgumentException($"The target of the loss '{loss.Name}' has {_target.Length} numbers, but the layer has {channels} channels. Measure it with the same network.");
        IMomentLoss gram = (IMomentLoss)loss;
        double scale = gram.MomentFactor(channels, positions), factor = gram.SquaresFactor(_target.Span, channels, positions);
        if (_error.Length != moment.Length) _error = AlignedFloats.Allocate(moment.Length);
        Span<float> error = _error.Span;
        if (tap is null)
        {
            TensorPrimitives.Multiply(moment, (float)scale, error);
        }
        else
        {
            Reserve(moment.Length);
            TimesTransposed(tap.Matrix.Span, moment, channels, _work.Span);
            TimesTransposed(_work.Span, tap.Matrix.Span, channels, error);
            TensorPrimitives.Multiply(error, (float)scale, error);
        }
        TensorPrimitives.Subtract(error, _target.Span, error);
        double sum = 0;
        for (int row = 0; row < channels; row++) sum += TensorPrimitives.SumOfSquares<float>(error.Slice(row * channels, channels));
        Value = factor * sum;
        Span<float> inner = error;
        if (tap is not null)
        {
            TimesTransposed(tap.Transposed.Span, error, channels, _work.Span);
            TimesTransposed(_work.Span, tap.Transposed.Span, channels, _product.Span);
            inner = _product.Span;
        }
        TensorPrimitives.MultiplyAdd(inner, (float)(4 * Weight * factor * scale), gradient, gradient);
    }

    private void Reserve(int length)
    {
        if (_work.Length == length) return;
        _work = AlignedFloats.Allocate(length);
        _product = AlignedFloats.Allocate(length);
    }

    /// <summary>a b^T; moments and their errors are symmetric, so that for those it is a b.</summary>
    private static void TimesTransposed(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int channels, Span<float> product)
    {
        for (int row = 0; row < channels; row++)
        {
            ReadOnlySpan<float> left = a.Slice(row * channels, channels);
            for (int column = 0; column < channels; column++)
                product[row * channels + column] = TensorPrimitives.Dot(left, b.Slice(column * channels, channels));
        }
    }
}
