using System.Numerics;
using System.Numerics.Tensors;
using MLNetStyle.Kernels;

namespace MLNetStyle.Optimization;

/// <summary>The last differences of points and of gradients, and the direction that they make of a gradient.</summary>
/// <remarks>
/// <para>The two loops (Nocedal and Wright 2006, algorithm 7.4) only ask for products of vectors, so they are run on products, as in Chen,
/// Wang, Zhou,
/// "Large-scale L-BFGS using MapReduce", 2014: all pairs are read twice for a direction, once for their products with the vector and with
/// the newest
/// difference of gradients, once to be summed up. The other products are known from before.</para>
/// <para>Pairs are stored in half the memory of floats (<see cref="PairBlocks"/>) as [block][pair][points, gradients][element], and
/// everything is
/// computed from what is stored, so that the approximation stays positive definite.</para>
/// </remarks>
internal sealed unsafe class PairHistory : IDisposable
{
    private const double LeastCurvature = 1e-8;

    /// <summary>Sums of a piece that do not belong to a pair: of magnitudes, gradient times direction, direction squared.</summary>
    private const int Common = 3;

    /// <summary>Sums of a piece for each pair.</summary>
    private const int PerPair = 4;

    private readonly PairBlocks _blocks;
    private readonly VectorPieces _pieces;
    private readonly AlignedBuffer _values;
    private readonly AlignedBuffer _scales;
    private readonly int _size;
    private readonly double[] _sy;
    private readonly double[] _yy;
    private readonly double[] _ofPoints;
    private readonly double[] _ofGradients;
    private readonly double[] _sums;
    private readonly Work _adding;
    private readonly Work _projecting;
    private readonly Work _measuring;
    private readonly Work _combining;
    private int _next;
    private bool _measured = true;
    private double _scale;

    // What the pieces work on at the moment.
    private float* _from, _to, _gradientFrom, _gradientTo, _direction;
    private float _lower, _upper;
    private int _length;
    private bool _bounded;

    /// <param name="capacity">The largest length of a vector.</param>
    /// <param name="size">How many pairs are kept.</param>
    /// <param name="pieces">What shares the work out.</param>
    /// <param name="path">The vector registers; null leaves them to MLNETSTYLE_SIMD and the processor.</param>
    public PairHistory(int capacity, int size, VectorPieces pieces, SimdPath? path = null)
    {
        (_size, _pieces, _blocks) = (size, pieces, PairBlocks.Create(SimdPaths.Choose(path)));
        long blocks = (capacity + PairBlocks.Length - 1) / PairBlocks.Length;
        _values = new AlignedBuffer(blocks * size * 2 * PairBlocks.Length * sizeof(short));
        _scales = new AlignedBuffer(blocks * size * 2 * PairBlocks.Chunks * sizeof(float));
        (_sy, _yy) = (new double[size * size], new double[size * size]);
        (_ofPoints, _ofGradients) = (new double[size], new double[size]);
        _sums = new double[VectorPieces.Count(capacity) * (Common + PerPair * size)];
        _adding = new Work((piece, _) => AddPiece(piece));
        _projecting = new Work((piece, _) => ProjectPiece(piece));
        _measuring = new Work((piece, _) => MeasurePiece(piece));
        _combining = new Work((piece, _) => CombinePiece(piece));
    }

    /// <summary>The number of pairs.</summary>
    public int Count { get; private set; }

    public void Clear() => (Count, _next, _measured) = (0, 0, true);

    public void Dispose()
    {
        _values.Dispose();
        _scales.Dispose();
    }

