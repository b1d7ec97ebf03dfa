using FsCheck;
using FsCheck.Fluent;
using MLNetStyle.Imaging;
using Xunit;

namespace MLNetStyle.Tests.Imaging;

public sealed class ResizerTests
{
    private static readonly Arbitrary<(int Width, int Height, int NewWidth, int NewHeight, int Seed)> s_sizes = (
        from w in Gen.Choose(1, 40)
        from h in Gen.Choose(1, 40)
        from nw in Gen.Choose(1, 90)
        from nh in Gen.Choose(1, 90)
        from seed in Gen.Choose(0, int.MaxValue)
        select (w, h, nw, nh, seed)).ToArbitrary();

    [Fact]
    public void AConstantImageStaysConstant() => ForSizes((size, kernel) =>
    {
        PlanarImage image = new(size.Width, size.Height);
        for (int c = 0; c < 3; c++) image.Plane(c).Fill(31.5f + (90 * c));
        PlanarImage resized = Resizer.Resize(image, size.NewWidth, size.NewHeight, kernel);
        for (int c = 0; c < 3; c++)
            foreach (float v in resized.Plane(c)) Assert.Equal(31.5f + (90 * c), v, 1e-3f);
    });

    [Fact]
    public void TheSameSizeIsACopy() => ForSizes((size, kernel) =>
    {
        PlanarImage image = TestImages.Random(size.Seed, size.Width, size.Height);
        PlanarImage same = Resizer.Resize(image, size.Width, size.Height, kernel);
        Assert.Equal(image.Samples, same.Samples);
        Assert.NotSame(image.Samples, same.Samples);
    });

    [Fact]
    public void AFlipMayComeBeforeOrAfter() => ForSizes((size, kernel) =>
    {
        PlanarImage image = TestImages.Random(size.Seed, size.Width, size.Height);
        foreach (bool horizontally in new[] { true, false })
        {
            PlanarImage before = Resizer.Resize(TestImages.Flip(image, horizontally), size.NewWidth, size.NewHeight, kernel);
            PlanarImage after = TestImages.Flip(Resizer.Resize(image, size.NewWidth, size.NewHeight, kernel), horizontally);
            TestImages.AssertEqual(after, before, 2e-3);
        }
    });

    [Fact]
    public void OvershootKeepsItsBound() => ForSizes((size, kernel) =>
    {
        PlanarImage image = TestImages.Random(size.Seed, size.Width, size.Height);
        for (int i = 0; i < image.Samples.Length; i++) image.Samples[i] = image.Samples[i] < 128 ? 0 : 100;
        bool cubicOnly = kernel == ResizeKernel.CatmullRom && size.NewWidth >= size.Width && size.NewHeight >= size.Height;
        float bound = cubicOnly ? 28.13f : 78;
        foreach (float v in Resizer.Resize(image, size.NewWidth, size.NewHeight, kernel).Samples) Assert.InRange(v, -bound - 0.001f, 100
            + bound + 0.001f);
    });

    [Fact]
    public void OneAxisOvershootsAtMostAsTheKernelsSay()
    {
        for (int inputs = 1; inputs <= 70; inputs++)
            for (int outputs = 1; outputs <= 140; outputs++)
                foreach (ResizeKernel kernel in Enum.GetValues<ResizeKernel>())
                {
                    Resampling resampling = Resampling.Create(inputs, outputs, kernel);
                    double bound = kernel == ResizeKernel.CatmullRom && outputs > inputs ? 1.25 : 1.6;
                    for (int o = 0; o < outputs; o++)
                    {
                        double sum = 0, absolute = 0;
                        foreach (float w in resampling.Weights(o)) (sum, absolute) = (sum + w, absolute + Math.Abs(w));
                        Assert.Equal(1, sum, 1e-5);
                        Assert.True(absolute <= bound + 1e-5, $"{kernel} {inputs} -> {outputs} at {o}: {absolute}");
                    }
                }
    }

    [Fact]
    public void TheMeanIsPreserved() => ForSizes((size, kernel) =>
    {
        // A smooth image and sizes of 16 or more: noise at the border of a tiny image may count more or less than once.
        PlanarImage image = new(size.Width + 16, size.Height + 16);
        double phase = size.Seed % 1000;
        for (int y = 0; y < image.Height; y++)
            for (int x = 0; x < image.Width; x++)
                for (int c = 0; c < 3; c++)
                    image.Plane(c)[(y * image.Width) + x] = (float)(128 + (60 * Math.Sin((0.15 * x) + phase + c))
                        + (40 * Math.Cos((0.2 * y) - phase)));
        PlanarImage resized = Resizer.Resize(image, size.NewWidth + 16, size.NewHeight + 16, kernel);
        ColorStatistics before = ColorStatistics.Of(image), after = ColorStatistics.Of(resized);
        for (int c = 0; c < 3; c++) Assert.Equal(before.Mean[c], after.Mean[c], 1.5);
    });

