using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace MLNetStyle.Tests.Imaging;

public sealed class RegionMasksTests
{
    private static readonly (int R, int G, int B)[] s_colors = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (0, 0, 0), (255, 255, 255),
        (128, 0, 128), (255, 200, 0)];

    [Fact]
    public void RegionsThatAreTooLargeTogetherAreRefusedBeforeTheyAreMade()
    {
        RegionMasks.CheckPixels(16, 4096, 4096, "The mask");
        RegionMasks.CheckPixels(1, 16384, 16384, "The mask");
        string message = Assert.Throws<ArgumentException>(() => RegionMasks.CheckPixels(2, 16384, 16384, "The mask 'a.png'")).Message;
        Assert.Contains("The mask 'a.png' has 2 regions of 16384 x 16384 pixels", message);
        int made = 0;
        Mask large = Mask.Whole(8192, 4096); // eight of them are all that may be
        Assert.Contains("smaller", Assert.Throws<ArgumentException>(() => RegionMasks.InOrder(Many())).Message);
        Assert.Equal(8, made); // the ninth was the last

        IEnumerable<Mask> Many()
        {
            for (; made < 16; made++) yield return large;
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public void WithoutAnOriginMessagesSayTheMask(string? origin) =>
        Assert.Equal("the mask", RegionMasks.InOrder([Mask.Whole(4, 4)], origin).Origin);

    [Fact]
    public void EveryColourIsARegionInReadingOrder()
    {
        RegionMasks masks = RegionMasks.FromColors(Paint(60, 40, (x, y) => y < 15 ? (200, 220, 255) : x < 30 ? (10, 90, 20)
            : (30, 60, 200)));
        Assert.Equal(["#c8dcff", "#0a5a14", "#1e3cc8"], masks.Names);
        for (int y = 0; y < 40; y++)
            for (int x = 0; x < 60; x++)
                Assert.Equal((y < 15 ? 1f : 0, y >= 15 && x < 30 ? 1f : 0, y >= 15 && x >= 30 ? 1f : 0),
                    (masks.Masks[0].Values[y * 60 + x], masks.Masks[1].Values[y * 60 + x], masks.Masks[2].Values[y * 60 + x]));
    }

    [Fact]
    public void AntialiasedEdgesBelongToBothSides()
    {
        // Red to blue by way of purple, which is a region elsewhere.
        RegionMasks masks = RegionMasks.FromColors(Paint(80, 40, (x, y) => y >= 30 ? (128, 0, 128) : x < 30 ? (255, 0, 0) : x == 30
            ? (170, 0, 85) : x == 31 ? (85, 0, 170) : (0, 0, 255)));
        Assert.Equal(["#ff0000", "#0000ff", "#800080"], masks.Names);
        int row = 5 * 80;
        Assert.Equal([1, 0.708f, 0.292f, 0], Enumerable.Range(29, 4).Select(x => MathF.Round(masks.Masks[0].Values[row + x], 3)));
        Assert.Equal(0, masks.Masks[2].Values[row + 30]);
        Sum(masks);
    }

    [Fact]
    public void NoiseOfCompressionMakesNoRegions()
    {
        Random random = new(1);
        PlanarImage noisy = Paint(120, 90, (x, y) =>
        {
            bool left = x + (y / 4) < 60;
            int far = Math.Abs(x + (y / 4) - 60);
            int noise = far < 9 ? 18 : 3; // rings around edges, next to nothing elsewhere
            int N() => random.Next(-noise, noise + 1);
            return left ? (230 + N(), 40 + N(), 40 + N()) : (40 + N(), 60 + N(), 220 + N());
        });
        RegionMasks masks = RegionMasks.FromColors(noisy);
        Assert.Equal(2, masks.Names.Count);
        Sum(masks);
        int wrong = Enumerable.Range(0, 120 * 90).Count(i =>
            MathF.Abs(masks.Masks[0].Values[i] - ((i % 120) + (i / 120 / 4) < 60 ? 1 : 0)) > 0.2f);
        Assert.True(wrong < 10, $"{wrong} pixels are in the wrong region");
        Assert.Equal(["#ff0000", "#0000ff"],
            masks.Paired(["#e62828", "#283cdc"], "the style").Select((m, i) => i == 0 && m == masks.Masks[0] ? "#ff0000" : "#0000ff"));
    }

    [Theory]
    [InlineData(50, 196)] // one in a thousand pixels
    [InlineData(75, 39)] // one in five thousand
    [InlineData(90, 0)]
    public void AJpegFileOfAMaskHasTheSameRegions(int quality, int most)
    {
        // Large areas of white: their mean must stay white.
        PlanarImage mask = Paint(512, 384, (x, y) => y < 100 + 30 * Math.Sin(x / 40.0) ? (255, 255, 255) : (x - 250) * (x - 250)
            + (y - 250) * (y - 250) < 8000 ? (20, 70, 160) : (90, 140, 40));
        RegionMasks exact = RegionMasks.FromColors(mask);
        Assert.Equal(["#ffffff", "#5a8c28", "#1446a0"], exact.Names);
        string file = Path.Combine(Path.GetTempPath(), $"mlnetstyle-mask-{Guid.NewGuid():N}.jpg");
        try
        {
            PictureFile.Save(mask, file, quality);
            IReadOnlyList<Mask> read = MaskFile.ReadRegions([file]).Paired(exact.Names, "the mask itself");
            for (int r = 0; r < read.Count; r++)
            {
                int wrong = Enumerable.Range(0, 512 * 384).Count(i => MathF.Abs(read[r].Values[i] - exact.Masks[r].Values[i]) > 0.5f);
                Assert.True(wrong <= most, $"{wrong} pixels of {exact.Names[r]} are elsewhere");
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void RandomPaintingsComeApartAgain()
    {
        Gen<(int, int)> some = from colors in Gen.Choose(1, 7) from seed in Gen.Choose(0, 10_000) select (colors, seed);
        Prop.ForAll(some.ToArbitrary(), one =>
        {
            (int colors, int seed) = one;
            Random random = new(seed);
            int[] tiles = [.. Enumerable.Range(0, 16).Select(i => i < colors ? i : random.Next(colors))];
            RegionMasks masks = RegionMasks.FromColors(Paint(48, 48, (x, y) => s_colors[tiles[(y / 12 * 4) + (x / 12)]]));
            Assert.Equal(colors, masks.Names.Count);
            for (int i = 0; i < 48 * 48; i++)
            {
                (int r, int g, int b) = s_colors[tiles[(i / 48 / 12 * 4) + (i % 48 / 12)]];
                Assert.Equal(1, masks.Masks[masks.Names.ToList().IndexOf($"#{r:x2}{g:x2}{b:x2}")].Values[i]);
            }
            Sum(masks);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));
    }

    [Fact]
    public void TooManyColoursAreRefusedAndPhotographsToo()
    {
        PlanarImage stripes = Paint(170, 40, (x, _) => (x / 10 * 47 % 256, x / 10 * 83 % 256, x / 10 * 151 % 256));
        string many = Assert.Throws<ArgumentException>(() => RegionMasks.FromColors(stripes, "the content mask 'stripes.png'")).Message;
        Assert.Contains("The content mask 'stripes.png' has 17 colours, and 16 regions are possible", many);
        Random random = new(3);
        PlanarImage noise = Paint(40, 40, (_, _) => (random.Next(256), random.Next(256), random.Next(256)));
        Assert.Contains("no area of one colour", Assert.Throws<ArgumentException>(() => RegionMasks.FromColors(noise)).Message);
        PlanarImage photograph = Paint(64, 64, (x, y) => y < 40 ? (100, 100, 100) : (random.Next(256), random.Next(256), random.Next(256)));
        Assert.Contains("photograph", Assert.Throws<ArgumentException>(() => RegionMasks.FromColors(photograph)).Message);
    }

    [Fact]
    public void RegionsPairByNameColourOrOrder()
    {
        RegionMasks colors = Regions("#ff0000", "#0000ff"), order = Regions("1", "2");
        Assert.Equal([colors.Masks[1], colors.Masks[0]], colors.Paired(["#0000ff", "#ff0000"], "the style"));
        Assert.Equal([colors.Masks[1], colors.Masks[0]], colors.Paired(["#0a05f0", "#f01005"], "the style"));
        Assert.Equal(colors.Masks, colors.Paired(["1", "2"], "the style"));
        Assert.Equal(order.Masks, order.Paired(["1", "2"], "the style"));
        Refused(colors, "no region #00ff00, which the style mask 'b.png' has", "#ff0000", "#0000ff", "#00ff00");
        Refused(colors, "region #0000ff, but the style mask 'b.png' has only #ff0000", "#ff0000");
        Refused(colors, "2 regions (#ff0000, #0000ff), but the style mask 'b.png' has 3, and they pair by their order", "1", "2", "3");
        Refused(colors, "no region #fa0505", "#ff0000", "#0000ff", "#fa0505");
        Refused(order, "both a file for each region", "#ff0000", "#0000ff");

        static void Refused(RegionMasks masks, string reason, params string[] names) =>
            Assert.Contains(reason, Assert.Throws<ArgumentException>(() => masks.Paired(names, "the style mask 'b.png'")).Message);
    }

    [Fact]
    public void WhatIsNoSetOfRegionsIsRefused()
    {
        Mask one = Mask.Whole(4, 4);
        Assert.Contains("different sizes", Assert.Throws<ArgumentException>(() => RegionMasks.InOrder([one, Mask.Whole(4, 5)])).Message);
        Assert.Contains("no pixel in the region 2",
            Assert.Throws<ArgumentException>(() => RegionMasks.InOrder([one, new Mask(4, 4, new float[16])])).Message);
        Assert.Contains("two regions named a", Assert.Throws<ArgumentException>(() => new RegionMasks([("a", one), ("a", one)])).Message);
        Assert.Throws<ArgumentException>(() => new RegionMasks([]));
        Assert.Throws<ArgumentException>(() => RegionMasks.InOrder(Enumerable.Repeat(one, 17)));
        Assert.Throws<ArgumentException>(() => new RegionMasks([("", one)]));
        Assert.Contains("proportions", Assert.Throws<ArgumentException>(() => RegionMasks.InOrder([one]).CheckFits(40, 60)).Message);
    }

    private static RegionMasks Regions(params string[] names) =>
        new(names.Select((n, i) => (n, new Mask(2, 1, i == 0 ? [1, 0] : [0, 1]))), "the mask 'a.png'");

    private static void Sum(RegionMasks masks)
    {
        for (int i = 0; i < masks.Width * masks.Height; i++) Assert.Equal(1, masks.Masks.Sum(m => m.Values[i]), 1e-6);
    }

    internal static PlanarImage Paint(int width, int height, Func<int, int, (int R, int G, int B)> color)
    {
        PlanarImage image = new(width, height);
        for (int i = 0; i < width * height; i++) (image.Plane(0)[i], image.Plane(1)[i], image.Plane(2)[i]) = color(i % width, i / width);
        return image;
    }
}
