using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace MLNetStyle.Tests.Imaging;

public sealed class MaskTests
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(40);

    [Fact]
    public void OnesStayOnesAndPartsStillAddUp()
    {
        Gen<(int, int, int, int, int)> sizes = from a in Gen.Choose(1, 40)
                                               from b in Gen.Choose(1, 40)
                                               from c in Gen.Choose(1,
            60)
                                               from d in Gen.Choose(1, 60)
                                               from s in Gen.Choose(0, 1000)
                                               select (a, b, c, d, s);
        Prop.ForAll(sizes.ToArbitrary(), size =>
        {
            (int width, int height, int toWidth, int toHeight, int seed) = size;
            Assert.All(Mask.Whole(width, height).Resized(toWidth, toHeight).Softened(seed % 7).Values.ToArray(), v => Assert.Equal(1, v));
            Random random = new(seed);
            float[] part = [.. Enumerable.Range(0, width * height).Select(_ => random.Next(2) * (float)random.NextDouble())],
                rest = [.. part.Select(v => 1 - v)];
            Mask a = new Mask(width, height, part).Resized(toWidth, toHeight).Softened(seed % 7),
                b = new Mask(width, height, rest).Resized(toWidth, toHeight).Softened(seed % 7);
            for (int i = 0; i < a.Values.Length; i++) Assert.Equal(1, a.Values[i] + b.Values[i], 1e-6);
        }).Check(s_config);
    }

    [Fact]
    public void ShrinkingIsTheMeanOverWhatAPixelCovers()
    {
        Mask mask = new(6, 4, [.. Enumerable.Range(0, 24).Select(i => i / 24f)]);
        Mask half = mask.Resized(3, 2), pooled = mask.Halved(), odd = new Mask(5, 3, new float[15]).Halved();
        for (int i = 0; i < 6; i++)
        {
            int x = 2 * (i % 3), y = 2 * (i / 3);
            double expected = ((6 * y) + x + (6 * y) + x + 1 + (6 * (y + 1)) + x + (6 * (y + 1)) + x + 1) / 4.0 / 24;
            Assert.Equal(expected, half.Values[i], 1e-6);
            Assert.Equal(expected, pooled.Values[i], 1e-6);
        }
        Assert.Equal((2, 1), (odd.Width, odd.Height));
        // Two thirds of a pixel: 0.5 x the first, the second wholly in halves.
        Assert.Equal([0.5f * 2 / 3, 1],
            new Mask(3, 1, [0, 1, 1]).Resized(2, 1).Values.ToArray().Select(v => MathF.Round(v, 6)).Select(v => v == 0.333333f ? 1f / 3
            : v));
        Assert.Same(mask, mask.Resized(6, 4));
        Assert.Throws<InvalidOperationException>(() => new Mask(1, 4, new float[4]).Halved());
    }

    [Fact]
    public void EnlargingGoesInStraightLines()
    {
        float[] line = new Mask(2, 1, [0, 1]).Resized(4, 1).Values.ToArray();
        Assert.Equal([0, 0.25f, 0.75f, 1], line);
    }

    [Fact]
    public void ASoftEdgeReachesAsFarAsTheRadius()
    {
        Mask edge = new(40, 3, [.. Enumerable.Range(0, 120).Select(i => i % 40 < 20 ? 0f : 1)]);
        foreach (double radius in new[] { 2.0, 4.5, 8 })
        {
            float[] row = edge.Softened(radius).Values[..40].ToArray();
            for (int x = 1; x < 40; x++) Assert.True(row[x] >= row[x - 1]);
            int reach = (int)Math.Ceiling(radius) - 1;
            Assert.Equal(0, row[19 - reach]);
            Assert.True(row[20 - reach] > 0);
            Assert.True(row[19 + reach] < 1);
            Assert.Equal(1, row[20 + reach]);
            for (int x = 0; x < 40; x++) Assert.Equal(1, row[x] + row[39 - x], 1e-6); // the same to both sides
        }
        Assert.Same(edge, edge.Softened(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => edge.Softened(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => edge.Softened(257));
        Assert.Throws<ArgumentOutOfRangeException>(() => edge.Softened(double.NaN));
    }

    [Fact]
    public void WhiteIsOneAndBlackIsNothing()
    {
        PlanarImage image = new(4, 1, [255, 0, 51, 255, 255, 0, 51, 0, 255, 0, 51, 0]);
        Assert.Equal([1, 0, 0.2f, 0.299f], Mask.FromGrey(image).Values.ToArray());
    }

    [Theory]
    [InlineData(1024, 768, 512, 384, true)]
    [InlineData(1024, 768, 341, 256, true)]
    [InlineData(1000, 667, 300, 200, true)]
    [InlineData(300, 200, 1000, 667, true)]
    [InlineData(1024, 768, 1023, 768, true)]
    [InlineData(1024, 768, 768, 1024, false)]
    [InlineData(1024, 768, 512, 512, false)]
    [InlineData(1024, 768, 1020, 768, false)]
    public void ProportionsMayDifferByAPixel(int width, int height, int maskWidth, int maskHeight, bool fits) =>
        Assert.Equal(fits, Mask.Whole(maskWidth, maskHeight).Fits(width, height));

    [Fact]
    public void WhatIsNoMaskIsRefused()
    {
        Assert.Throws<ArgumentException>(() => new Mask(2, 2, new float[3]));
        Assert.Throws<ArgumentException>(() => new Mask(1, 1, [1.1f]));
        Assert.Throws<ArgumentException>(() => new Mask(1, 1, [float.NaN]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Mask(0, 1, []));
    }
}
