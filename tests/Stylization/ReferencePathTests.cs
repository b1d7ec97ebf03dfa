using System.Text.Json;
using MLNetStyle.Graphs;
using MLNetStyle.Losses;
using MLNetStyle.Optimization;
using MLNetStyle.Stylization;
using MLNetStyle.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace MLNetStyle.Tests.Stylization;

/// <summary>The optimisers on VGG-19 against the recorded paths of PyTorch's.</summary>
public sealed class ReferencePathTests(ITestOutputHelper output)
{
    [Fact]
    public void AdamFollowsTheRecordedPath() => CheckAdam(Vgg19.EightBits);

    [NeedsFloatVgg19Fact]
    public void AdamFollowsPyTorchs() => CheckAdam(Vgg19.Float);

    private void CheckAdam(Vgg19 vgg)
    {
        JsonElement reference = vgg.Reference.GetProperty("adam");
        double[] expected = [.. reference.GetProperty("losses_before_each_step_and_last").EnumerateArray().Select(e => e.GetDouble())];
        AdamOptimizer optimizer = new(ReferenceData.Noise.Length, reference.GetProperty("lr").GetDouble());
        using IStyleEvaluator evaluator = Evaluator(vgg);
        optimizer.Start(ReferenceData.Noise, Objective(evaluator));
        double worst = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            if (i > 0) optimizer.Step();
            double error = Math.Abs(optimizer.Value - expected[i]) / expected[i];
            worst = Math.Max(worst, error);
            Assert.True(error <= 1e-3, $"before step {i + 1} the loss is {optimizer.Value}, recorded is {expected[i]}");
        }
        output.WriteLine($"largest relative deviation {worst:E2}");
    }

    [NeedsFloatVgg19Fact]
    public void LbfgsReachesTheRecordedLossInAsManyEvaluations()
    {
        JsonElement reference = ReferenceData.Json.GetProperty("lbfgs");
        double goal = 1.1 * reference.GetProperty("final_loss").GetDouble(), most = 1.5 * reference.GetProperty("evaluations").GetInt32();
        LbfgsOptimizer optimizer = new(ReferenceData.Noise.Length, history: 20);
        using IStyleEvaluator evaluator = Evaluator(Vgg19.Float);
        optimizer.Start(ReferenceData.Noise, Objective(evaluator));
        Assert.Equal(reference.GetProperty("first_loss").GetDouble(), optimizer.Value, 1e-4 * optimizer.Value);
        while (optimizer.Value > goal && optimizer.Evaluations < most)
        {
            Assert.True(optimizer.Step());
            output.WriteLine($"{optimizer.Evaluations} evaluations: {optimizer.Value:G8}");
        }
        Assert.True(optimizer.Value <= goal
            && optimizer.Evaluations <= most, $"{optimizer.Value} after {optimizer.Evaluations} evaluations");
    }

    [NeedsFloatVgg19Fact]
    public void LbfgsWithinPixelRangeReachesTheSameLevel()
    {
        JsonElement reference = ReferenceData.Json.GetProperty("lbfgs");
        LbfgsOptimizer optimizer = new(ReferenceData.Noise.Length, history: 20, lower: 0, upper: 255);
        using IStyleEvaluator evaluator = Evaluator(Vgg19.Float);
        optimizer.Start(ReferenceData.Noise, Objective(evaluator));
        while (optimizer.Evaluations < 60 && optimizer.Step())
            foreach (float p in optimizer.Point) Assert.True(p is >= 0 and <= 255);
        output.WriteLine($"{optimizer.Value:G8}, {optimizer.Restarts} restarts");
        Assert.True(optimizer.Value < 1.5 * reference.GetProperty("final_loss").GetDouble(), $"{optimizer.Value}");
    }

    private static Objective Objective(IStyleEvaluator evaluator)
    {
        double[] terms = new double[evaluator.Losses.Count];
        (_, int width, int height) = ReferenceData.Content;
        return (point, gradient) => evaluator.Evaluate(point, width, height, gradient, terms);
    }

    private static IStyleEvaluator Evaluator(Vgg19 vgg)
    {
        Loss[] content = [new ContentLoss("relu4_2", 1, LossNormalization.Absolute)];
        Loss[] style = [.. StylizationOptions.DefaultStyleLayers.Select(l => new GramStyleLoss(l.Layer, 1, LossNormalization.Absolute))];
        OnnxEngine engine = new(vgg.Network, ComputeDevice.Cpu);
        IReadOnlyList<GraphTensor> contents = Measure(engine, content, ReferenceData.Content),
            styles = Measure(engine, style, ReferenceData.Style);
        IStyleEvaluator evaluator = engine.CreateEvaluator([.. content, .. style], new LossWeights(5, 100, 0));
        evaluator.SetTargets([.. contents, .. styles]);
        return evaluator;
    }

    private static IReadOnlyList<GraphTensor> Measure(OnnxEngine engine, Loss[] losses, (float[] Planes, int Width, int Height) image)
    {
        using IStyleMeter meter = engine.CreateMeter(losses);
        return meter.Measure(new PlanarImage(image.Width, image.Height, image.Planes));
    }
}
