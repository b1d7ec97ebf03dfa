using MLNetStyle.Graphs;
using MLNetStyle.Losses;
using MLNetStyle.Stylization;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Stylization;

public sealed class OnnxEvaluatorTests
{
    private static readonly Loss[] s_losses = [new ContentLoss("relu3_1"), new GramStyleLoss("relu1_1"), new GramStyleLoss("relu2_1", 0.5),
        new TotalVariationLoss()];

    [Theory]
    [InlineData(24, 24)]
    [InlineData(19, 33)]
    public void TheGradientIsThatOfTheTotal(int width, int height)
    {
        using IStyleEvaluator evaluator = Evaluator(width, height);
        PlanarImage image = StylizerTests.Picture(width, height, 9);
        float[] gradient = new float[image.Samples.Length], scrap = new float[image.Samples.Length];
        double[] terms = new double[4];
        double total = evaluator.Evaluate(image.Samples, width, height, gradient, terms);
        Assert.Equal(total, terms.Sum(), 1e-12);
        double norm = Math.Sqrt(gradient.Sum(g => (double)g * g)), step = 2;
        float[] moved = [.. image.Samples.Zip(gradient, (x, g) => (float)(x + step * g / norm))],
            back = [.. image.Samples.Zip(gradient, (x, g) => (float)(x - step * g / norm))];
        double slope = (evaluator.Evaluate(moved, width, height, scrap, terms) - evaluator.Evaluate(back, width, height, scrap,
            terms)) / (2 * step);
        Assert.Equal(norm, slope, 0.03 * norm);
    }

    [Fact]
    public void TargetsOfItsOwnImageGiveNoLoss()
    {
        using IStyleEvaluator evaluator = Evaluator(32, 32);
        double[] terms = new double[4];
        PlanarImage content = StylizerTests.Picture(32, 32, 1);
        evaluator.Evaluate(content.Samples, 32, 32, new float[content.Samples.Length], terms);
        Assert.Equal(0, terms[0], 1e-9);
        Assert.True(terms[1] > 1e-4 && terms[2] > 1e-4 && terms[3] > 0);
    }

    [Fact]
    public void WrongLengthsAndMissingTargetsAreRefused()
    {
        OnnxEngine engine = new(TinyNetwork.Shared.Network, ComputeDevice.Cpu);
        using IStyleEvaluator bare = engine.CreateEvaluator(s_losses, new LossWeights(1, 1, 1));
        float[] image = new float[3 * 32 * 32];
        Assert.Throws<InvalidOperationException>(() => bare.Evaluate(image, 32, 32, image, new double[4]));
        Assert.Throws<ArgumentException>(() => bare.SetTargets([null]));
        Assert.Throws<ArgumentException>(() => bare.SetTargets([null, null, null, null]));
        using IStyleEvaluator evaluator = Evaluator(32, 32);
        Assert.Throws<ArgumentException>(() => evaluator.Evaluate(image, 32, 31, image, new double[4]));
        Assert.Throws<ArgumentException>(() => evaluator.Evaluate(image, 32, 32, image, new double[3]));
        Assert.ThrowsAny<OperationCanceledException>(() =>
            evaluator.Evaluate(image, 32, 32, image, new double[4], new CancellationToken(true)));
        Assert.Throws<ArgumentException>(() => engine.CreateMeter([new TotalVariationLoss()]));
    }

    private static IStyleEvaluator Evaluator(int width, int height)
    {
        OnnxEngine engine = new(TinyNetwork.Shared.Network, ComputeDevice.Cpu);
        using IStyleMeter content = engine.CreateMeter([s_losses[0]]), style = engine.CreateMeter([s_losses[1], s_losses[2]]);
        IStyleEvaluator evaluator = engine.CreateEvaluator(s_losses, new LossWeights(2, 10, 0.5));
        evaluator.SetTargets([.. content.Measure(StylizerTests.Picture(width, height, 1)),
            .. style.Measure(StylizerTests.Picture(40, 30, 2)), null]);
        return evaluator;
    }
}
