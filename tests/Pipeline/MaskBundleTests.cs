using MLNetStyle.Pipeline;
using Xunit;

namespace MLNetStyle.Tests.Pipeline;

public class MaskBundleTests
{
    [Fact]
    public void ImagesComeBackAsTheyWentIn()
    {
        PlanarImage a = Image(3, 2, 1), b = Image(1, 5, 7);
        IReadOnlyList<PlanarImage> read = MaskBundle.Read(MaskBundle.Append(MaskBundle.Append(MaskBundle.Empty, a), b));
        Assert.Equal(2, read.Count);
        Assert.Equal(a.Samples, read[0].Samples);
        Assert.Equal((1, 5), (read[1].Width, read[1].Height));
        Assert.Equal(b.Samples, read[1].Samples);
        Assert.Empty(MaskBundle.Read(MaskBundle.Empty));
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(PlanarImage.MaxSide, PlanarImage.MaxSide)]
    [InlineData(3e9f, 3e9f)]
    [InlineData(0, 4)]
    [InlineData(2, -3)]
    [InlineData(float.NaN, 2)]
    [InlineData(2, float.PositiveInfinity)]
    public void ASizeThatDoesNotFitThePixelsIsRefusedBeforeMemoryIsTaken(float width, float height)
    {
        float[] bundle = MaskBundle.Append(MaskBundle.Empty, Image(4, 2, 3));
        (bundle[1], bundle[2]) = (width, height);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("damaged", Assert.Throws<InvalidDataException>(() => MaskBundle.Read(bundle)).Message);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    private static PlanarImage Image(int width, int height, int first)
    {
        PlanarImage image = new(width, height);
        for (int i = 0; i < image.Samples.Length; i++) image.Samples[i] = (first + (37 * i)) % 256;
        return image;
    }
}
