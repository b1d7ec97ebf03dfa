using MLNetStyle.Losses;
using MLNetStyle.Stylization;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Stylization;

public sealed class StylizerTests
{
    private static Network Network => TinyNetwork.Shared.Network;

    [Theory]
    [InlineData(OptimizerKind.Lbfgs, StartImage.Content)]
    [InlineData(OptimizerKind.Lbfgs, StartImage.Noise)]
    [InlineData(OptimizerKind.Adam, StartImage.Content)]
    [InlineData(OptimizerKind.Adam, StartImage.Image)]
    public void TheLossFallsAndThePictureStaysInRange(OptimizerKind optimizer, StartImage start)
    {
        StylizationResult result = Run(new()
        {
            Size = 40,
            Iterations = 25,
            Optimizer = optimizer,
            Start = start,
            Tolerance = 0,
            TvWeight = 0.01,
            NeighborWeight = 0, // new matches are another loss
        }, Picture(50, 40, 1), Picture(64, 48, 2), Picture(20, 30, 3));
        Assert.Equal((40, 32), (result.Image.Width, result.Image.Height));
        Assert.All(result.Image.Samples, s => Assert.InRange(s, 0, 255));
        Assert.Equal(25, result.History.Count);
        Assert.True(result.History[^1].Total < 0.8 * result.History[0].Total, $"{result.History[0].Total} to {result.History[^1].Total}");
        Assert.True(result.Loss <= result.History.Min(h => h.Total));
        Assert.All(result.History, h => Assert.Equal(h.Total, h.Content + h.Style + h.Tv, 1e-9 + 1e-9 * h.Total));
        Assert.Equal(StopReason.Completed, result.Stopped);
        Assert.Equal(result.History[^1].Evaluations, result.Evaluations);
        Assert.Contains("style", result.Phases.Select(p => p.Phase));
    }

    [Theory]
    [InlineData(16, 16, 0, 16, 16)]
    [InlineData(17, 31, 0, 17, 31)]
    [InlineData(97, 65, 33, 33, 22)]
    [InlineData(300, 16, 0, 300, 16)]
    [InlineData(320, 20, 64, 64, 4)]
    [InlineData(5, 9, 45, 25, 45)]
    public void AnySizeAndAspectGivesThePictureAskedFor(int width, int height, int size, int expectedWidth, int expectedHeight)
    {
        StylizationResult result = Run(new() { Size = size, Iterations = 2 }, Picture(width, height, 4), Picture(37, 91, 5));
        Assert.Equal((expectedWidth, expectedHeight), (result.Image.Width, result.Image.Height));
        Assert.True(double.IsFinite(result.Loss));
    }

    [Fact]
    public void ThePyramidGoesThroughItsSizes()
    {
        StylizationResult result = Run(new() { Size = 64, CoarsestSize = 16, Iterations = 14, StageDecay = 0.5, Tolerance = 0 },
            Picture(64, 48, 1), Picture(64, 64, 2));
        Assert.Equal([(21, 16), (32, 24), (64, 48)], result.History.Select(h => (h.Width, h.Height)).Distinct()); // no side below 16
        Assert.Equal([8, 4, 2], result.Stages.Select(s => s.Iterations));
        Assert.Equal(Enumerable.Range(1, 14), result.History.Select(h => h.Iteration));
        Assert.All(result.History.Zip(result.History.Skip(1)), p =>
            Assert.True(p.Second.Evaluations > p.First.Evaluations && p.Second.Seconds >= p.First.Seconds));
    }

    [Fact]
    public void TheSameSeedGivesTheSamePictureAndAnotherSeedAnotherOne()
    {
        StylizationOptions options = new() { Size = 32, Iterations = 6, Start = StartImage.Noise, Seed = 5 };
        float[] first = Run(options, Picture(40, 32, 1), Picture(40, 40, 2)).Image.Samples,
            second = Run(options, Picture(40, 32, 1), Picture(40, 40, 2)).Image.Samples;
        options.Seed = 6;
        float[] third = Run(options, Picture(40, 32, 1), Picture(40, 40, 2)).Image.Samples;
        Assert.Equal(first, second);
        Assert.NotEqual(first, third);
    }

    [Fact]
    public void NoiseHasItsDocumentedDistribution()
    {
        float[] noise = Noise.Make(200, 200, 3).Samples;
        double mean = noise.Average(), deviation = Math.Sqrt(noise.Average(v => (v - mean) * (v - mean)));
        Assert.Equal(127.5, mean, 1.0);
        Assert.Equal(62.3, deviation, 1.5); // 64, less what the cut takes
        Assert.All(noise, v => Assert.InRange(v, 0, 255));
    }

