using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MLNetStyle.Kernels;

namespace MLNetStyle.Optimization;

/// <summary>The arithmetic of the optimisers on flat float vectors. Sums are made in blocks, the blocks' sums in double.</summary>
internal static class VectorMath
{
    private const int Block = 4096;

    /// <summary>The inner product, accurate to about 1e-7 of the sum of magnitudes at any length.</summary>
    public static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i += Block)
        {
            int n = Math.Min(Block, a.Length - i);
            sum += TensorPrimitives.Dot(a.Slice(i, n), b.Slice(i, n));
        }
        return sum;
    }

    /// <summary>y += a x.</summary>
    public static void AddScaled(double a, ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.MultiplyAdd(x, (float)a, y, y);

    /// <summary>Brings every element within bounds.</summary>
    public static void Clamp(ReadOnlySpan<float> x, float lower, float upper, Span<float> result)
    {
        TensorPrimitives.Max(x, lower, result);
        TensorPrimitives.Min(result, upper, result);
    }

    /// <summary>x + a d, brought within bounds.</summary>
    public static void Move(ReadOnlySpan<float> x, double a, ReadOnlySpan<float> d, float lower, float upper, Span<float> result)
    {
        ReadOnlySpan<Vector<float>> xs = MemoryMarshal.Cast<float, Vector<float>>(x), ds = MemoryMarshal.Cast<float, Vector<float>>(d);
        Span<Vector<float>> rs = MemoryMarshal.Cast<float, Vector<float>>(result);
        Vector<float> low = new(lower), high = new(upper), scale = new((float)a);
        for (int i = 0; i < xs.Length; i++) rs[i] = Vector.Min(Vector.Max(xs[i] + scale * ds[i], low), high);
        for (int i = xs.Length * Vector<float>.Count; i < x.Length; i++) result[i] = Math.Clamp(x[i] + (float)a * d[i], lower, upper);
    }

    /// <summary>Whether no element is infinite or not a number.</summary>
    public static bool AllFinite(ReadOnlySpan<float> x) => float.IsFinite(TensorPrimitives.MaxMagnitude(x));

    /// <summary>
    /// Where x is at a bound and a step along <paramref name="direction"/> would leave it, the direction becomes zero.
    /// </summary>
    public static void Hold(ReadOnlySpan<float> x, Span<float> direction, float lower, float upper)
    {
        ReadOnlySpan<Vector<float>> xs = MemoryMarshal.Cast<float, Vector<float>>(x);
        Span<Vector<float>> ds = MemoryMarshal.Cast<float, Vector<float>>(direction);
        Vector<float> low = new(lower), high = new(upper), zero = Vector<float>.Zero;
        for (int i = 0; i < xs.Length; i++)
        {
            Vector<float> d = ds[i];
            Vector<int> held = (Vector.LessThanOrEqual(xs[i], low) & Vector.LessThan(d, zero)) | (Vector.GreaterThanOrEqual(xs[i],
                high) & Vector.GreaterThan(d, zero));
            ds[i] = Vector.ConditionalSelect(held, zero, d);
        }
        for (int i = xs.Length * Vector<float>.Count; i < x.Length; i++)
            if ((x[i] <= lower && direction[i] < 0) || (x[i] >= upper && direction[i] > 0)) direction[i] = 0;
    }

    /// <summary>Where <paramref name="control"/> is zero, the values become zero too.</summary>
    public static void ZeroWhereZero(ReadOnlySpan<float> control, Span<float> values)
    {
        ReadOnlySpan<Vector<float>> cs = MemoryMarshal.Cast<float, Vector<float>>(control);
        Span<Vector<float>> vs = MemoryMarshal.Cast<float, Vector<float>>(values);
        for (int i = 0; i < cs.Length; i++) vs[i] = Vector.ConditionalSelect(Vector.Equals(cs[i], Vector<float>.Zero), Vector<float>.Zero,
            vs[i]);
        for (int i = cs.Length * Vector<float>.Count; i < control.Length; i++)
            if (control[i] == 0) values[i] = 0;
    }

    /// <summary>
    /// The derivative of the objective along a projected path at the point <paramref name="x"/> of it: the inner product of
    /// gradient and direction without the elements that a bound has stopped.
    /// </summary>
    public static double Slope(ReadOnlySpan<float> x, ReadOnlySpan<float> gradient, ReadOnlySpan<float> direction, float lower, float upper)
    {
        double total = 0;
        Vector<float> low = new(lower), high = new(upper), zero = Vector<float>.Zero;
        int i = 0;
        for (int start = 0; start < x.Length; start += Block)
        {
            int end = Math.Min(start + Block, x.Length);
            Vector<float> sum = zero;
            float rest = 0;
            for (i = start; i <= end - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector<float> p = new(x[i..]), d = new(direction[i..]);
                Vector<int> held = (Vector.LessThanOrEqual(p, low) & Vector.LessThan(d, zero)) | (Vector.GreaterThanOrEqual(p,
                    high) & Vector.GreaterThan(d, zero));
                sum += Vector.ConditionalSelect(held, zero, d * new Vector<float>(gradient[i..]));
            }
            for (; i < end; i++)
                if (!((x[i] <= lower && direction[i] < 0) || (x[i] >= upper && direction[i] > 0))) rest += direction[i] * gradient[i];
            total += Vector.Sum(sum) + rest;
        }
        return total;
    }

    /// <summary>a . (b - c).</summary>
    public static double DotDifference(ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c)
    {
        double total = 0;
        for (int start = 0; start < a.Length; start += Block)
        {
            int end = Math.Min(start + Block, a.Length), i = start;
            Vector<float> sum = Vector<float>.Zero;
            float rest = 0;
            for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
                sum += new Vector<float>(a[i..]) * (new Vector<float>(b[i..]) - new Vector<float>(c[i..]));
            for (; i < end; i++) rest += a[i] * (b[i] - c[i]);
            total += Vector.Sum(sum) + rest;
        }
        return total;
    }
}

/// <summary>Shares work on long vectors out to threads, in pieces that depend on the length alone, so that sums do not depend on the
/// threads.</summary>
/// <remarks>Not safe for use by several threads.</remarks>
internal sealed class VectorPieces(int threads) : IDisposable
{
    /// <summary>Elements of a piece; the last one has the rest.</summary>
    public const int Elements = 16384;

    private readonly WorkerPool _pool = new(threads);

    /// <summary>Threads are not collected by themselves.</summary>
    ~VectorPieces() => _pool?.Stop();

    /// <summary>How many pieces a vector has.</summary>
    public static int Count(int length) => (length + Elements - 1) / Elements;

    /// <summary>Where a piece begins and how many elements it has.</summary>
    public static (int First, int Count) Range(int piece, int length) => (piece * Elements, Math.Min(Elements, length - piece * Elements));

    /// <summary>Does all pieces.</summary>
    public void Run(Work work, int length)
    {
        _pool.Run(work, Count(length));
        GC.KeepAlive(this);
    }

    public void Dispose()
    {
        _pool.Dispose();
        GC.SuppressFinalize(this);
    }
}