    /// <summary>Adds the pair of a step, or forgets everything if it has no positive curvature.</summary>
    /// <param name="from">The point before.</param>
    /// <param name="to">The point after.</param>
    /// <param name="gradientFrom">The gradient before.</param>
    /// <param name="gradientTo">The gradient after.</param>
    /// <param name="bounded">Whether elements that did not move are left out.</param>
    /// <returns>Whether the pair was good.</returns>
    public bool Add(ReadOnlySpan<float> from, ReadOnlySpan<float> to, ReadOnlySpan<float> gradientFrom, ReadOnlySpan<float> gradientTo,
        bool bounded)
    {
        if (!_measured)
        {
            _pieces.Run(_measuring, _length);
            Note(0);
        }
        (_length, _bounded) = (from.Length, bounded);
        fixed (float* a = from, b = to, c = gradientFrom, d = gradientTo)
        {
            _from = a;
            _to = b;
            _gradientFrom = c;
            _gradientTo = d;
            _pieces.Run(_adding, _length);
        }
        double sy = Total(0), yy = Total(1), ss = Total(2);
        if (!(sy > LeastCurvature * Math.Sqrt(ss * yy)))
        {
            Clear();
            return false;
        }
        _scale = sy / yy;
        _next = (_next + 1) % _size;
        Count = Math.Min(Count + 1, _size);
        _measured = false;
        return true;
    }

    /// <summary>The direction -H g on the free elements: those that sit at a bound and are pressed against it are zero.</summary>
    /// <param name="point">The point.</param>
    /// <param name="gradient">The gradient g there.</param>
    /// <param name="lower">The lower bound.</param>
    /// <param name="upper">The upper bound.</param>
    /// <param name="direction">Receives the direction.</param>
    /// <returns>Whether a gradient is left on the free elements; g times the direction; the direction's squared length.</returns>
    public (bool Any, double Slope, double Square) Aim(ReadOnlySpan<float> point, ReadOnlySpan<float> gradient, float lower, float upper,
        Span<float> direction)
    {
        (_length, _lower, _upper) = (point.Length, lower, upper);
        _bounded = !float.IsNegativeInfinity(lower) || !float.IsPositiveInfinity(upper);
        fixed (float* x = point, g = gradient, d = direction)
        {
            _from = x;
            _gradientFrom = g;
            _direction = d;
            _pieces.Run(_projecting, _length);
            if (Total(0) == 0) return default;
            if (Count > 0)
            {
                Weigh();
                _pieces.Run(_combining, _length);
            }
        }
        return (true, Total(1), Total(2));
    }

    /// <summary>A stored pair, oldest first, as it is used.</summary>
    internal (float[] Points, float[] Gradients) Pair(int age, int length)
    {
        int slot = Slot(age), whole = (length + PairBlocks.Length - 1) / PairBlocks.Length * PairBlocks.Length;
        float[] s = new float[whole], y = new float[whole];
        fixed (float* a = s, b = y)
        {
            for (int block = 0; block * PairBlocks.Length < length; block++)
            {
                _blocks.Restore(Values(block, slot), Scales(block, slot), a + block * PairBlocks.Length);
                _blocks.Restore(Values(block, slot) + PairBlocks.Length, Scales(block, slot) + PairBlocks.Chunks, b
                    + block * PairBlocks.Length);
            }
        }
        return (s[..length], y[..length]);
    }

    /// <summary>Where the pair of an age is, 0 for the oldest.</summary>
    private int Slot(int age) => (_next - Count + age + _size) % _size;

    private short* Values(int block, int slot) => _values.Shorts + ((long)block * _size + slot) * 2 * PairBlocks.Length;

    private float* Scales(int block, int slot) => _scales.Floats + ((long)block * _size + slot) * 2 * PairBlocks.Chunks;

    private int Stride => Common + PerPair * _size;

    private double Total(int index)
    {
        double sum = 0;
        for (int piece = 0; piece < VectorPieces.Count(_length); piece++) sum += _sums[piece * Stride + index];
        return sum;
    }

    /// <summary>Both loops, on products: what points and gradients are multiplied by.</summary>
    private void Weigh()
    {
        if (!_measured) Note(2);
        // Slots 0 .. Count - 1 are in use, whatever their age.
        for (int age = Count - 1; age >= 0; age--)
        {
            int i = Slot(age);
            double product = Total(Common + PerPair * i);
            for (int newer = age + 1; newer < Count; newer++) product -= _ofGradients[Slot(newer)] * _sy[i * _size + Slot(newer)];
            _ofGradients[i] = product / _sy[i * _size + i];
        }
        for (int age = 0; age < Count; age++)
        {
            int i = Slot(age);
            double product = Total(Common + PerPair * i + 1);
            for (int other = 0; other < Count; other++) product -= _ofGradients[Slot(other)] * _yy[i * _size + Slot(other)];
            product *= _scale;
            for (int older = 0; older < age; older++) product += _ofPoints[Slot(older)] * _sy[Slot(older) * _size + i];
            _ofPoints[i] = _ofGradients[i] - product / _sy[i * _size + i];
        }
        for (int slot = 0; slot < Count; slot++) _ofGradients[slot] *= -_scale;
    }

