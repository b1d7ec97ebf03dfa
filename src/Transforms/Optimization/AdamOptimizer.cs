using System.Numerics;
using System.Runtime.InteropServices;
using MLNetStyle.Kernels;

namespace MLNetStyle.Optimization;

/// <summary>
/// Adam with bias correction: Kingma and Ba 2015, "Adam: A Method for Stochastic Optimization", algorithm 1.
/// </summary>
/// <remarks>
/// m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; x = x - a m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + epsilon), then x is brought
/// within the bounds. The value is that of the point after the step. Not safe for use by several threads.
/// </remarks>
internal sealed class AdamOptimizer : ImageOptimizer
{
    private readonly double _rate, _beta1, _beta2, _epsilon;
    private readonly float[] _mean;
    private readonly float[] _square;
    private readonly Work _updating;
    private double _power1, _power2;
    private float _step, _root;

    /// <summary>Takes memory and settings.</summary>
    /// <param name="capacity">The largest length of a point, at least 1.</param>
    /// <param name="rate">The learning rate a, positive, in the units of the point.</param>
    /// <param name="beta1">The decay of the mean gradient, 0 up to below 1.</param>
    /// <param name="beta2">The decay of the mean squared gradient, 0 up to below 1.</param>
    /// <param name="epsilon">Keeps the division defined, positive.</param>
    /// <param name="lower">The lower bound of every element; negative infinity for none.</param>
    /// <param name="upper">The upper bound of every element; infinity for none.</param>
    /// <param name="threads">How many threads work on long vectors, the calling one included; 0 for one on each core.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public AdamOptimizer(int capacity, double rate = 5, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8,
        float lower = float.NegativeInfinity, float upper = float.PositiveInfinity, int threads = 1) : base(capacity, lower, upper, threads)
    {
        if (!(rate > 0 && double.IsFinite(rate))) throw new ArgumentOutOfRangeException(nameof(rate), rate,
            "The learning rate must be positive and finite.");
        if (!(beta1 >= 0 && beta1 < 1)) throw new ArgumentOutOfRangeException(nameof(beta1), beta1, "beta1 must be 0 up to below 1.");
        if (!(beta2 >= 0 && beta2 < 1)) throw new ArgumentOutOfRangeException(nameof(beta2), beta2, "beta2 must be 0 up to below 1.");
        if (!(epsilon > 0 && double.IsFinite(epsilon))) throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon,
            "epsilon must be positive and finite.");
        (_rate, _beta1, _beta2, _epsilon) = (rate, beta1, beta2, epsilon);
        _mean = new float[capacity];
        _square = new float[capacity];
        _updating = new Work((piece, _) => Update(piece));
    }

    private protected override void Reset()
    {
        _mean.AsSpan(0, Length).Clear();
        _square.AsSpan(0, Length).Clear();
        (_power1, _power2) = (1, 1);
    }

    private protected override bool Advance()
    {
        _power1 *= _beta1;
        _power2 *= _beta2;
        (_step, _root) = ((float)(_rate / (1 - _power1)), (float)Math.Sqrt(1 - _power2));
        Pieces.Run(_updating, Length);
        double value = Evaluate(Point, MutableGradient);
        if (!double.IsFinite(value) || !VectorMath.AllFinite(Gradient))
            throw new NotFiniteNumberException($"The function or its gradient is not finite after a step of Adam (value {value}). Use a "
                + $"smaller learning rate than {_rate}.", value);
        Value = value;
        return true;
    }

    private void Update(int piece)
    {
        (int first, int count) = VectorPieces.Range(piece, Length);
        Update(MutablePoint.Slice(first, count), Gradient.Slice(first, count), _mean.AsSpan(first, count), _square.AsSpan(first, count),
            _step, _root);
    }

    private void Update(Span<float> point, ReadOnlySpan<float> gradient, Span<float> mean, Span<float> square, float step, float root)
    {
        float keep1 = (float)_beta1, take1 = (float)(1 - _beta1), keep2 = (float)_beta2, take2 = (float)(1 - _beta2),
            epsilon = (float)_epsilon;
        Span<Vector<float>> x = MemoryMarshal.Cast<float, Vector<float>>(point), m = MemoryMarshal.Cast<float, Vector<float>>(mean),
            v = MemoryMarshal.Cast<float, Vector<float>>(square);
        ReadOnlySpan<Vector<float>> g = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        Vector<float> lower = new(Lower), upper = new(Upper), inverseRoot = new(1 / root), offset = new(epsilon);
        for (int i = 0; i < x.Length; i++)
        {
            m[i] = m[i] * keep1 + g[i] * take1;
            v[i] = v[i] * keep2 + g[i] * g[i] * take2;
            Vector<float> moved = x[i] - m[i] * step / (Vector.SquareRoot(v[i]) * inverseRoot + offset);
            x[i] = Vector.Min(Vector.Max(moved, lower), upper);
        }
        for (int i = x.Length * Vector<float>.Count; i < point.Length; i++)
        {
            mean[i] = mean[i] * keep1 + gradient[i] * take1;
            square[i] = square[i] * keep2 + gradient[i] * gradient[i] * take2;
            point[i] = Math.Clamp(point[i] - mean[i] * step / (MathF.Sqrt(square[i]) / root + epsilon), Lower, Upper);
        }
    }
}
