using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MLNetStyle.Kernels;

/// <summary>Blocks of pairs of vectors that are stored as 16-bit integers, with a scale for each chunk of them.</summary>
/// <remarks>
/// A chunk's scale is its largest magnitude over 32767, so an element is off by at most 1/65534 of that. Blocks that are not full are
/// filled up with
/// zeros. A pair's block holds the first vector's elements and then the second one's; scales likewise. The next pair's block follows: it is
/// fetched ahead.
/// </remarks>
internal abstract unsafe class PairBlocks
{
    /// <summary>Elements of a block.</summary>
    public const int Length = 2048;

    /// <summary>Elements with a scale in common.</summary>
    public const int Chunk = 256;

    /// <summary>Scales of a block.</summary>
    public const int Chunks = Length / Chunk;

    private const float Least = 1e-30f;

    public static PairBlocks Create(SimdPath path) => path switch
    {
        SimdPath.Vector512 => new PairBlocks<Simd512, Vector512<float>>(),
        SimdPath.Vector256 => new PairBlocks<Simd256, Vector256<float>>(),
        SimdPath.Vector128 => new PairBlocks<Simd128, Vector128<float>>(),
        _ => new PairBlocks<SimdScalar, float>(),
    };

    /// <summary>Stores a chunk.</summary>
    /// <param name="values">Its values; what was stored takes their place.</param>
    /// <param name="stored">Receives the integers.</param>
    /// <returns>The scale.</returns>
    public static float Store(float* values, short* stored)
    {
        Vector<float> largest = Vector<float>.Zero;
        for (int i = 0; i < Chunk; i += Vector<float>.Count) largest = Vector.Max(largest, Vector.Abs(Vector.Load(values + i)));
        float most = 0;
        for (int i = 0; i < Vector<float>.Count; i++) most = Math.Max(most, largest[i]);
        if (!(most > Least))
        {
            new Span<float>(values, Chunk).Clear();
            new Span<short>(stored, Chunk).Clear();
            return 0;
        }
        float scale = most / short.MaxValue;
        Vector<float> factor = new(short.MaxValue / most), back = new(scale);
        for (int i = 0; i < Chunk; i += Vector<short>.Count)
        {
            float* v = values + i;
            Vector<float> low = Round(Vector.Load(v) * factor), high = Round(Vector.Load(v + Vector<float>.Count) * factor);
            Vector.Narrow(Vector.ConvertToInt32(low), Vector.ConvertToInt32(high)).Store(stored + i);
            (low * back).Store(v);
            (high * back).Store(v + Vector<float>.Count);
        }
        return scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Round(Vector<float> value)
    {
#if NET9_0_OR_GREATER
        return Vector.Round(value);
#else
        Vector<float> whole = new(3 << 22); // values of up to 15 bits lose their fraction beside it, to even as Round has it
        return value + whole - whole;
#endif
    }

    /// <summary>One vector's block as floats.</summary>
    public abstract void Restore(short* stored, float* scales, float* values);

    /// <summary>The products of a pair's block with a vector, added to two sums.</summary>
    public abstract void Products(short* pair, float* scales, float* vector, double* sums);

    /// <summary>The same with two vectors at once, added to four sums: both products of the first one, then of the other.</summary>
    public abstract void Products(short* pair, float* scales, float* vector, float* other, double* sums);

    /// <summary>Adds multiples of a pair's block to a vector.</summary>
    public abstract void Add(short* pair, float* scales, double ofFirst, double ofSecond, float* vector);
}

/// <summary>The same, for any width of vector.</summary>
/// <typeparam name="O">The operations.</typeparam>
/// <typeparam name="V">The vector.</typeparam>
internal sealed unsafe class PairBlocks<O, V> : PairBlocks where O : struct, ISimd<V> where V : unmanaged
{
    /// <summary>16-bit integers in a cache line.</summary>
    private const int Line = 32;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Restore(short* stored, float* scales, float* values)
    {
        for (int chunk = 0; chunk < Chunks; chunk++)
        {
            V scale = O.Broadcast(scales[chunk]);
            for (int i = chunk * Chunk; i < (chunk + 1) * Chunk; i += O.Count) O.Store(O.Multiply(scale, O.LoadShorts(stored + i)), values
                + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Products(short* pair, float* scales, float* vector, double* sums)
    {
        V first = O.Zero, second = O.Zero;
        short* p = pair, q = pair + Length;
        float* v = vector;
        for (int chunk = 0; chunk < Chunks; chunk++)
        {
            V a = O.Zero, b = O.Zero, c = O.Zero, d = O.Zero;
            for (short* end = p + Chunk; p < end; p += 2 * O.Count, q += 2 * O.Count, v += 2 * O.Count)
            {
                Fetch(p, q);
                V low = O.Load(v), high = O.Load(v + O.Count);
                a = O.MultiplyAdd(O.LoadShorts(p), low, a);
                b = O.MultiplyAdd(O.LoadShorts(p + O.Count), high, b);
                c = O.MultiplyAdd(O.LoadShorts(q), low, c);
                d = O.MultiplyAdd(O.LoadShorts(q + O.Count), high, d);
            }
            first = O.MultiplyAdd(O.Broadcast(scales[chunk]), O.Add(a, b), first);
            second = O.MultiplyAdd(O.Broadcast(scales[Chunks + chunk]), O.Add(c, d), second);
        }
        sums[0] += O.Sum(first);
        sums[1] += O.Sum(second);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Products(short* pair, float* scales, float* vector, float* other, double* sums)
    {
        V first = O.Zero, second = O.Zero, firstOther = O.Zero, secondOther = O.Zero;
        short* p = pair, q = pair + Length;
        float* v = vector, w = other;
        for (int chunk = 0; chunk < Chunks; chunk++)
        {
            V a = O.Zero, b = O.Zero, c = O.Zero, d = O.Zero, e = O.Zero, f = O.Zero, g = O.Zero, h = O.Zero;
            for (short* end = p + Chunk; p < end; p += 2 * O.Count, q += 2 * O.Count, v += 2 * O.Count, w += 2 * O.Count)
            {
                Fetch(p, q);
                V p0 = O.LoadShorts(p), p1 = O.LoadShorts(p + O.Count), q0 = O.LoadShorts(q), q1 = O.LoadShorts(q + O.Count);
                V low = O.Load(v), high = O.Load(v + O.Count);
                a = O.MultiplyAdd(p0, low, a);
                b = O.MultiplyAdd(p1, high, b);
                c = O.MultiplyAdd(q0, low, c);
                d = O.MultiplyAdd(q1, high, d);
                low = O.Load(w);
                high = O.Load(w + O.Count);
                e = O.MultiplyAdd(p0, low, e);
                f = O.MultiplyAdd(p1, high, f);
                g = O.MultiplyAdd(q0, low, g);
                h = O.MultiplyAdd(q1, high, h);
            }
            V scale = O.Broadcast(scales[chunk]);
            first = O.MultiplyAdd(scale, O.Add(a, b), first);
            firstOther = O.MultiplyAdd(scale, O.Add(e, f), firstOther);
            scale = O.Broadcast(scales[Chunks + chunk]);
            second = O.MultiplyAdd(scale, O.Add(c, d), second);
            secondOther = O.MultiplyAdd(scale, O.Add(g, h), secondOther);
        }
        sums[0] += O.Sum(first);
        sums[1] += O.Sum(second);
        sums[2] += O.Sum(firstOther);
        sums[3] += O.Sum(secondOther);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Add(short* pair, float* scales, double ofFirst, double ofSecond, float* vector)
    {
        short* p = pair, q = pair + Length;
        float* v = vector;
        for (int chunk = 0; chunk < Chunks; chunk++)
        {
            V a = O.Broadcast((float)(ofFirst * scales[chunk])), b = O.Broadcast((float)(ofSecond * scales[Chunks + chunk]));
            for (short* end = p + Chunk; p < end; p += 2 * O.Count, q += 2 * O.Count, v += 2 * O.Count)
            {
                Fetch(p, q);
                O.Store(O.MultiplyAdd(b, O.LoadShorts(q), O.MultiplyAdd(a, O.LoadShorts(p), O.Load(v))), v);
                O.Store(O.MultiplyAdd(b, O.LoadShorts(q + O.Count), O.MultiplyAdd(a, O.LoadShorts(p + O.Count), O.Load(v + O.Count))), v
                    + O.Count);
            }
        }
    }

    /// <summary>Asks for the same place of the next pair: hardware does not fetch across pages.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(short* p, short* q)
    {
        if (!Sse.IsSupported || (2 * O.Count < Line && ((nint)p & (sizeof(short) * Line - 1)) != 0)) return;
        Sse.Prefetch0(p + 2 * Length);
        Sse.Prefetch0(q + 2 * Length);
    }
}
