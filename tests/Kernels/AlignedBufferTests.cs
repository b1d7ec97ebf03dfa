using MLNetStyle.Kernels;
using Xunit;

namespace MLNetStyle.Tests.Kernels;

public sealed unsafe class AlignedBufferTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(LargePages.Least - 1)]
    [InlineData(LargePages.Least)]
    [InlineData((5 << 20) + 12)]
    public void MemoryIsZeroedAlignedAndWritableToItsEnd(long bytes)
    {
        for (int again = 0; again < 3; again++)
        {
            using AlignedBuffer buffer = new(bytes);
            Assert.True(buffer.Bytes >= bytes);
            Assert.Equal(0, (nint)buffer.Floats % 64);
            Span<byte> all = new(buffer.Floats, (int)buffer.Bytes);
            Assert.False(all.ContainsAnyExcept((byte)0));
            all.Fill(1);
        }
    }

    [Fact]
    public void WhatIsDisposedHasNoMemory()
    {
        foreach (long bytes in new[] { 100L, 3 << 20 })
        {
            AlignedBuffer buffer = new(bytes);
            buffer.Dispose();
            buffer.Dispose();
            Assert.Throws<ObjectDisposedException>(() => (nint)buffer.Floats);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => new AlignedBuffer(-1));
    }
}
