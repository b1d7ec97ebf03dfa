using System.Text.Json;
using MLNetStyle.Imaging;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Stylization;

public sealed class ColorKeepingTests
{
    [Theory]
    [InlineData(LuminanceSpace.Yiq, false)]
    [InlineData(LuminanceSpace.Yiq, true)]
    [InlineData(LuminanceSpace.Lab, false)]
    [InlineData(LuminanceSpace.Lab, true)]
    public void LuminanceLeavesTheChromaUntouchedWithinARoundingStep(LuminanceSpace space, bool matched)
    {
        PlanarImage content = Soft(32, 24, 1);
        PlanarImage picture = Run(new()
        {
            PreserveColor = PreserveColorMode.Luminance,
            LuminanceSpace = space,
            MatchLuminance = matched,
            Start = StartImage.Noise
        }, content);
        PlanarImage split = To(picture), wanted = To(content);
        float step = Step();
        int inside = 0, moved = 0;
        for (int i = 0; i < picture.Samples.Length / 3; i++)
        {
            if (Enumerable.Range(0, 3).Any(c => picture.Plane(c)[i] is <= 0 or >= 255)) continue; // cut off: out of gamut
            inside++;
            if (Math.Abs(split.Plane(0)[i] - wanted.Plane(0)[i]) > 2) moved++;
            for (int c = 1; c < 3; c++) Assert.Equal(wanted.Plane(c)[i], split.Plane(c)[i], step);
        }
        Assert.True(inside > 300 && moved > 200, $"{inside} inside the gamut, {moved} of another luminance");

        PlanarImage To(PlanarImage image) => space == LuminanceSpace.Yiq ? ColorSpaces.ToYiq(image) : ColorSpaces.ToLab(image);

        // What the rounding of a picture to bytes may move a chroma by: half a level in each channel.
        float Step()
        {
            PlanarImage rounded = new(picture.Width, picture.Height, [.. picture.Samples.Select(v => MathF.Round(v))]), back = To(rounded);
            return Enumerable.Range(0, picture.Samples.Length / 3).Max(i => Math.Max(
                Math.Abs(back.Plane(1)[i] - split.Plane(1)[i]), Math.Abs(back.Plane(2)[i] - split.Plane(2)[i])));
        }
    }

    [Theory]
    [InlineData(ColorMatching.SquareRoot)]
    [InlineData(ColorMatching.Cholesky)]
    public void HistogramAfterGivesThePictureTheContentsMeanAndCovariance(ColorMatching matching)
    {
        PlanarImage content = Soft(32, 24, 1);
        PlanarImage made = Run(new() { PreserveColor = PreserveColorMode.HistogramAfter, ColorMatching = matching }, content),
            plain = Run(new() { Recolor = 0 }, content);
        SameColors(ColorStatistics.Of(content), ColorStatistics.Of(made));
        PlanarImage expected = ColorTransfer.MatchHistogram(plain, content, matching); // the run itself is as it would be without
        PixelBytes.Clamp(expected);
        Assert.Equal(expected.Samples, made.Samples);
    }

    [Fact]
    public void PreviewsHaveTheFinalColors()
    {
        PlanarImage content = Soft(32, 24, 1);
        List<PlanarImage> previews = [];
        using Stylizer stylizer = new(TinyNetwork.Shared.Network,
            Small(new() { PreserveColor = PreserveColorMode.HistogramAfter, PreviewEvery = 1 }));
        stylizer.Stylize(content, stylizer.MeasureStyle(new StyleSource(StylizerTests.Picture(40, 40, 2))), null,
            new StylizationCallbacks { Preview = p => previews.Add(p.Image) });
        Assert.NotEmpty(previews);
        Assert.All(previews, p => SameColors(ColorStatistics.Of(content), ColorStatistics.Of(p)));
    }

    [Theory]
    [InlineData(ColorMatching.SquareRoot)]
    [InlineData(ColorMatching.Cholesky)]
    public void HistogramRunsWithTheStyleInTheContentsColors(ColorMatching matching)
    {
        PlanarImage content = Soft(32, 24, 1), style = Whole(StylizerTests.Picture(40, 40, 2)),
            recolored = ColorTransfer.MatchHistogram(style, content, matching);
        SameColors(ColorStatistics.Of(content), ColorStatistics.Of(recolored));
        StylizationOptions options = new() { PreserveColor = PreserveColorMode.Histogram, ColorMatching = matching };
        Nearer(Run(options, content, style), Run(new(), content, recolored), Run(new(), content, style));
    }

    [Theory]
    [InlineData(LuminanceSpace.Yiq)]
    [InlineData(LuminanceSpace.Lab)]
    public void MatchLuminanceRunsWithTheStyleInTheContentsLight(LuminanceSpace space)
    {
        PlanarImage content = Soft(32, 24, 1), style = Whole(StylizerTests.Picture(40, 40, 2));
        StylizationOptions plain = new() { PreserveColor = PreserveColorMode.Luminance, LuminanceSpace = space, NeighborWeight = 0 },
            matched = plain.Clone();
        matched.MatchLuminance = true;
        Nearer(Run(matched, content, style), Run(plain, content, ColorTransfer.MatchLuminance(style, content, space)),
            Run(plain, content, style));
    }