    [Fact]
    public void OneStylizerServesManyContents()
    {
        StylizationOptions options = new() { Size = 32, Iterations = 4 };
        using Stylizer stylizer = new(Network, options);
        StyleTarget style = stylizer.MeasureStyle(new StyleSource(Picture(40, 40, 2)));
        stylizer.Stylize(Picture(30, 50, 7), style);
        float[] second = stylizer.Stylize(Picture(40, 32, 1), style).Image.Samples;
        Assert.Equal(Run(options, Picture(40, 32, 1), Picture(40, 40, 2)).Image.Samples, second);
    }

    [Fact]
    public void ThePicturesGivenAreNotChanged()
    {
        PlanarImage content = Picture(32, 32, 1), style = Picture(32, 32, 2);
        float[] contentBefore = [.. content.Samples], styleBefore = [.. style.Samples];
        StylizationResult result = Run(new() { Size = 0, Iterations = 2 }, content, style);
        Assert.Equal(contentBefore, content.Samples);
        Assert.Equal(styleBefore, style.Samples);
        Assert.NotSame(content.Samples, result.Image.Samples);
    }

    [Fact]
    public void CancellingGivesTheBestPictureSoFar()
    {
        using CancellationTokenSource source = new();
        List<double> totals = [];
        StylizationResult result = Run(new() { Size = 64, CoarsestSize = 32, Iterations = 40, Tolerance = 0 }, Picture(64, 48, 1),
            Picture(40, 40, 2), cancellation: source.Token, callbacks: new()
            {
                Progress = p =>
                {
                    totals.Add(p.Total);
                    if (p.Iteration == 7) source.Cancel();
                },
            });
        Assert.Equal(StopReason.Cancelled, result.Stopped);
        Assert.Equal(7, result.History.Count);
        Assert.Equal((64, 48), (result.Image.Width, result.Image.Height));
        Assert.Equal(totals.Min(), result.Loss);
    }

