using MLNetStyle.Kernels;

namespace MLNetStyle.Optimization;

/// <summary>
/// A line search for the strong Wolfe conditions along x(t) = P(x + t d), P bringing every element within the bounds
/// (Nocedal and Wright 2006, algorithms 3.5 and 3.6, equation 3.59 for the cubic).
/// </summary>
internal sealed unsafe class ProjectedLineSearch
{
    /// <summary>c1 of the sufficient decrease condition.</summary>
    public const double Decrease = 1e-4;

    /// <summary>c2 of the curvature condition.</summary>
    public const double Curvature = 0.9;

    private const int MostTrials = 25;

    /// <summary>The accepted point. Its memory may be exchanged between two searches.</summary>
    public float[] Point;

    /// <summary>The gradient at the accepted point. Its memory may be exchanged between two searches.</summary>
    public float[] Gradient;

    private readonly Objective _objective;
    private readonly VectorPieces _pieces;
    private readonly float _lower, _upper;
    private readonly double[] _sums;
    private readonly Work _moving;
    private readonly Work _sloping;
    private float[] _trial;
    private double _moved;
    private float* _x, _direction, _gradient, _point, _slopes;
    private double _step;
    private int _length;

    public ProjectedLineSearch(int capacity, float lower, float upper, Objective objective, VectorPieces pieces)
    {
        (_lower, _upper, _objective, _pieces) = (lower, upper, objective, pieces);
        (Point, Gradient, _trial) = (new float[capacity], new float[capacity], new float[capacity]);
        _sums = new double[VectorPieces.Count(capacity)];
        _moving = new Work((piece, _) => MovePiece(piece));
        _sloping = new Work((piece, _) => SlopePiece(piece));
    }

    /// <summary>A trial on the path: its step, value and slope there, and the most that it may have as value.</summary>
    private readonly record struct Trial(double Step, double Value, double Slope, double Allowed)
    {
        public bool Decreases => Value <= Allowed; // false for a value that is not a number
    }

    /// <summary>The accepted step.</summary>
    public double Step { get; private set; }

    /// <summary>The value at the accepted point.</summary>
    public double Value { get; private set; }

    /// <summary>The slope at the accepted point, along the path.</summary>
    public double Slope { get; private set; }

    /// <summary>Whether the accepted point meets both conditions, not the first alone.</summary>
    public bool Wolfe { get; private set; }

    /// <summary>Looks for a step.</summary>
    /// <param name="x">Where the path starts.</param>
    /// <param name="value">The value there.</param>
    /// <param name="gradient">The gradient there.</param>
    /// <param name="direction">The direction d, zero where a bound stops it at once.</param>
    /// <param name="slope">gradient . direction, negative.</param>
    /// <param name="step">The first trial.</param>
    /// <returns>Whether a lower point was found.</returns>
    public bool Run(ReadOnlySpan<float> x, double value, ReadOnlySpan<float> gradient, ReadOnlySpan<float> direction, double slope,
        double step)
    {
        Trial start = new(0, value, slope, value), previous = start;
        for (int trials = 1; trials <= MostTrials; trials++)
        {
            Trial current = Try(x, value, gradient, direction, step);
            if (!current.Decreases || (trials > 1 && current.Value >= previous.Value))
                return Zoom(x, start, gradient, direction, previous, current, trials);
            Keep();
            if (Math.Abs(current.Slope) <= -Curvature * slope) return Accept(x, direction, current, true);
            if (current.Slope >= 0) return Zoom(x, start, gradient, direction, current, previous, trials);
            double wider = Cubic(previous, current);
            step = Math.Clamp(double.IsFinite(wider) && wider > current.Step ? wider : 10 * current.Step, current.Step
                + 0.1 * (current.Step - previous.Step), 10 * current.Step);
            previous = current;
        }
        return Accept(x, direction, previous, false);
    }

