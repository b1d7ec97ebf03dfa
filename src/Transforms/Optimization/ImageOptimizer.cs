using MLNetStyle.Kernels;

namespace MLNetStyle.Optimization;

/// <summary>Minimises a differentiable function of many floats within a lower and an upper bound, step by step.</summary>
/// <remarks>
/// All memory is taken at construction; neither <see cref="Start"/> nor <see cref="Step"/> allocates. Long vectors are shared out to
/// threads of
/// its own. Results depend on nothing but the objective and the settings, of which the number of threads is none. Not safe for use by
/// several threads.
/// </remarks>
internal abstract class ImageOptimizer : IDisposable
{
    private float[] _point;
    private float[] _gradient;
    private Objective? _objective;

    /// <summary>Takes memory for points of up to a given length.</summary>
    /// <param name="capacity">The largest length, at least 1.</param>
    /// <param name="lower">The lower bound of every element; negative infinity for none.</param>
    /// <param name="upper">The upper bound of every element, above the lower one; infinity for none.</param>
    /// <param name="threads">How many threads work on long vectors, the calling one included, 0 to 1024; 0 for one on each core.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is not positive, the bounds are not in order, or the threads out of
    /// range.</exception>
    protected ImageOptimizer(int capacity, float lower, float upper, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ThreadCount.Check(threads, nameof(threads));
        if (!(lower < upper)) throw new ArgumentOutOfRangeException(nameof(lower), lower,
            $"The lower bound must be below the upper bound {upper}.");
        (Lower, Upper) = (lower, upper);
        _point = new float[capacity];
        _gradient = new float[capacity];
        Pieces = new VectorPieces(Math.Min(threads == 0 ? Environment.ProcessorCount : threads, VectorPieces.Count(capacity)));
    }

    /// <summary>The lower bound of every element.</summary>
    public float Lower { get; }

    /// <summary>The upper bound of every element.</summary>
    public float Upper { get; }

    /// <summary>The length of the points, as given to <see cref="Start"/>.</summary>
    public int Length { get; private set; }

    /// <summary>The current point.</summary>
    public ReadOnlySpan<float> Point => _point.AsSpan(0, Length);

    /// <summary>The gradient at the current point.</summary>
    public ReadOnlySpan<float> Gradient => _gradient.AsSpan(0, Length);

    /// <summary>The value at the current point.</summary>
    public double Value { get; private protected set; }

    /// <summary>How often the objective was called since the last <see cref="Start"/>.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Whether there is a bound at all.</summary>
    private protected bool Bounded => !float.IsNegativeInfinity(Lower) || !float.IsPositiveInfinity(Upper);

    /// <summary>What shares long vectors out.</summary>
    private protected VectorPieces Pieces { get; }

    /// <summary>The point as the optimiser moves it.</summary>
    private protected Span<float> MutablePoint => _point.AsSpan(0, Length);

    /// <summary>The gradient as the optimiser replaces it.</summary>
    private protected Span<float> MutableGradient => _gradient.AsSpan(0, Length);

    /// <summary>Begins at a point, brought within the bounds, and evaluates it.</summary>
    /// <param name="point">The point; it is copied.</param>
    /// <param name="objective">The function; kept until the next start.</param>
    /// <exception cref="ArgumentException">The point is empty or longer than the capacity.</exception>
    /// <exception cref="NotFiniteNumberException">The function is not finite there.</exception>
    public void Start(ReadOnlySpan<float> point, Objective objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        if (point.Length == 0 || point.Length > _point.Length)
            throw new ArgumentException($"The point has {point.Length} elements; this optimiser takes 1 to {_point.Length}.",
                nameof(point));
        Length = point.Length;
        Evaluations = 0;
        _objective = objective;
        if (Bounded) VectorMath.Clamp(point, Lower, Upper, MutablePoint);
        else point.CopyTo(MutablePoint);
        Reset();
        First();
    }

    /// <summary>Goes on from the current point with another function, and keeps what earlier steps told of the curvature of the one
    /// before.</summary>
    /// <param name="objective">The function; kept until the next start.</param>
    /// <exception cref="InvalidOperationException"><see cref="Start"/> was not called.</exception>
    /// <exception cref="NotFiniteNumberException">The function is not finite there.</exception>
    public void Resume(Objective objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        if (_objective is null) throw new InvalidOperationException("Start was not called.");
        Evaluations = 0;
        _objective = objective;
        First();
    }

    /// <summary>Moves to a new point and evaluates it.</summary>
    /// <returns>False if no better point could be found: the current one is kept and is a minimum as far as can be told.</returns>
    /// <exception cref="InvalidOperationException"><see cref="Start"/> was not called.</exception>
    /// <exception cref="NotFiniteNumberException">The function is not finite where the step leads.</exception>
    public bool Step() => _objective is null ? throw new InvalidOperationException("Start was not called.") : Advance();

    /// <summary>Ends the threads and gives native memory back; the point and the gradient can still be read.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what the optimiser holds.</summary>
    /// <param name="disposing">Always true: there is no finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
        _objective = null;
        Pieces.Dispose();
    }

    /// <summary>Takes other memory for point and gradient, and gives its own for it.</summary>
    private protected void Exchange(ref float[] point, ref float[] gradient) =>
        (_point, point, _gradient, gradient) = (point, _point, gradient, _gradient);

    private void First()
    {
        Value = Evaluate(Point, MutableGradient);
        if (!double.IsFinite(Value) || !VectorMath.AllFinite(Gradient))
            throw new NotFiniteNumberException($"The function or its gradient is not finite at the starting point (value {Value}).", Value);
    }

    /// <summary>Makes one step.</summary>
    /// <returns>False if there is none.</returns>
    private protected abstract bool Advance();

    /// <summary>Forgets all earlier steps.</summary>
    private protected abstract void Reset();

    /// <summary>Calls the objective.</summary>
    private protected double Evaluate(ReadOnlySpan<float> point, Span<float> gradient)
    {
        Evaluations++;
        return _objective!(point, gradient);
    }
}

/// <summary>A function to be minimised: its value at a point, and its gradient there.</summary>
/// <param name="point">The point.</param>
/// <param name="gradient">Receives the gradient; as long as the point.</param>
/// <returns>The value. Infinity or not-a-number says that the function is not defined there.</returns>
internal delegate double Objective(ReadOnlySpan<float> point, Span<float> gradient);