    [Fact]
    public void CancellingBeforeThereIsAPictureThrows()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            Run(new() { Size = 32 }, Picture(32, 32, 1), Picture(32, 32, 2), cancellation: source.Token));
    }

    [Fact]
    public void AStylizerWorksOnAfterACancelledRun()
    {
        using Stylizer stylizer = new(Network, new StylizationOptions { Size = 32, Iterations = 5 });
        StyleTarget style = stylizer.MeasureStyle(new StyleSource(Picture(40, 40, 2)));
        using CancellationTokenSource source = new();
        StylizationResult cancelled = stylizer.Stylize(Picture(32, 32, 1), style, null, new() { Progress = _ => source.Cancel() },
            source.Token);
        StylizationResult whole = stylizer.Stylize(Picture(32, 32, 1), style);
        Assert.Equal(StopReason.Cancelled, cancelled.Stopped);
        Assert.Equal(5, whole.History.Count);
    }

    [Fact]
    public void ConvergenceEndsASizeEarly()
    {
        StylizationResult result = Run(new() { Size = 24, Iterations = 2000, Tolerance = 0.05 }, Picture(24, 24, 1), Picture(32, 32, 2));
        Assert.Equal(StopReason.Converged, result.Stopped);
        Assert.InRange(result.History.Count, 10, 1000);
    }

    [Fact]
    public void ContentAloneIsAMinimumAtOnce()
    {
        StylizationResult result = Run(new() { Size = 32, Iterations = 50, StyleWeight = 0, NeighborWeight = 0, TvWeight = 0 },
            Picture(32, 32, 1), Picture(32, 32, 2));
        Assert.Equal(StopReason.Converged, result.Stopped);
        Assert.Equal(0, result.Loss, 1e-9);
        Assert.Equal(Picture(32, 32, 1).Samples, result.Image.Samples);
    }

    [Fact]
    public void ProgressTellsEveryTermAndEndsAtOne()
    {
        List<StylizationProgress> seen = [];
        List<string> phases = [];
        Run(new() { Size = 64, CoarsestSize = 32, Iterations = 9, TvWeight = 0.1, Tolerance = 0 }, Picture(64, 64, 1), Picture(40, 40, 2),
            callbacks: new() { Progress = seen.Add, Phase = phases.Add });
        Assert.Equal(9, seen.Count);
        Assert.Equal(["content relu4_2", "style relu1_1", "style relu2_1", "style relu3_1", "style relu4_1", "style relu5_1",
            "neighbors relu2_1", "neighbors relu3_1", "neighbors relu4_1", "tv"], seen[0].Terms.Select(t => t.Name));
        Assert.All(seen, p => Assert.Equal(p.Total, p.Terms.Sum(t => t.Value), 1e-9 + 1e-9 * p.Total));
        Assert.All(seen.Zip(seen.Skip(1)), p => Assert.True(p.Second.Fraction > p.First.Fraction));
        Assert.Equal(1, seen[^1].Fraction, 1e-12);
        Assert.Equal(0, seen[^1].SecondsLeft!.Value, 1e-9);
        Assert.Equal(2, seen[^1].Stage);
        Assert.Contains("64 x 64", phases);
    }

    [Fact]
    public void PreviewsComeEveryFewIterations()
    {
        List<StylizationPreview> previews = [];
        Run(new() { Size = 64, CoarsestSize = 32, Iterations = 10, PreviewEvery = 3, Tolerance = 0 }, Picture(64, 64, 1),
            Picture(40, 40, 2), callbacks: new() { Preview = previews.Add });
        Assert.Equal([3, 6, 9], previews.Select(p => p.Progress.Iteration));
        Assert.All(previews, p => Assert.Equal(64, p.Image.Width));
        Assert.NotEqual(previews[0].Image.Samples, previews[1].Image.Samples);
    }

    [Fact]
    public void TheAverageOfIteratesLiesBetweenThem()
    {
        StylizationOptions options = new()
        {
            Size = 32,
            Iterations = 12,
            Optimizer = OptimizerKind.Adam,
            LearningRate = 20,
            Tolerance = 0,
            PreviewEvery = 1,
            Recolor = 0 // which changes each preview by its own colours
        };
        List<float[]> iterates = [];
        options.AverageIterates = true;
        options.AverageDecay = 0.8;
        float[] averaged = Run(options, Picture(32, 32, 1), Picture(40, 40, 2),
            callbacks: new() { Preview = p => iterates.Add(p.Image.Samples) }).Image.Samples;
        for (int i = 0; i < averaged.Length; i += 101)
        {
            double sum = 0;
            for (int k = 0; k < iterates.Count; k++) sum = 0.8 * sum + 0.2 * iterates[k][i];
            Assert.Equal(sum / (1 - Math.Pow(0.8, iterates.Count)), averaged[i], 1e-2);
        }
    }

    [Fact]
    public void LuminanceKeepsTheContentsChroma()
    {
        PlanarImage content = Picture(32, 24, 1);
        for (int i = 0; i < content.Samples.Length; i++) content.Samples[i] = 100 + content.Samples[i] / 8; // so that nothing is cut
        PlanarImage picture = Run(new() { Size = 32, Iterations = 3, StyleWeight = 1, PreserveColor = PreserveColorMode.Luminance },
            content, Picture(40, 40, 2)).Image;
        PlanarImage expected = ColorTransfer.Luminance(picture, content);
        int inside = 0;
        for (int i = 0; i < picture.Samples.Length / 3; i++)
        {
            float[] pixel = [picture.Plane(0)[i], picture.Plane(1)[i], picture.Plane(2)[i]];
            if (pixel.Any(v => v is <= 0 or >= 255)) continue;
            inside++;
            for (int c = 0; c < 3; c++) Assert.Equal(expected.Plane(c)[i], pixel[c], 0.01);
        }
        Assert.True(inside > 100);
    }

    [Fact]
    public void HistogramMeasuresTheStyleInTheContentsColors()
    {
        StylizationOptions options = new() { Size = 32, Iterations = 3, PreserveColor = PreserveColorMode.Histogram, CoarsestSize = 32 };
        PlanarImage content = Picture(32, 32, 1), style = Picture(32, 32, 2);
        using Stylizer stylizer = new(Network, options);
        StyleTarget target = stylizer.MeasureStyle(new StyleSource(style));
        Assert.True(target.HasImages);
        float[] made = stylizer.Stylize(content, target).Image.Samples;
        Assert.Empty(target.Sizes); // another content, another measurement

        PlanarImage whole = new(32, 32, [.. style.Samples.Select(v => MathF.Round(v))]),
            recolored = ColorTransfer.MatchHistogram(whole, content);
        PixelBytes.Clamp(recolored);
        for (int i = 0; i < recolored.Samples.Length; i++) recolored.Samples[i] = MathF.Round(recolored.Samples[i]);
        float[] expected = Run(new() { Size = 32, Iterations = 3, CoarsestSize = 32 }, content, recolored).Image.Samples;
        float[] plain = Run(new() { Size = 32, Iterations = 3, CoarsestSize = 32 }, content, style).Image.Samples;
        double near = made.Zip(expected).Average(p => Math.Abs(p.First - p.Second)),
            far = made.Zip(plain).Average(p => Math.Abs(p.First - p.Second));
        Assert.True(near < 0.2 * far, $"{near} from the recoloured style, {far} from the style as it was");
    }

    [Fact]
    public void AWeightOfNothingLeavesItsLossesOut()
    {
        using Stylizer stylizer = new(Network, new StylizationOptions { ContentWeight = 0, TvWeight = 0 });
        Assert.DoesNotContain(stylizer.Losses, l => l.Kind == LossKind.Content);
        Assert.DoesNotContain(stylizer.Losses, l => l.Kind == LossKind.TotalVariation);
        foreach (LossKind kind in (LossKind[])[LossKind.Style, LossKind.Neighbors]) Assert.Equal(1, stylizer.Losses.Where(l => l.Kind == kind).Sum(l => l.Weight), 1e-12); // relative losses are averaged over layers
    }

    [Fact]
    public void ALossThatIsNotFiniteIsAnErrorThatNamesIt()
    {
        StylizationOptions options = new() { Size = 32, Iterations = 3, StyleWeight = 3e38, Normalization = LossNormalization.Absolute };
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => Run(options, Picture(32, 32, 1), Picture(40, 40, 2)));
        Assert.Contains("not finite", e.Message);
        Assert.Contains("smaller weights", e.Message);
    }

    [Fact]
    public void WrongInputsAreRefused()
    {
        using Stylizer stylizer = new(Network, new StylizationOptions { Size = 0, Iterations = 1 });
        StyleTarget style = stylizer.MeasureStyle(new StyleSource(Picture(32, 32, 2)));
        Assert.Contains("Set Size", Assert.Throws<ArgumentException>(() => stylizer.Stylize(new PlanarImage(5000, 20), style)).Message);
        Assert.Throws<ArgumentException>(() => stylizer.Stylize(new PlanarImage(4000, 2), style));
        PlanarImage bad = Picture(32, 32, 1);
        bad.Samples[5] = float.NaN;
        Assert.Throws<ArgumentException>(() => stylizer.Stylize(bad, style));
        Assert.Throws<ArgumentException>(() => stylizer.MeasureStyle(new StyleSource()));
        Assert.Throws<ArgumentException>(() => stylizer.MeasureStyle(new StyleSource(new PlanarImage(4000, 2))));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StyleSource().Add(Picture(8, 8, 1), 0));
        Assert.Throws<ArgumentException>(() => new Stylizer(Network, new StylizationOptions { StyleLayers = ["relu9_9"] }));
        using Stylizer fromImage = new(Network, new StylizationOptions { Start = StartImage.Image, Size = 32 });
        Assert.Throws<ArgumentException>(() =>
            fromImage.Stylize(Picture(32, 32, 1), fromImage.MeasureStyle(new StyleSource(Picture(32, 32, 2)))));
        using Stylizer other = new(Network, new StylizationOptions { StyleLayers = ["relu1_1"], Size = 32 });
        Assert.Contains("relu1_1", Assert.Throws<ArgumentException>(() => other.Stylize(Picture(32, 32, 1), style)).Message);
        stylizer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => stylizer.Stylize(Picture(32, 32, 1), style));
    }

    internal static StylizationResult Run(StylizationOptions options, PlanarImage content, PlanarImage style, PlanarImage? start = null,
        StylizationCallbacks? callbacks = null, CancellationToken cancellation = default)
    {
        using Stylizer stylizer = new(Network, options);
        return stylizer.Stylize(content, stylizer.MeasureStyle(new StyleSource(style)), start, callbacks, cancellation);
    }

    /// <summary>Smooth waves and some noise, whole levels.</summary>
    internal static PlanarImage Picture(int width, int height, int seed)
    {
        Random random = new(seed);
        PlanarImage image = new(width, height);
        for (int c = 0; c < 3; c++)
        {
            double a = 0.05 + 0.3 * random.NextDouble(), b = 0.05 + 0.3 * random.NextDouble(), p = 6 * random.NextDouble();
            Span<float> plane = image.Plane(c);
            for (int i = 0; i < plane.Length; i++) plane[i] = (float)Math.Round(127 + 90 * Math.Sin(a * (i % width) + b * (i / width) + p)
                + 30 * random.NextDouble());
        }
        return image;
    }
}
