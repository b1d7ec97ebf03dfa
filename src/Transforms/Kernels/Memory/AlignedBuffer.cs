using System.Runtime.InteropServices;

namespace MLNetStyle.Kernels;

/// <summary>Native memory on a cache line's boundary, zeroed, freed by Dispose or the finalizer.</summary>
internal sealed unsafe class AlignedBuffer : IDisposable
{
    private const int Alignment = 64;

    private readonly (nint Address, nuint Bytes) _pages;
    private void* _memory;

    /// <summary>Takes memory.</summary>
    /// <param name="bytes">How much; at least a cache line is taken.</param>
    /// <exception cref="OutOfMemoryException">The system has no such memory.</exception>
    public AlignedBuffer(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Bytes = Math.Max(bytes, Alignment);
        _memory = LargePages.Take(Bytes, out _pages);
        if (_memory == null)
        {
            _memory = NativeMemory.AlignedAlloc((nuint)Bytes, Alignment);
            NativeMemory.Clear(_memory, (nuint)Bytes);
        }
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
        if (_pages.Bytes > 0) LargePages.Give(_pages);
        else NativeMemory.AlignedFree(_memory);
        _memory = null;
        GC.RemoveMemoryPressure(Bytes);
    }
}
