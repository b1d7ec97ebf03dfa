using Xunit;

namespace MLNetStyle.Tests.Pipeline;

public sealed class PictureFileTests : IDisposable
{
    private readonly TestFolder _folder = new();

    [Theory]
    [InlineData("a.png", 50, 0)]
    [InlineData("a.jpg", 100, 5)] // the steps of its coefficients and of YCbCr are 1, and three of them add up in a colour
    [InlineData("a.JPEG", 85, 8)]
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
            for (int c = 0; c < PlanarImage.Channels; c++) stripes.Plane(c)[i] = c == i % 2 * 2 ? 200 : 60; // red, blue, red, blue: halved they would be 70 levels off
        PictureFile.Save(stripes, _folder.File("a.jpg"), quality);
        float largest = stripes.Samples.Zip(PictureFile.Read(_folder.File("a.jpg")).Samples).Max(p => Math.Abs(p.First - p.Second));
        Assert.True(largest <= distance, $"a sample differs by {largest}");
    }

    [Fact]
    public void LowerQualityIsSmaller()
    {
        long[] lengths = [.. ((int[])[60, 85, 100]).Select(quality =>
        {
            PictureFile.Save(Smooth(200, 150), _folder.File("a.jpg"), quality);
            return new FileInfo(_folder.File("a.jpg")).Length;
        })];
        Assert.Equal(lengths.Order(), lengths);
        Assert.True(lengths[0] < lengths[1] && lengths[1] < lengths[2]);
    }

    [Fact]
    public void WhatCannotBeReadOrWrittenIsRefusedWithTheName()
    {
        Assert.Contains("a.gif", Assert.Throws<ArgumentException>(() => PictureFile.Save(Smooth(8, 8), _folder.File("a.gif"))).Message);
        Assert.Contains("50 to 100", Assert.Throws<ArgumentOutOfRangeException>(() => PictureFile.Save(Smooth(8, 8), _folder.File("a.jpg"), 30)).Message);
        Assert.Contains("none.png", Assert.Throws<FileNotFoundException>(() => PictureFile.Read(_folder.File("none.png"))).Message);
        File.WriteAllText(_folder.File("text.png"), "no picture");
        Assert.Contains("text.png", Assert.Throws<InvalidDataException>(() => PictureFile.Read(_folder.File("text.png"))).Message);
        Assert.True(PictureFile.IsPicture("x.JPG"));
        Assert.False(PictureFile.IsPicture("x.onnx"));
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
