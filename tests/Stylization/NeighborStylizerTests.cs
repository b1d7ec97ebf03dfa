using MLNetStyle.Imaging;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Stylization;

/// <summary>Runs with nearest neighbours and recoloured contents.</summary>
public sealed class NeighborStylizerTests
{
    [Theory]
    [InlineData(OptimizerKind.Lbfgs)]
    [InlineData(OptimizerKind.Adam)]
    public void TheNeighborsAreFollowed(OptimizerKind optimizer)
    {
        StylizationOptions options = new() { Size = 64, CoarsestSize = 32, Iterations = 40, Optimizer = optimizer, Tolerance = 0 };
        double with = Neighbors(Result(options)), without = Neighbors(Result(Changed(options, o => o.NeighborWeight = 1e-3)));
        Assert.True(with < 0.9 * without, $"{with} and {without}");

        // The share of the neighbours, without their weight: of the last iteration.
        static double Neighbors((StylizationResult Result, double Weight, List<StylizationProgress> Steps) run) =>
            run.Steps[^1].Terms.Where(t => t.Name.StartsWith("neighbors")).Sum(t => t.Value) / run.Weight;

        static (StylizationResult, double, List<StylizationProgress>) Result(StylizationOptions options)
        {
            using Stylizer stylizer = new(TinyNetwork.Shared.Network, options);
            List<StylizationProgress> steps = [];
            StylizationResult result = stylizer.Stylize(StylizerTests.Picture(80, 60, 1),
                stylizer.MeasureStyle(new StyleSource(StylizerTests.Picture(70, 51, 2))), null,
                new StylizationCallbacks { Progress = steps.Add });
            Assert.All(result.Image.Samples, s => Assert.InRange(s, 0, 255));
            return (result, options.NeighborWeight, steps);
        }
    }

    [Fact]
    public void RotationsRegionsAndSeveralStylesAreTaken()
    {
        StylizationOptions options = new() { Size = 48, CoarsestSize = 24, Iterations = 6, NeighborRotations = true };
        PlanarImage content = StylizerTests.Picture(48, 40, 1), first = StylizerTests.Picture(50, 44, 2),
            second = StylizerTests.Picture(44, 50, 3);
        float[] upright = Made(Changed(options, o => o.NeighborRotations = false), new StyleSource(first), null), turned = Made(options,
            new StyleSource(first), null);
        Assert.NotEqual(upright, turned);
        Assert.NotEqual(turned, Made(options, new StyleSource(first).Add(second, 2), null));
        Mask left = new(48, 40, [.. Enumerable.Range(0, 48 * 40).Select(i => i % 48 < 24 ? 1f : 0)]), right = new(48, 40,
            [.. left.Values.ToArray().Select(v => 1 - v)]);
        RegionMasks masks = new([("a", left), ("b", right)]);
        Assert.Equal(48 * 40 * 3, Made(Changed(options, o => o.Regions = ["a", "b"]), new StyleSource(first).Add(second), masks).Length);

        float[] Made(StylizationOptions own, StyleSource style, RegionMasks? regions)
        {
            using Stylizer stylizer = new(TinyNetwork.Shared.Network, own);
            return stylizer.Stylize(regions is null ? new ContentSource(content) : new ContentSource(content, regions),
                stylizer.MeasureStyle(style)).Image.Samples;
        }
    }

    [Fact]
    public void ASavedStyleGivesTheSamePictureInLessRoom()
    {
        using Stylizer stylizer = new(TinyNetwork.Shared.Network, new StylizationOptions { Size = 48, CoarsestSize = 24, Iterations = 6 });
        StyleTarget target = stylizer.MeasureStyle(new StyleSource(StylizerTests.Picture(70, 51, 2)).Add(StylizerTests.Picture(33, 64, 3),
            2));
        float[] values = target.ToVector();
        StyleTarget again = StyleTarget.FromVector(target.Describe(), values);
        Assert.Equal(values, again.ToVector());
        Assert.True(values.Length < target.Sizes.Count * target.Shapes.Sum(s => s.Aggregate(1L, (n, d) => n * d)) / 2);
        PlanarImage content = StylizerTests.Picture(40, 48, 1);
        Assert.Equal(stylizer.Stylize(content, target).Image.Samples, stylizer.Stylize(content, again).Image.Samples);
        values[^1] = float.MaxValue;
        Assert.Throws<FormatException>(() => StyleTarget.FromVector(target.Describe(), values));
        Assert.Throws<FormatException>(() => StyleTarget.FromVector(target.Describe(), values.AsSpan(1)));
        Assert.Throws<FormatException>(() => StyleTarget.FromVector(target.Describe().Replace("\"vectors\":[", "\"vectors\":[1,"), values));
        Assert.Throws<FormatException>(() => StyleTarget.FromVector(target.Describe().Replace("\"colors\":[[", "\"colors\":[[1,"), values));
    }

