using System.Numerics.Tensors;

namespace MLNetStyle.Stylization;

/// <summary>The last differences of points and of gradients, and the inverse Hessian that they approximate.</summary>
internal sealed class PairHistory
{
    private const double LeastCurvature = 1e-8;

    private readonly float[][] _points;
    private readonly float[][] _gradients;
    private readonly double[] _curvatures;
    private readonly double[] _factors;
    private int _next;
    private double _scale;

    public PairHistory(int capacity, int size)
    {
        _points = new float[size][];
        _gradients = new float[size][];
        for (int i = 0; i < size; i++)
        {
            _points[i] = GC.AllocateUninitializedArray<float>(capacity);
            _gradients[i] = GC.AllocateUninitializedArray<float>(capacity);
        }
        _curvatures = new double[size];
        _factors = new double[size];
    }

    /// <summary>The number of pairs.</summary>
    public int Count { get; private set; }

    public void Clear() => (Count, _next) = (0, 0);

    /// <summary>Adds the pair of a step, or forgets everything if it has no positive curvature.</summary>
    /// <returns>Whether the pair was good.</returns>
    public bool Add(ReadOnlySpan<float> from, ReadOnlySpan<float> to, ReadOnlySpan<float> gradientFrom, ReadOnlySpan<float> gradientTo, bool bounded)
    {
        Span<float> s = _points[_next].AsSpan(0, from.Length), y = _gradients[_next].AsSpan(0, from.Length);
        TensorPrimitives.Subtract(to, from, s);
        TensorPrimitives.Subtract(gradientTo, gradientFrom, y);
        if (bounded) VectorMath.ZeroWhereZero(s, y);
        double sy = VectorMath.Dot(s, y), yy = VectorMath.Dot(y, y), ss = VectorMath.Dot(s, s);
        if (!(sy > LeastCurvature * Math.Sqrt(ss * yy)))
        {
            Clear();
            return false;
        }
        _curvatures[_next] = sy;
        _scale = sy / yy;
        _next = (_next + 1) % _points.Length;
        Count = Math.Min(Count + 1, _points.Length);
        return true;
    }

    /// <summary>Multiplies a vector by the approximate inverse Hessian, in place (algorithm 7.4).</summary>
    public void Apply(Span<float> vector)
    {
        int size = _points.Length;
        for (int k = 1; k <= Count; k++)
        {
            int i = (_next - k + size) % size;
            _factors[i] = VectorMath.Dot(_points[i].AsSpan(0, vector.Length), vector) / _curvatures[i];
            VectorMath.AddScaled(-_factors[i], _gradients[i].AsSpan(0, vector.Length), vector);
        }
        TensorPrimitives.Multiply(vector, (float)_scale, vector);
        for (int k = Count; k >= 1; k--)
        {
            int i = (_next - k + size) % size;
            double b = VectorMath.Dot(_gradients[i].AsSpan(0, vector.Length), vector) / _curvatures[i];
            VectorMath.AddScaled(_factors[i] - b, _points[i].AsSpan(0, vector.Length), vector);
        }
    }
}