    private bool Zoom(ReadOnlySpan<float> x, Trial start, ReadOnlySpan<float> gradient, ReadOnlySpan<float> direction, Trial low,
        Trial high, int trials)
    {
        for (; trials < MostTrials; trials++)
        {
            double left = Math.Min(low.Step, high.Step), width = Math.Abs(high.Step - low.Step);
            if (width <= 1e-9 * Math.Max(low.Step, high.Step)) break;
            double step = Cubic(low, high);
            step = double.IsFinite(step) ? Math.Clamp(step, left + 0.1 * width, left + 0.9 * width) : left
                + (low.Step == 0 ? 0.1 : 0.5) * width;
            Trial current = Try(x, start.Value, gradient, direction, step);
            if (!current.Decreases || current.Value >= low.Value) high = current;
            else
            {
                Keep();
                if (Math.Abs(current.Slope) <= -Curvature * start.Slope) return Accept(x, direction, current, true);
                if (current.Slope * (high.Step - low.Step) >= 0) high = low;
                low = current;
            }
        }
        return low.Step > 0 && low.Value < start.Value && Accept(x, direction, low, false);
    }

    private Trial Try(ReadOnlySpan<float> x, double value, ReadOnlySpan<float> gradient, ReadOnlySpan<float> direction, double step)
    {
        double descent = Math.Min(0, Move(x, gradient, direction, step));
        Span<float> slopes = _trial.AsSpan(0, x.Length);
        double found = _objective(Point.AsSpan(0, x.Length), slopes), slope;
        fixed (float* p = Point, s = slopes, d = direction)
        {
            _point = p;
            _slopes = s;
            _direction = d;
            slope = Sum(_sloping);
        }
        if (!double.IsFinite(found) || !double.IsFinite(slope)) (found, slope) = (double.PositiveInfinity, double.NaN);
        return new Trial(step, found, slope, value + Decrease * descent);
    }

    /// <summary>The gradient of the last trial becomes that of the best point.</summary>
    private void Keep() => (_trial, Gradient) = (Gradient, _trial);

    private bool Accept(ReadOnlySpan<float> x, ReadOnlySpan<float> direction, Trial trial, bool wolfe)
    {
        if (_moved != trial.Step) Move(x, default, direction, trial.Step);
        (Step, Value, Slope, Wolfe) = (trial.Step, trial.Value, trial.Slope, wolfe);
        return true;
    }

    /// <summary>Moves along the path.</summary>
    /// <returns>The gradient times the way; nothing if there is no gradient.</returns>
    private double Move(ReadOnlySpan<float> x, ReadOnlySpan<float> gradient, ReadOnlySpan<float> direction, double step)
    {
        (_length, _step, _moved) = (x.Length, step, step);
        fixed (float* a = x, g = gradient, d = direction, p = Point)
        {
            _x = a;
            _gradient = g;
            _direction = d;
            _point = p;
            return Sum(_moving);
        }
    }

    private double Sum(Work work)
    {
        _pieces.Run(work, _length);
        double sum = 0;
        for (int piece = 0; piece < VectorPieces.Count(_length); piece++) sum += _sums[piece];
        return sum;
    }

    private void MovePiece(int piece)
    {
        (int first, int count) = VectorPieces.Range(piece, _length);
        ReadOnlySpan<float> x = new(_x + first, count);
        Span<float> point = new(_point + first, count);
        VectorMath.Move(x, _step, new ReadOnlySpan<float>(_direction + first, count), _lower, _upper, point);
        _sums[piece] = _gradient == null ? 0 : VectorMath.DotDifference(new ReadOnlySpan<float>(_gradient + first, count), point, x);
    }

    private void SlopePiece(int piece)
    {
        (int first, int count) = VectorPieces.Range(piece, _length);
        _sums[piece] = VectorMath.Slope(
            new ReadOnlySpan<float>(_point + first, count), new ReadOnlySpan<float>(_slopes + first, count),
                new ReadOnlySpan<float>(_direction + first, count), _lower, _upper);
    }

    /// <summary>Where the cubic through two values and slopes has its minimum; not a number if it has none.</summary>
    private static double Cubic(Trial a, Trial b)
    {
        double d1 = a.Slope + b.Slope - 3 * (a.Value - b.Value) / (a.Step - b.Step);
        double d2 = Math.Sign(b.Step - a.Step) * Math.Sqrt(d1 * d1 - a.Slope * b.Slope);
        return b.Step - (b.Step - a.Step) * (b.Slope + d2 - d1) / (b.Slope - a.Slope + 2 * d2);
    }
}
