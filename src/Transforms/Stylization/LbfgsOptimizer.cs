using System.Numerics.Tensors;

namespace MLNetStyle.Stylization;

/// <summary>
/// L-BFGS with a strong Wolfe line search: Liu and Nocedal 1989, "On the limited memory BFGS method for large scale
/// optimization"; Nocedal and Wright 2006, "Numerical Optimization", algorithms 7.4 (two loops), 3.5 and 3.6 (line search).
/// Bounds are held by projection, after Bertsekas 1982, "Projected Newton methods for optimization problems with simple
/// constraints".
/// </summary>
/// <remarks>
/// With bounds the direction is that of the free elements alone: those that sit at a bound and are pressed against it keep still.
/// The line search follows the projected path P(x + t d), on which it asks for
/// f(x(t)) &lt;= f(x) + c1 min(0, g . (x(t) - x)) and, as far as the corners of the path allow, for the strong Wolfe condition on
/// the path's derivative; without bounds these are the usual conditions. The pairs of differences come from the projected
/// points, without the elements that did not move. A pair of no positive curvature, or a failed search, forgets the history.
/// Not safe for use by several threads.
/// </remarks>
public sealed class LbfgsOptimizer : ImageOptimizer
{
    private readonly PairHistory _history;
    private readonly ProjectedLineSearch _search;
    private readonly float[] _direction;
    private readonly double _firstStep;

    /// <summary>Takes memory and settings.</summary>
    /// <param name="capacity">The largest length of a point, at least 1.</param>
    /// <param name="history">How many pairs are kept, at least 1; each takes two vectors.</param>
    /// <param name="firstStep">The root mean square change of the elements in the first trial step, and after a restart; positive.</param>
    /// <param name="lower">The lower bound of every element; negative infinity for none.</param>
    /// <param name="upper">The upper bound of every element; infinity for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public LbfgsOptimizer(int capacity, int history = 20, double firstStep = 1,
        float lower = float.NegativeInfinity, float upper = float.PositiveInfinity) : base(capacity, lower, upper)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(history, 1);
        if (!(firstStep > 0 && double.IsFinite(firstStep))) throw new ArgumentOutOfRangeException(nameof(firstStep), firstStep, "The first step must be positive and finite.");
        _firstStep = firstStep;
        _history = new PairHistory(capacity, history);
        _search = new ProjectedLineSearch(capacity, lower, upper, Evaluate);
        _direction = new float[capacity];
    }

    /// <summary>How often the history was forgotten since the last start.</summary>
    public int Restarts { get; private set; }

    /// <summary>The line search of the last step, for tests of its conditions.</summary>
    internal ProjectedLineSearch Search => _search;

    private protected override void Reset()
    {
        _history.Clear();
        Restarts = 0;
    }

    private protected override bool Advance()
    {
        while (true)
        {
            bool steepest = _history.Count == 0;
            Span<float> direction = _direction.AsSpan(0, Length);
            if (!Aim(direction)) return false;
            double slope = VectorMath.Dot(Gradient, direction);
            if (slope < 0 && double.IsFinite(slope))
            {
                double step = steepest ? _firstStep * Math.Sqrt(Length / VectorMath.Dot(direction, direction)) : 1;
                if (double.IsFinite(step) && _search.Run(Point, Value, Gradient, direction, slope, step))
                {
                    Accept();
                    return true;
                }
            }
            if (steepest) return false;
            _history.Clear();
            Restarts++;
        }
    }

    /// <summary>d = -H g on the free elements.</summary>
    /// <returns>False if the projected gradient is zero.</returns>
    private bool Aim(Span<float> direction)
    {
        TensorPrimitives.Negate(Gradient, direction);
        if (Bounded) VectorMath.Hold(Point, direction, Lower, Upper);
        if (VectorMath.AllZero(direction)) return false;
        if (_history.Count == 0) return true;
        Span<float> free = _search.Scratch(Length);
        if (Bounded) direction.CopyTo(free);
        _history.Apply(direction);
        if (!Bounded) return true;
        VectorMath.ZeroWhereZero(free, direction);
        VectorMath.Hold(Point, direction, Lower, Upper);
        return true;
    }

    private void Accept()
    {
        ReadOnlySpan<float> point = _search.Point(Length), gradient = _search.Gradient(Length);
        if (!_history.Add(Point, point, Gradient, gradient, Bounded)) Restarts++;
        point.CopyTo(MutablePoint);
        gradient.CopyTo(MutableGradient);
        Value = _search.Value;
    }
}