    [Fact]
    public void ALinearRampStaysLinearAwayFromTheBorders()
    {
        foreach (ResizeKernel kernel in Enum.GetValues<ResizeKernel>())
            foreach (int width in new[] { 33, 50, 101, 200, 333 })
            {
                PlanarImage image = new(100, 3);
                for (int i = 0; i < image.Samples.Length; i++) image.Samples[i] = i % 100;
                PlanarImage resized = Resizer.Resize(image, width, 3, kernel);
                double scale = 100.0 / width;
                for (int x = (int)(12 / scale); x < width - (int)(12 / scale); x++) Assert.Equal(((x + 0.5) * scale) - 0.5,
                    resized.Samples[x], 0.2);
            }
    }

    [Fact]
    public void ShrinkingRemovesWhatTheSmallerSizeCannotShow()
    {
        // A checkerboard of single pixels is grey at a third of the size; sampling without a filter would keep black and white.
        PlanarImage image = new(120, 120);
        for (int i = 0; i < image.Samples.Length; i++) image.Samples[i] = ((i % 120) + (i / 120)) % 2 * 255;
        PlanarImage small = Resizer.Resize(image, 40, 40);
        for (int y = 4; y < 36; y++)
            for (int x = 4; x < 36; x++) Assert.Equal(127.5f, small.Samples[(y * 40) + x], 4f);
    }

    [Theory]
    [InlineData(1, 1, 17, 5)]
    [InlineData(1, 900, 1, 3)]
    [InlineData(2, 1, 1, 1)]
    [InlineData(1, 2, 300, 1)]
    [InlineData(3001, 2, 2, 3001)]
    [InlineData(16384, 1, 1, 16384)]
    public void ExtremeSizesStayInRange(int width, int height, int newWidth, int newHeight)
    {
        PlanarImage resized = Resizer.Resize(TestImages.Random(1, width, height, 100, 200), newWidth, newHeight);
        Assert.Equal((newWidth, newHeight), (resized.Width, resized.Height));
        foreach (float v in resized.Samples) Assert.InRange(v, 22, 278);
    }

    [Theory]
    [InlineData(1024, 768, 512, 512, 384)]
    [InlineData(768, 1024, 512, 384, 512)]
    [InlineData(1000, 333, 512, 512, 170)]
    [InlineData(1000, 1, 512, 512, 1)]
    [InlineData(3, 2, 16384, 16384, 10923)]
    [InlineData(4, 1, 2, 2, 1)]
    [InlineData(640, 480, 0, 640, 480)]
    [InlineData(16384, 16383, 16384, 16384, 16383)]
    public void FitKeepsTheProportions(int width, int height, int longerSide, int expectedWidth, int expectedHeight) =>
        Assert.Equal((expectedWidth, expectedHeight), Resizer.Fit(width, height, longerSide));

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, -1)]
    [InlineData(PlanarImage.MaxSide + 1, 1)]
    public void SizesOutOfRangeAreRefused(int width, int height)
    {
        PlanarImage image = new(4, 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => Resizer.Resize(image, width, height));
        Assert.Throws<ArgumentOutOfRangeException>(() => Resizer.ResizePlane(image.Plane(0), 4, 4, width, height));
        Assert.Throws<ArgumentOutOfRangeException>(() => Resizer.Fit(width, height, 10));
    }

    [Fact]
    public void APlaneOfTheWrongLengthIsRefused() => Assert.Throws<ArgumentException>(() => Resizer.ResizePlane(new float[11], 4, 3, 2, 2));

    [Fact]
    public void AnImageIsItsPlanes()
    {
        PlanarImage image = TestImages.Random(3, 31, 17), resized = Resizer.Resize(image, 12, 44);
        for (int c = 0; c < 3; c++) Assert.Equal(resized.Plane(c).ToArray(), Resizer.ResizePlane(image.Plane(c), 31, 17, 12, 44));
    }

    private static void ForSizes(Action<(int Width, int Height, int NewWidth, int NewHeight, int Seed), ResizeKernel> check) =>
        Prop.ForAll(s_sizes, size =>
        {
            foreach (ResizeKernel kernel in Enum.GetValues<ResizeKernel>()) check(size, kernel);
        }).QuickCheckThrowOnFailure();
}
