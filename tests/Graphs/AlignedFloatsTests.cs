using MLNetStyle.Graphs;
using Xunit;

namespace MLNetStyle.Tests.Graphs;

public class AlignedFloatsTests
{
    [Fact]
    public unsafe void Every_buffer_begins_on_a_boundary_has_its_length_and_is_zero()
    {
        List<byte[]> between = [];
        foreach (int length in (int[])[0, 1, 2, 15, 16, 17, 1000, 65_537, 300_001])
        {
            Memory<float> buffer = AlignedFloats.Allocate(length);
            between.Add(new byte[length % 13 + 1]);
            Assert.Equal(length, buffer.Length);
            Assert.Equal(-1, buffer.Span.IndexOfAnyExcept(0f));
            fixed (float* start = buffer.Span) Assert.Equal(0u, (nuint)start % 64);
        }
    }

    [Fact]
    public void ANegativeLengthIsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => AlignedFloats.Allocate(-1));
}
