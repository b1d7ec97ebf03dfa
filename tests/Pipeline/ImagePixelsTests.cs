using Microsoft.ML.Data;
using MLNetStyle.Pipeline;
using Xunit;

namespace MLNetStyle.Tests.Pipeline;

public class ImagePixelsTests
{
    [Theory]
    [InlineData(MLPixelFormat.Bgra32, false)]
    [InlineData(MLPixelFormat.Rgba32, false)]
    [InlineData(MLPixelFormat.Bgra32, true)]
    [InlineData(MLPixelFormat.Rgba32, true)]
    public void AnImageComesBackByteForByte(MLPixelFormat format, bool transparent)
    {
        byte[] pixels = TestRows.Pixels(3, 17, 9, transparent);
        using MLImage image = MLImage.CreateFromPixels(17, 9, format, pixels);
        using MLImage back = ImagePixels.Read(image).ToImage();
        Assert.Equal(format, back.PixelFormat);
        Assert.Equal(pixels, back.Pixels.ToArray());
    }

    [Fact]
    public void PlanesAreRedGreenBlueWhateverTheOrderOfBytes()
    {
        using MLImage bgra = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, [10, 20, 30, 255]);
        using MLImage rgba = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Rgba32, [30, 20, 10, 255]);
        Assert.Equal([30f, 20, 10], ImagePixels.Read(bgra).Color.Samples);
        Assert.Equal([30f, 20, 10], ImagePixels.Read(rgba).Color.Samples);
    }

    [Fact]
    public void ColoursAreThoseBeforeTheyWereMultipliedByAlpha()
    {
        ImagePixels pixels = ImagePixels.Read(2, 1, MLPixelFormat.Rgba32, [51, 0, 25, 51, 0, 0, 0, 0]);
        Assert.Equal([255f, 0, 0, 0, 125, 0], pixels.Color.Samples);
        Assert.Equal([51, 0], pixels.Alpha);
    }

    [Fact]
    public void ColoursUnderAnAlphaOfNothingThroughoutAreOpaque()
    {
        ImagePixels pixels = ImagePixels.Read(2, 1, MLPixelFormat.Rgba32, [51, 0, 25, 0, 7, 8, 9, 0]);
        Assert.Equal([51f, 7, 0, 8, 25, 9], pixels.Color.Samples);
        Assert.Null(pixels.Alpha);
    }

    [Fact]
    public void AColourAboveItsAlphaIsStraight()
    {
        ImagePixels pixels = ImagePixels.Read(2, 1, MLPixelFormat.Rgba32, [200, 100, 50, 100, 7, 8, 9, 0]);
        Assert.Equal([200f, 7, 100, 8, 50, 9], pixels.Color.Samples);
        Assert.Equal([100, 0], pixels.Alpha);
    }

    [Fact]
    public void WhatIsWhollyTransparentStaysSo() => Assert.Equal([0, 0], ImagePixels.Read(2, 1, MLPixelFormat.Rgba32, new byte[8]).Alpha);

    [Fact]
    public void ValuesAreRoundedAndHeldWithinABytesRange()
    {
        ImagePixels pixels = new(new PlanarImage(1, 1, [-3, 254.6f, float.NaN]), null, MLPixelFormat.Rgba32);
        Assert.Equal([0, 255, 0, 255], pixels.ToBytes());
    }

    [Fact]
    public void TransparencyIsResizedAlong()
    {
        ImagePixels pixels = ImagePixels.Read(2, 2, MLPixelFormat.Rgba32, [9, 9, 9, 100, 9, 9, 9, 100, 9, 9, 9, 100, 9, 9, 9, 100]);
        Assert.Equal(Enumerable.Repeat((byte)100, 12), pixels.With(new PlanarImage(4, 3)).Alpha);
    }
}
