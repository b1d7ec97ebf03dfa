using MLNetStyle.Stylization;
using Xunit;

namespace MLNetStyle.Tests.Stylization;

/// <summary>Contents and weights that used to leave the picture as it was.</summary>
public sealed class FaintContentTests
{
    [Theory]
    [InlineData(128, 0)]
    [InlineData(144, 0)]
    [InlineData(64, 0)]
    [InlineData(128, 0.05)]
    public void AContentOfHardlyAnyContrastIsPainted(int grey, double contrast)
    {
        PlanarImage content = StylizerTests.Picture(96, 96, 1);
        foreach (ref float sample in content.Samples.AsSpan()) sample = (float)(grey + contrast * (sample - 128));
        StylizationOptions options = new() { Size = 96, Iterations = 60 };
        using Stylizer stylizer = new(Network.Load(ModelFiles.DefaultNetwork), options);
        StylizationResult result = stylizer.Stylize(content, stylizer.MeasureStyle(new StyleSource(StylizerTests.Picture(96, 96, 2))));
        Assert.True(Change(content, result.Image) > 10, $"changed by {Change(content, result.Image):F2} levels");
    }

    [Fact]
    public void AFloorLeavesAnOrdinaryContentAlone()
    {
        Assert.False(EnergyFloor.IsFaint(StylizerTests.Picture(64, 64, 1)));
        Assert.True(EnergyFloor.IsFaint(new PlanarImage(8, 8)));
    }

    [Theory]
    [InlineData(OptimizerKind.Adam, 1e-6)]
    [InlineData(OptimizerKind.Adam, 1e-30)]
    [InlineData(OptimizerKind.Adam, 1e25)]
    [InlineData(OptimizerKind.Lbfgs, 1e-6)]
    [InlineData(OptimizerKind.Lbfgs, 1e-30)]
    [InlineData(OptimizerKind.Lbfgs, 1e25)]
    public void ACommonFactorOfTheWeightsChangesNothing(OptimizerKind optimizer, double factor)
    {
        PlanarImage content = StylizerTests.Picture(40, 32, 1), painting = StylizerTests.Picture(40, 40, 2);
        PlanarImage Paint(double common) => StylizerTests.Run(
            new()
            {
                Size = 40,
                Iterations = 12,
                Tolerance = 0,
                Optimizer = optimizer,
                ContentWeight = common,
                StyleWeight = 30 * common,
                NeighborWeight = 20 * common,
                TvWeight = 0.1 * common,
            },
            content, painting).Image;
        PlanarImage plain = Paint(1), scaled = Paint(factor);
        Assert.True(Change(content, plain) > 5);
        Assert.True(Change(plain, scaled) < 0.5, $"differs by {Change(plain, scaled):F2} levels");
    }

    [Fact]
    public void TheTimeLeftCountsIterationsAndNotWhatWasBeforeThem()
    {
        List<StylizationProgress> progress = [];
        StylizerTests.Run(new() { Size = 32, Iterations = 6, Tolerance = 0 }, StylizerTests.Picture(32, 32, 1),
            StylizerTests.Picture(40, 40, 2),
            callbacks: new() { Phase = phase => { if (phase == "measuring the style") Thread.Sleep(300); }, Progress = progress.Add });
        Assert.Null(progress[0].SecondsLeft);
        Assert.Equal(0.0, progress[^1].SecondsLeft!.Value);
        for (int i = 1; i < progress.Count; i++)
        {
            double speed = (progress[i].Seconds - progress[0].Seconds) / (progress[i].Fraction - progress[0].Fraction);
            Assert.Equal(speed * (1 - progress[i].Fraction), progress[i].SecondsLeft!.Value, 0.005 + 0.1 * progress[i].SecondsLeft!.Value);
        }
    }

    [Fact]
    public void PreviewsOfARunHaveTheSizeOfItsPicture()
    {
        List<StylizationPreview> previews = [];
        StylizationResult result = StylizerTests.Run(new()
        {
            Size = 64,
            CoarsestSize = 16,
            Iterations = 12,
            Tolerance = 0,
            PreviewEvery = 1
        },
            StylizerTests.Picture(64, 48, 1), StylizerTests.Picture(64, 64, 2), callbacks: new() { Preview = previews.Add });
        Assert.Equal(12, previews.Count);
        Assert.Contains(previews, p => p.Progress.Width < 64);
        Assert.All(previews, p => Assert.Equal((result.Image.Width, result.Image.Height), (p.Image.Width, p.Image.Height)));
    }

    private static double Change(PlanarImage a, PlanarImage b) => a.Samples.Zip(b.Samples, (x, y) => Math.Abs(x - y)).Average();
}