    /// <summary>Keeps the products of the newest difference of gradients with all pairs, which begin at some place among a pair's
    /// sums.</summary>
    private void Note(int place)
    {
        int newest = Slot(Count - 1);
        for (int slot = 0; slot < Count; slot++)
        {
            _sy[slot * _size + newest] = Total(Common + PerPair * slot + place);
            _yy[slot * _size + newest] = _yy[newest * _size + slot] = Total(Common + PerPair * slot + place + 1);
        }
        _measured = true;
    }

    private void AddPiece(int piece)
    {
        (int first, int count) = VectorPieces.Range(piece, _length);
        float* s = stackalloc float[PairBlocks.Chunk], y = stackalloc float[PairBlocks.Chunk];
        double sy = 0, yy = 0, ss = 0;
        for (int at = first; at < first + count; at += PairBlocks.Length)
        {
            int block = at / PairBlocks.Length;
            short* values = Values(block, _next);
            float* scales = Scales(block, _next);
            for (int chunk = 0; chunk < PairBlocks.Chunks; chunk++, values += PairBlocks.Chunk)
            {
                int begin = at + chunk * PairBlocks.Chunk;
                Differences(begin, Math.Clamp(first + count - begin, 0, PairBlocks.Chunk), s, y);
                scales[chunk] = PairBlocks.Store(s, values);
                scales[PairBlocks.Chunks + chunk] = PairBlocks.Store(y, values + PairBlocks.Length);
                Vector<float> a = Vector<float>.Zero, b = Vector<float>.Zero, c = Vector<float>.Zero;
                for (int i = 0; i < PairBlocks.Chunk; i += Vector<float>.Count)
                {
                    Vector<float> p = Vector.Load(s + i), q = Vector.Load(y + i);
                    a += p * q;
                    b += q * q;
                    c += p * p;
                }
                sy += Vector.Sum(a);
                yy += Vector.Sum(b);
                ss += Vector.Sum(c);
            }
        }
        Span<double> sums = _sums.AsSpan(piece * Stride, Common);
        (sums[0], sums[1], sums[2]) = (sy, yy, ss);
    }

    /// <summary>Differences of points and gradients of a chunk, filled up with zeros.</summary>
    private void Differences(int begin, int count, float* s, float* y)
    {
        int i = 0;
        for (; i + Vector<float>.Count <= count; i += Vector<float>.Count)
        {
            Vector<float> moved = Vector.Load(_to + begin + i) - Vector.Load(_from + begin + i);
            Vector<float> turned = Vector.Load(_gradientTo + begin + i) - Vector.Load(_gradientFrom + begin + i);
            if (_bounded) turned = Vector.ConditionalSelect(Vector.Equals(moved, Vector<float>.Zero), Vector<float>.Zero, turned);
            moved.Store(s + i);
            turned.Store(y + i);
        }
        for (; i < PairBlocks.Chunk; i++)
        {
            s[i] = i < count ? _to[begin + i] - _from[begin + i] : 0;
            y[i] = i < count && !(_bounded && s[i] == 0) ? _gradientTo[begin + i] - _gradientFrom[begin + i] : 0;
        }
    }

