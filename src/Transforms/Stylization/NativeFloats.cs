using System.Buffers;

namespace MLNetStyle.Stylization;

/// <summary>Memory that somebody else owns, as managed memory.</summary>
internal sealed unsafe class NativeFloats(nint address, long length) : MemoryManager<float>
{
    private readonly int _length = checked((int)length);

    public override Span<float> GetSpan() => new((float*)address, _length);

    public override MemoryHandle Pin(int elementIndex = 0) => new((float*)address + elementIndex);

    public override void Unpin() { }

    protected override void Dispose(bool disposing) { }
}