    [Theory]
    [InlineData(PreserveColorMode.Histogram, false)]
    [InlineData(PreserveColorMode.Luminance, true)]
    public void AStyleWithoutItsImagesIsRefusedWhereTheyAreNeeded(PreserveColorMode mode, bool matchLuminance)
    {
        using Stylizer plain = new(TinyNetwork.Shared.Network, Small(new())), recoloring = new(
            TinyNetwork.Shared.Network, Small(new() { PreserveColor = mode, MatchLuminance = matchLuminance }));
        StyleTarget target = plain.MeasureStyle(new StyleSource(StylizerTests.Picture(40, 40, 2)));
        Assert.Contains($"PreserveColor {mode}",
            Assert.Throws<ArgumentException>(() => recoloring.Stylize(Soft(32, 24, 1), target)).Message);
    }

    [Theory]
    [InlineData(PreserveColorMode.None, LuminanceSpace.Lab, ColorMatching.SquareRoot, false, "LuminanceSpace is Lab, but PreserveColor is None")]
    [InlineData(PreserveColorMode.Histogram, LuminanceSpace.Lab, ColorMatching.SquareRoot, false, "LuminanceSpace is Lab, but PreserveColor is Histogram")]
    [InlineData(PreserveColorMode.None, LuminanceSpace.Yiq, ColorMatching.Cholesky, false, "ColorMatching is Cholesky, but PreserveColor is None")]
    [InlineData(PreserveColorMode.Luminance, LuminanceSpace.Lab, ColorMatching.Cholesky, false, "ColorMatching is Cholesky, but PreserveColor is Luminance")]
    [InlineData(PreserveColorMode.None, LuminanceSpace.Yiq, ColorMatching.SquareRoot, true, "MatchLuminance is True, but PreserveColor is None")]
    [InlineData(PreserveColorMode.HistogramAfter, LuminanceSpace.Yiq, ColorMatching.Cholesky, true, "MatchLuminance is True, but PreserveColor is HistogramAfter")]
    [InlineData(PreserveColorMode.Luminance, (LuminanceSpace)7, ColorMatching.SquareRoot, false, "LuminanceSpace is 7")]
    [InlineData(PreserveColorMode.Histogram, LuminanceSpace.Yiq, (ColorMatching)7, false, "ColorMatching is 7")]
    public void WhatWouldHaveNoEffectIsRefusedWithTheReason(PreserveColorMode mode, LuminanceSpace space, ColorMatching matching,
        bool matchLuminance, string reason)
    {
        StylizationOptions options = new()
        {
            PreserveColor = mode,
            LuminanceSpace = space,
            ColorMatching = matching,
            MatchLuminance = matchLuminance
        };
        Assert.Contains(reason, Assert.Throws<ArgumentException>(options.Validate).Message);
    }

    [Theory]
    [InlineData(PreserveColorMode.Luminance, LuminanceSpace.Lab, ColorMatching.SquareRoot, true, "luminance lab True square_root")]
    [InlineData(PreserveColorMode.HistogramAfter, LuminanceSpace.Yiq, ColorMatching.Cholesky, false, "histogram_after yiq False cholesky")]
    public void TheReportNamesThem(PreserveColorMode mode, LuminanceSpace space, ColorMatching matching, bool matchLuminance,
        string expected)
    {
        StylizationOptions options = Small(new()
        {
            PreserveColor = mode,
            LuminanceSpace = space,
            ColorMatching = matching,
            MatchLuminance = matchLuminance
        });
        string path = Path.Combine(Path.GetTempPath(), $"mlnetstyle-test-{Guid.NewGuid():N}.json");
        try
        {
            StylizationReport.Save(path, TinyNetwork.Shared.Network, options,
                StylizerTests.Run(options, Soft(32, 24, 1), StylizerTests.Picture(40, 40, 2)));
            JsonElement json = JsonDocument.Parse(File.ReadAllBytes(path)).RootElement.GetProperty("options");
            Assert.Equal(expected,
                string.Join(' ', new[] { "preserve_color", "luminance_space", "match_luminance", "color_matching" }.Select(n =>
                json.GetProperty(n).ToString())));
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Colours in the middle of the range, so that little is cut off.</summary>
    private static PlanarImage Soft(int width, int height, int seed) =>
        new(width, height, [.. StylizerTests.Picture(width, height, seed).Samples.Select(v => 110 + (v / 8))]);

    private static PlanarImage Whole(PlanarImage image) => new(image.Width, image.Height, [.. image.Samples.Select(v => MathF.Round(v))]);

    private static StylizationOptions Small(StylizationOptions options)
    {
        (options.Size, options.CoarsestSize, options.Iterations, options.StyleWeight) = (32, 32, 3, 1);
        return options;
    }

    private static PlanarImage Run(StylizationOptions options, PlanarImage content, PlanarImage? style = null) =>
        StylizerTests.Run(Small(options), content, style ?? StylizerTests.Picture(40, 40, 2)).Image;

    private static void Nearer(PlanarImage made, PlanarImage expected, PlanarImage other)
    {
        double near = Distance(made, expected), far = Distance(made, other);
        Assert.True(far > 0.01 && near < 0.2 * far, $"{near} from what it should be, {far} from the picture without the option"); // styles are rounded to whole levels

        static double Distance(PlanarImage a, PlanarImage b) => a.Samples.Zip(b.Samples).Average(p => Math.Abs(p.First - p.Second));
    }

    private static void SameColors(ColorStatistics expected, ColorStatistics actual)
    {
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(expected.Mean[i], actual.Mean[i], 0.05);
            for (int k = 0; k < 3; k++) Assert.Equal(expected[i, k], actual[i, k], 0.01 * Math.Sqrt(expected[i, i] * expected[k, k]));
        }
    }
}