    [Fact]
    public void BetweenTwoStylesAreVectorsOfBoth()
    {
        using Stylizer stylizer = new(TinyNetwork.Shared.Network, new StylizationOptions { Size = 48, CoarsestSize = 24, Iterations = 3 });
        StyleTarget a = stylizer.MeasureStyle(new StyleSource(StylizerTests.Picture(70, 51, 2))),
            b = stylizer.MeasureStyle(new StyleSource(StylizerTests.Picture(51, 70, 3)));
        StyleTarget between = StyleTarget.Interpolate(a, b, 0.25);
        for (int c = 0; c < 3; c++) Assert.Equal(0.75 * a.Colors[0].Mean[c] + 0.25 * b.Colors[0].Mean[c], between.Colors[0].Mean[c], 1e-9);
        PlanarImage content = StylizerTests.Picture(40, 48, 1);
        Assert.NotEqual(stylizer.Stylize(content, a).Image.Samples, stylizer.Stylize(content, between).Image.Samples);
    }

    [Fact]
    public void TheContentIsRecolouredUnlessItsColoursAreKept()
    {
        PlanarImage content = StylizerTests.Picture(48, 40, 1), style = StylizerTests.Picture(50, 44, 2);
        StylizationOptions options = new()
        {
            Size = 48,
            CoarsestSize = 48,
            Iterations = 1,
            StyleWeight = 1e-9,
            NeighborWeight = 0,
            TvWeight = 0
        };
        float[] wanted = ColorTransfer.Recolor(content, ColorStatistics.Of(content), ColorStatistics.Of(style)).Samples;
        Assert.True(Distance(Made(options), wanted) < 0.1);
        Assert.True(Distance(Made(Changed(options, o => o.PreserveColor = PreserveColorMode.HistogramAfter)), content.Samples) < 1);
        Assert.True(Distance(Made(Changed(options, o => o.Recolor = 0)), content.Samples) < 0.1);
        Assert.True(Distance(Made(Changed(options, o => o.Recolor = 0.5)), [.. wanted.Zip(content.Samples, (w, c) => (w + c) / 2)]) < 0.1);

        float[] Made(StylizationOptions own)
        {
            using Stylizer stylizer = new(TinyNetwork.Shared.Network, own);
            return stylizer.Stylize(content, stylizer.MeasureStyle(new StyleSource(style))).Image.Samples;
        }

        static double Distance(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Average());
    }

    [Fact]
    public void APictureInAGreyStyleIsGreyAndHalfRecolouringHalvesIt()
    {
        PlanarImage content = StylizerTests.Picture(48, 40, 1), style = ColorTransfer.Grey(StylizerTests.Picture(50, 44, 2));
        double full = Chroma(1), half = Chroma(0.5), none = Chroma(0);
        Assert.True(full < 0.1 * none && half > 2 * full && half < none, $"{full} {half} {none}");

        double Chroma(double recolor)
        {
            using Stylizer stylizer = new(TinyNetwork.Shared.Network, new StylizationOptions
            {
                Size = 48,
                CoarsestSize = 48,
                Iterations = 6,
                Recolor = recolor
            });
            PlanarImage yiq = ColorSpaces.ToYiq(stylizer.Stylize(content, stylizer.MeasureStyle(new StyleSource(style))).Image);
            return ColorStatistics.OfPlane(yiq.Plane(1)).Deviation + ColorStatistics.OfPlane(yiq.Plane(2)).Deviation;
        }
    }

    [Fact]
    public void AStyleWithoutColoursIsRefusedWhereTheyAreNeeded()
    {
        StylizationOptions options = new() { Size = 48, CoarsestSize = 48, Iterations = 1 };
        using Stylizer plain = new(TinyNetwork.Shared.Network, Changed(options, o => o.Recolor = 0)),
            recolouring = new(TinyNetwork.Shared.Network, options);
        StyleTarget target = plain.MeasureStyle(new StyleSource(StylizerTests.Picture(50, 44, 2)));
        Assert.Contains("Recolor", Assert.Throws<ArgumentException>(() => recolouring.Stylize(StylizerTests.Picture(48, 40, 1),
            target)).Message);
    }

    [Fact]
    public void StrengthsGoFromTheContentToTheStyle()
    {
        StylizationOptions plain = new(), options = new();
        options.SetStrength(StylizationOptions.DefaultStrength);
        Assert.Equal((plain.ContentWeight, plain.StyleWeight, plain.NeighborWeight, plain.Recolor), (options.ContentWeight,
            options.StyleWeight, options.NeighborWeight, options.Recolor));
        options.SetStrength(0);
        Assert.Equal((plain.ContentWeight, 0, 0, 0), (options.ContentWeight, options.StyleWeight, options.NeighborWeight, options.Recolor));
        options.Validate();
        double before = -1;
        for (double strength = 0; strength <= 100; strength += 2.5)
        {
            options.SetStrength(strength);
            options.Validate();
            double ratio = options.StyleWeight / options.ContentWeight;
            Assert.True(ratio > before);
            before = ratio;
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => options.SetStrength(-0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => options.SetStrength(100.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => options.SetStrength(double.NaN));
    }

    private static StylizationOptions Changed(StylizationOptions options, Action<StylizationOptions> change)
    {
        StylizationOptions copy = options.Clone();
        change(copy);
        return copy;
    }
}
