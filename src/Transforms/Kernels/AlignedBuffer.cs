using System.Runtime.InteropServices;

namespace MLNetStyle.Kernels;

/// <summary>Native memory, freed by Dispose or the finalizer.</summary>
internal sealed unsafe class AlignedBuffer : IDisposable
{
    private const int Line = 64;

    private void* _memory;

    /// <summary>Takes memory.</summary>
    /// <param name="bytes">How much; at least a cache line is taken.</param>
    /// <param name="cleared">Whether it is zeroed; else its contents are undefined, and it is taken page by page as it is written.</param>
    /// <param name="alignment">What the address is a multiple of: a power of two, a cache line if nothing is said.</param>
    /// <exception cref="OutOfMemoryException">The system has no such memory.</exception>
    public AlignedBuffer(long bytes, bool cleared = true, int alignment = Line)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Bytes = Math.Max(bytes, Line);
        _memory = NativeMemory.AlignedAlloc((nuint)Bytes, (nuint)alignment);
        if (cleared) NativeMemory.Clear(_memory, (nuint)Bytes);
        GC.AddMemoryPressure(Bytes);
    }

    ~AlignedBuffer() => Free();

    public long Bytes { get; }

    public float* Floats => (float*)Pointer;

    public short* Shorts => (short*)Pointer;

    public ushort* Words => (ushort*)Pointer;

    private void* Pointer => _memory != null ? _memory : throw new ObjectDisposedException(nameof(AlignedBuffer));

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_memory == null) return;
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        GC.RemoveMemoryPressure(Bytes);
    }
}
