namespace MLNetStyle.Graphs;

/// <summary>Managed buffers that begin on a cache line's boundary and don't move.</summary>
/// <remarks>
/// ONNX Runtime's reductions take the values before the first boundary one by one, so the order of a sum, and its last bits, depend on
/// where an
/// input begins. On a boundary the same run gives the same bits.
/// </remarks>
internal static class AlignedFloats
{
    private const int Alignment = 64;

    /// <summary>A buffer of zeros.</summary>
    /// <param name="length">How many floats.</param>
    public static unsafe Memory<float> Allocate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length == 0) return default;
        float[] array = GC.AllocateArray<float>(checked(length + Alignment / sizeof(float) - 1), pinned: true);
        fixed (float* start = array)
        {
            nuint beyond = (nuint)start % Alignment;
            return array.AsMemory(beyond == 0 ? 0 : (int)((Alignment - beyond) / sizeof(float)), length);
        }
    }
}
