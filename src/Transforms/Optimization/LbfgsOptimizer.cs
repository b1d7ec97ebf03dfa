namespace MLNetStyle.Optimization;

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
/// points, without the elements that did not move, and are kept in 16 bits an element. A pair of no positive curvature, or a failed search,
/// forgets the history. Not safe for use by several threads.
/// </remarks>
internal sealed class LbfgsOptimizer : ImageOptimizer
{
    /// <summary>The most pairs that can be kept.</summary>
    public const int MaxHistory = 1000;

    private readonly PairHistory _history;
    private readonly ProjectedLineSearch _search;
    private readonly float[] _direction;
    private readonly double _firstStep;

    /// <summary>Takes memory and settings.</summary>
    /// <param name="capacity">The largest length of a point, at least 1.</param>
    /// <param name="history">How many pairs are kept, 1 to <see cref="MaxHistory"/>; each takes the memory of a vector.</param>
    /// <param name="firstStep">The root mean square change of the elements in the first trial step, and after a restart; positive.</param>
    /// <param name="lower">The lower bound of every element; negative infinity for none.</param>
    /// <param name="upper">The upper bound of every element; infinity for none.</param>
    /// <param name="threads">How many threads work on long vectors, the calling one included; 0 for one on each core.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public LbfgsOptimizer(int capacity, int history = 20, double firstStep = 1,
        float lower = float.NegativeInfinity, float upper = float.PositiveInfinity, int threads = 1) : base(capacity, lower, upper, threads)
    {
        if (history is < 1 or > MaxHistory) throw new ArgumentOutOfRangeException(nameof(history), history,
            $"The history keeps 1 to {MaxHistory} pairs; 20 are usual.");
        if (!(firstStep > 0 && double.IsFinite(firstStep))) throw new ArgumentOutOfRangeException(nameof(firstStep), firstStep,
            "The first step must be positive and finite.");
        _firstStep = firstStep;
        _history = new PairHistory(capacity, history, Pieces);
        _search = new ProjectedLineSearch(capacity, lower, upper, Evaluate, Pieces);
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
            (bool any, double slope, double square) = _history.Aim(Point, Gradient, Lower, Upper, direction);
            if (!any) return false;
            if (slope < 0 && double.IsFinite(slope))
            {
                double step = steepest ? _firstStep * Math.Sqrt(Length / square) : 1;
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

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _history.Dispose();
    }

    private void Accept()
    {
        if (!_history.Add(Point, _search.Point.AsSpan(0, Length), Gradient, _search.Gradient.AsSpan(0, Length), Bounded)) Restarts++;
        Exchange(ref _search.Point, ref _search.Gradient);
        Value = _search.Value;
    }
}
