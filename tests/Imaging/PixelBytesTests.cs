using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace MLNetStyle.Tests.Imaging;

public sealed class PixelBytesTests
{
    [Theory]
    [InlineData(0f, 0)]
    [InlineData(-3f, 0)]
    [InlineData(0.49999997f, 0)]
    [InlineData(0.5f, 0)]
    [InlineData(1.5f, 2)]
    [InlineData(2.5f, 2)]
    [InlineData(254.6f, 255)]
    [InlineData(255.5f, 255)]
    [InlineData(1e30f, 255)]
    [InlineData(float.PositiveInfinity, 255)]
    [InlineData(float.NegativeInfinity, 0)]
    [InlineData(float.NaN, 0)]
    public void ASampleIsHeldAndRounded(float value, byte expected) => Assert.Equal(expected, PixelBytes.ToByte(value));

    [Fact]
    public void BytesSurviveTheWayThereAndBack() =>
        Prop.ForAll((from w in Gen.Choose(1, 20)
                     from h in Gen.Choose(1, 20)
                     from s in Gen.Choose(0, int.MaxValue)
                     select (w, h,
            s)).ToArbitrary(), size =>
        {
            byte[] pixels = new byte[size.w * size.h * 4];
            new Random(size.s).NextBytes(pixels);
            foreach (PixelOrder order in Enum.GetValues<PixelOrder>())
            {
                byte[] back = new byte[pixels.Length];
                PlanarImage image = PixelBytes.ToPlanar(pixels, size.w, size.h, order);
                PixelBytes.SetAlpha(PixelBytes.Alpha(pixels), back);
                PixelBytes.FromPlanar(image, back, order, keepAlpha: true);
                Assert.Equal(pixels, back);
                PixelBytes.FromPlanar(image, back, order);
                Assert.All(PixelBytes.Alpha(back), a => Assert.Equal(255, a));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void TheOrderOfTheBytesIsObserved()
    {
        byte[] pixels = [1, 2, 3, 4];
        Assert.Equal([1, 2, 3], PixelBytes.ToPlanar(pixels, 1, 1, PixelOrder.Rgba).Samples);
        Assert.Equal([3, 2, 1], PixelBytes.ToPlanar(pixels, 1, 1, PixelOrder.Bgra).Samples);
        Assert.Equal([4], PixelBytes.Alpha(pixels));
    }

    [Fact]
    public void WrongLengthsAreRefused()
    {
        Assert.Throws<ArgumentException>(() => PixelBytes.ToPlanar(new byte[15], 2, 2, PixelOrder.Rgba));
        Assert.Throws<ArgumentException>(() => PixelBytes.FromPlanar(new PlanarImage(2, 2), new byte[12], PixelOrder.Rgba));
        Assert.Throws<ArgumentException>(() => PixelBytes.Alpha(new byte[7]));
        Assert.Throws<ArgumentException>(() => PixelBytes.SetAlpha(new float[2], new byte[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => PixelBytes.ToPlanar(new byte[4], 1, 1, (PixelOrder)7));
    }

    [Fact]
    public void ClampHoldsSamplesToTheRangeOfBytes()
    {
        PlanarImage image = new(1, 1, [-5, 100, 300]);
        PixelBytes.Clamp(image);
        Assert.Equal([0, 100, 255], image.Samples);
    }
}