    /// <summary>The gradient's opposite on the free elements, and its products with the pairs.</summary>
    private void ProjectPiece(int piece)
    {
        (int first, int count) = VectorPieces.Range(piece, _length);
        float* rest = stackalloc float[PairBlocks.Length], newest = stackalloc float[PairBlocks.Length];
        double* products = stackalloc double[PerPair * _size];
        new Span<double>(products, PerPair * _size).Clear();
        double magnitudes = 0, square = 0;
        for (int at = first; at < first + count; at += PairBlocks.Length)
        {
            int block = at / PairBlocks.Length, elements = Math.Min(PairBlocks.Length, first + count - at);
            float* vector = _direction + at;
            Span<float> values = new(vector, elements);
            TensorPrimitives.Negate(new ReadOnlySpan<float>(_gradientFrom + at, elements), values);
            if (_bounded) VectorMath.Hold(new ReadOnlySpan<float>(_from + at, elements), values, _lower, _upper);
            magnitudes += TensorPrimitives.SumOfMagnitudes<float>(values);
            if (Count == 0)
            {
                square += TensorPrimitives.SumOfSquares<float>(values);
                continue;
            }
            if (elements < PairBlocks.Length)
            {
                new Span<float>(rest, PairBlocks.Length).Clear();
                values.CopyTo(new Span<float>(rest, elements));
                vector = rest;
            }
            int last = Slot(Count - 1);
            if (!_measured) _blocks.Restore(Values(block, last) + PairBlocks.Length, Scales(block, last) + PairBlocks.Chunks, newest);
            for (int slot = 0; slot < Count; slot++)
            {
                short* pair = Values(block, slot);
                float* scales = Scales(block, slot);
                if (_measured) _blocks.Products(pair, scales, vector, products + PerPair * slot);
                else _blocks.Products(pair, scales, vector, newest, products + PerPair * slot);
            }
        }
        Span<double> sums = _sums.AsSpan(piece * Stride, Stride);
        (sums[0], sums[1], sums[2]) = (magnitudes, -square, square);
        new Span<double>(products, PerPair * Count).CopyTo(sums[Common..]);
    }

    /// <summary>The products of the newest difference of gradients with the pairs, where nobody asked for a direction before the next
    /// pair.</summary>
    private void MeasurePiece(int piece)
    {
        (int first, int count) = VectorPieces.Range(piece, _length);
        float* newest = stackalloc float[PairBlocks.Length];
        int last = Slot(Count - 1);
        fixed (double* sums = &_sums[piece * Stride + Common])
        {
            new Span<double>(sums, PerPair * Count).Clear();
            for (int at = first; at < first + count; at += PairBlocks.Length)
            {
                int block = at / PairBlocks.Length;
                _blocks.Restore(Values(block, last) + PairBlocks.Length, Scales(block, last) + PairBlocks.Chunks, newest);
                for (int slot = 0; slot < Count; slot++)
                {
                    short* pair = Values(block, slot);
                    float* scales = Scales(block, slot);
                    _blocks.Products(pair, scales, newest, sums + PerPair * slot);
                }
            }
        }
    }

    /// <summary>The sum of the vector and the pairs.</summary>
    private void CombinePiece(int piece)
    {
        (int first, int count) = VectorPieces.Range(piece, _length);
        float* sum = stackalloc float[PairBlocks.Length];
        double slope = 0, square = 0;
        for (int at = first; at < first + count; at += PairBlocks.Length)
        {
            int block = at / PairBlocks.Length, elements = Math.Min(PairBlocks.Length, first + count - at);
            Span<float> vector = new(_direction + at, elements), result = new(sum, elements);
            new Span<float>(sum, PairBlocks.Length).Clear();
            TensorPrimitives.Multiply(vector, (float)_scale, result);
            for (int slot = 0; slot < Count; slot++)
            {
                short* pair = Values(block, slot);
                float* scales = Scales(block, slot);
                _blocks.Add(pair, scales, _ofPoints[slot], _ofGradients[slot], sum);
            }
            if (_bounded)
            {
                VectorMath.ZeroWhereZero(vector, result);
                VectorMath.Hold(new ReadOnlySpan<float>(_from + at, elements), result, _lower, _upper);
            }
            result.CopyTo(vector);
            slope += VectorMath.Dot(new ReadOnlySpan<float>(_gradientFrom + at, elements), result);
            square += VectorMath.Dot(result, result);
        }
        Span<double> sums = _sums.AsSpan(piece * Stride, Common);
        (sums[1], sums[2]) = (slope, square);
    }
}
