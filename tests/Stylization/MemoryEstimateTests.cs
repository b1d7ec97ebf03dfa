using MLNetStyle.Stylization;
using Xunit;

namespace MLNetStyle.Tests.Stylization;

public sealed class MemoryEstimateTests
{
    // Peaks of whole programs on the CPU engine: mlnetstyle stylize --network NAME --size N --iterations 5 --report FILE.
    [Theory]
    [InlineData("compact", 512, 384, 297)]
    [InlineData("compact", 1024, 768, 702)]
    [InlineData("compact", 1536, 1152, 1211)]
    [InlineData("compact", 2048, 1535, 1781)]
    [InlineData("compact", 4096, 3071, 6401)]
    [InlineData("vgg19", 512, 384, 873)]
    [InlineData("vgg19", 1024, 768, 1790)]
    [InlineData("vgg19", 1536, 1152, 3098)]
    public void TheEstimateIsNearWhatWasMeasured(string network, int width, int height, int measured)
    {
        using Stylizer stylizer = new(Network.Load(network), new StylizationOptions());
        Assert.InRange(stylizer.EstimateMemory(width, height) / (measured * 1048576.0), 0.9, 1.1);
    }

    [Fact]
    public void HistoryIsCutWhereItWouldTakeTooMuch()
    {
        Assert.Equal(20, MemoryEstimate.Pairs(20, 3 * 512 * 384));
        Assert.Equal(5, MemoryEstimate.Pairs(20, 3 * 4096 * 4096));
        Assert.Equal(3, MemoryEstimate.Pairs(3, 3 * 4096 * 4096));
    }
}
