namespace MLNetStyle.Kernels;

/// <summary>The few operations that the kernels need of a vector type; every use is resolved and inlined by the JIT.</summary>
/// <typeparam name="V">The vector.</typeparam>
internal unsafe interface ISimd<V> where V : unmanaged
{
    /// <summary>Floats a vector; divides <see cref="Layout.Block"/>.</summary>
    static abstract int Count { get; }

    /// <summary>How many vectors wide the matrix kernel is, so that six rows of accumulators fit the register file.</summary>
    static abstract int PanelVectors { get; }

    static abstract V Zero { get; }

    static abstract V Load(float* source);

    /// <summary>As many 16-bit integers, as floats.</summary>
    static abstract V LoadShorts(short* source);

    static abstract void Store(V value, float* destination);

    static abstract V Broadcast(float value);

    static abstract V Add(V a, V b);

    static abstract V Subtract(V a, V b);

    static abstract V Multiply(V a, V b);

    /// <summary>a * b + c, in one rounding where the processor does that.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);

    /// <summary>The larger one; b if either is no number.</summary>
    static abstract V Max(V a, V b);

    /// <summary>A bit a lane, set where a is greater than b.</summary>
    static abstract uint Greater(V a, V b);

    /// <summary>The lanes whose bit is set, zero in the others.</summary>
    static abstract V Gate(V value, uint bits);

    static abstract float Sum(V value);
}
