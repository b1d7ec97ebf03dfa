using MLNetStyle.Imaging;
using MLNetStyle.Tests.Pipeline;
using SkiaSharp;
using Xunit;

namespace MLNetStyle.Tests.Imaging;

public sealed class PictureFileTests : IDisposable
{
    private readonly TestFolder _folder = new();

    [Theory]
    [InlineData("a.png", 50, 0)]
    [InlineData("a.jpg", 100, 5)] // the steps of its coefficients and of YCbCr are 1, and three of them add up in a colour
    [InlineData("a.JPEG", 85, 8)]
    [InlineData("a.webp", 100, 0)]
    [InlineData("a.webp", 80, 20)]
    public void APictureComesBackAsNearAsItsFormatHasIt(string name, int quality, double distance)
    {
        PlanarImage image = Smooth(45, 31);
        PictureFile.Save(image, _folder.File(name), quality);
        PlanarImage again = PictureFile.Read(_folder.File(name));
        Assert.Equal((45, 31), (again.Width, again.Height));
        float largest = image.Samples.Zip(again.Samples).Max(p => Math.Abs(p.First - p.Second));
        Assert.True(largest <= distance, $"a sample differs by {largest}");
        Assert.Equal([name], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(100, 5)]
    [InlineData(85, 30)]
    public void ColoursKeepTheirResolution(int quality, double distance)
    {
        PlanarImage stripes = new(40, 24);
        for (int i = 0; i < stripes.Width * stripes.Height; i++)
            // Red, blue, red, blue: halved they would be 70 levels off.
            for (int c = 0; c < PlanarImage.Channels; c++) stripes.Plane(c)[i] = c == i % 2 * 2 ? 200 : 60;
        PictureFile.Save(stripes, _folder.File("a.jpg"), quality);
        float largest = stripes.Samples.Zip(PictureFile.Read(_folder.File("a.jpg")).Samples).Max(p => Math.Abs(p.First - p.Second));
        Assert.True(largest <= distance, $"a sample differs by {largest}");
    }

    [Fact]
    public void LowerQualityIsSmaller()
    {
        long[] lengths = [.. ((int[])[1, 60, 85, 100]).Select(quality =>
        {
            PictureFile.Save(Smooth(200, 150), _folder.File("a.jpg"), quality);
            return new FileInfo(_folder.File("a.jpg")).Length;
        })];
        Assert.Equal(lengths.Order(), lengths);
        Assert.Equal(lengths.Length, lengths.Distinct().Count());
    }

    [Fact]
    public void WhatCannotBeReadOrWrittenIsRefusedWithTheName()
    {
        Assert.Contains("a.gif", Assert.Throws<ArgumentException>(() => PictureFile.Save(Smooth(8, 8), _folder.File("a.gif"))).Message);
        Assert.Contains("1 to 100", Assert.Throws<ArgumentOutOfRangeException>(() =>
            PictureFile.Save(Smooth(8, 8), _folder.File("a.jpg"), 0)).Message);
        Assert.Contains("none.png", Assert.Throws<FileNotFoundException>(() => PictureFile.Read(_folder.File("none.png"))).Message);
        File.WriteAllText(_folder.File("text.png"), "no picture");
        Assert.Contains("text.png", Assert.Throws<InvalidDataException>(() => PictureFile.Read(_folder.File("text.png"))).Message);
        Assert.True(PictureFile.IsPicture("x.JPG"));
        Assert.True(PictureFile.IsPicture("x.heic"));
        Assert.False(PictureFile.IsPicture("x.onnx"));
        Assert.False(PictureFile.IsPicture("folder/._IMG.jpg"));
        Assert.True(PictureFile.CanWrite("x.webp"));
        Assert.False(PictureFile.CanWrite("x.heic"));
    }

    [Theory]
    [InlineData("a.png", 8)]
    [InlineData("a.png", 16)]
    [InlineData("a.jpg", 8)]
    [InlineData("a.webp", 8)]
    public void OpaqueStaysOpaqueAndIsTaggedSrgb(string name, int bits)
    {
        PictureFile.Save(Smooth(20, 10), _folder.File(name), new PictureWriteOptions { BitDepth = bits },
            [.. Enumerable.Repeat(byte.MaxValue, 200)]);
        using SKCodec codec = SKCodec.Create(_folder.File(name));
        Assert.Equal(SKAlphaType.Opaque, codec.Info.AlphaType);
        Assert.True(codec.Info.ColorSpace.IsSrgb);
        byte[] file = File.ReadAllBytes(_folder.File(name));
        string tag = name == "a.png" ? "sRGB" : name == "a.jpg" ? "ICC_PROFILE" : "ICCP";
        Assert.True(file.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(tag)) > 0, "tagged");
        if (name == "a.png") Assert.Equal((bits, 2), (file[24], file[25])); // RGB, not RGBA
    }

    [Fact]
    public void SixteenBitsKeepFractions()
    {
        PlanarImage image = new(256, 1);
        for (int i = 0; i < image.Samples.Length; i++) image.Samples[i] = 255f * i / image.Samples.Length;
        PictureFile.Save(image, _folder.File("a.png"), new PictureWriteOptions { BitDepth = 16 });
        Picture again = PictureReader.Read(_folder.File("a.png"), "picture");
        Assert.Equal(16, again.BitDepth);
        for (int i = 0; i < image.Samples.Length; i++) Assert.Equal(image.Samples[i], again.Color.Samples[i], 0.07);
    }

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.webp")]
    public void TransparencyAndTheColoursUnderItAreKept(string name)
    {
        PlanarImage image = new(3, 1, [200, 200, 200, 30, 30, 30, 90, 90, 90]);
        PictureFile.Save(image, _folder.File(name), null, [name == "a.png" ? (byte)0 : (byte)1, 3, 255]);
        Picture again = PictureReader.Read(_folder.File(name), "picture");
        Assert.Equal(image.Samples, again.Color.Samples);
        Assert.Equal([name == "a.png" ? 0 : 1, 3, 255], again.Alpha!.Select(a => (int)a));
    }

    [Fact]
    public void ATransparentJpegIsBlendedOnItsBackground()
    {
        PlanarImage image = new(16, 16);
        image.Plane(0).Fill(200);
        PictureFile.Save(image, _folder.File("a.jpg"), null, new byte[256]);
        Assert.All(PictureFile.Read(_folder.File("a.jpg")).Samples, v => Assert.InRange(v, 253, 255));
        PictureFile.Save(image, _folder.File("a.jpg"), new PictureWriteOptions { Background = (0, 100, 0) },
            [.. Enumerable.Repeat((byte)128, 256)]);
        PlanarImage blended = PictureFile.Read(_folder.File("a.jpg"));
        Assert.Equal(100.4, blended.Plane(0)[100], 3.0);
        Assert.Equal(49.8, blended.Plane(1)[100], 3.0);
        Assert.Equal(0, blended.Plane(2)[100], 3.0);
    }

    public void Dispose() => _folder.Dispose();

    private static PlanarImage Smooth(int width, int height)
    {
        PlanarImage image = new(width, height);
        for (int c = 0; c < PlanarImage.Channels; c++)
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++)
                    image.Plane(c)[y * width + x] = MathF.Round(128 + 90 * MathF.Sin(0.11f * x + 0.07f * y + c));
        return image;
    }
}
