using System.Text.Json;
using MLNetStyle.Graphs;
using MLNetStyle.Losses;
using MLNetStyle.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace MLNetStyle.Tests.Losses;

/// <summary>The losses of the founding articles against the 64-bit values under Data/reference.</summary>
public sealed class ArticleTests(ITestOutputHelper output)
{
    private static readonly string[] s_blocks = ["1_1", "2_1", "3_1", "4_1", "5_1"];

    public static TheoryData<string> Articles =>
        ["udacity_conv", "udacity_relu", "tensorflow_article", "pytorch_tutorial", "keras_article", "mean_std_statistics"];

    [Theory]
    [MemberData(nameof(Articles))]
    public void AnArticlesLossAgrees(string name) => Check(Vgg19.EightBits, name);

    [NeedsFloatVgg19Theory]
    [MemberData(nameof(Articles))]
    public void AnArticlesLossAgreesWithPyTorch(string name) => Check(Vgg19.Float, name);

    private static (double Content, double Style, double Tv, Loss[] Losses) Of(string article) => article switch
    {
        "udacity_conv" => Udacity("conv"),
        "udacity_relu" => Udacity("relu"), // torchvision's ReLUs overwrite their input, so that programs that ask for conv1_1 get relu1_1
        "tensorflow_article" => (5, 500, 100, [new ContentLoss("relu4_2", 1, LossNormalization.Absolute),
            .. s_blocks.Select(b => new GramStyleLoss($"relu{b}", 1, LossNormalization.Absolute)),
            new TotalVariationLoss(1, LossNormalization.Absolute, TotalVariationKind.MeanSquared)]),
        "pytorch_tutorial" => (1, 1e6, 0, [new ContentLoss("conv2_2", 1, LossNormalization.Absolute),
            .. ((string[])["conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1"]).Select(l =>
                new GramStyleLoss(l, 1, LossNormalization.Absolute))]),
        "keras_article" => (0.025, 1, 1, [new ContentLoss("block4_conv2", 1, LossNormalization.Absolute, ContentReduction.Sum),
            .. Enumerable.Range(1, 5).Select(b =>
                new GramStyleLoss($"block{b}_conv1", 0.2, LossNormalization.Absolute, GramNormalization.None, StyleDivisor.ImageArea)),
            new TotalVariationLoss(1, LossNormalization.Absolute, TotalVariationKind.Power)]),
        _ => (0, 1, 0, [.. s_blocks.Select(b => new MeanStdStyleLoss($"relu{b}", 1, LossNormalization.Absolute))]),
    };

    private static (double, double, double, Loss[]) Udacity(string kind)
    {
        double[] weights = [1, 0.75, 0.2, 0.2, 0.2];
        return (1, 1e6, 0, [new ContentLoss($"{kind}4_2", 1, LossNormalization.Absolute),
            .. s_blocks.Select((b, i) =>
                new GramStyleLoss($"{kind}{b}", weights[i], LossNormalization.Absolute, GramNormalization.None,
                StyleDivisor.MapElements))]);
    }

    [Theory]
    [InlineData("relu1_1")]
    [InlineData("relu3_1")]
    [InlineData("relu4_1")] // more channels than positions: half of the directions have no variance but the regularisation
    public void WassersteinAgreesWithEigenvectors(string layer)
    {
        WassersteinStyleLoss loss = new(layer);
        using LossRunner runner = new(Vgg19.EightBits.Network, loss);
        (float[] content, int width, int height) = ReferenceData.Content;
        (float[] style, int styleWidth, int styleHeight) = ReferenceData.Style;
        double found = Term(style, styleWidth, styleHeight), itself = Term(content, width, height);
        (double distance, double energy) = PlainStatistics.Compare(StyleStatistic.Wasserstein, Map(content, width, height),
            Map(style, styleWidth, styleHeight));
        output.WriteLine($"{layer}: {found} where {distance / energy} is expected, {itself} at the target");
        Assert.Equal(1, found / (distance / energy), 0.02);
        Assert.Equal(0, itself, 0.01);

        double Term(float[] target, int w, int h) => runner.Evaluate(content, width, height, runner.Measure(target, w, h), 1).Terms[0];

        PlainVgg.Map Map(float[] image, int w, int h)
        {
            GraphTensor map = LossRunner.Features(Vgg19.EightBits.Network, layer, image, w, h);
            return new PlainVgg.Map(Array.ConvertAll(map.Values.ToArray(), v => (double)v), (int)map.Shape[1], (int)map.Shape[2],
                (int)map.Shape[3]);
        }
    }

    private void Check(Vgg19 vgg, string name)
    {
        (double contentWeight, double styleWeight, double tvWeight, Loss[] losses) = Of(name);
        JsonElement expected = vgg.Reference.GetProperty("articles").GetProperty(name);
        using LossRunner runner = new(vgg.Network, losses);
        (float[] content, int width, int height) = ReferenceData.Content;
        (float[] style, int styleWidth, int styleHeight) = ReferenceData.Style;
        Dictionary<string, GraphTensor> targets = runner.Measure(style, styleWidth, styleHeight, l => l.Kind == LossKind.Style);
        foreach ((string loss, GraphTensor target) in runner.Measure(content, width, height, l =>
            l.Kind == LossKind.Content)) targets[loss] = target;
        float[] weights = [.. losses.Select(l => (float)(l.SizeFactor(width, height) * l.Weight
            * l.Kind switch { LossKind.Content => contentWeight, LossKind.Style => styleWeight, _ => tvWeight }))];
        (_, float total, float[] gradient) = runner.Evaluate(ReferenceData.Noise, width, height, targets, weights);
        double loss64 = expected.GetProperty("loss").GetDouble(), norm64 = expected.GetProperty("grad_norm").GetDouble();
        double norm = Math.Sqrt(gradient.Sum(g => (double)g * g)), lossError = Math.Abs(total / loss64 - 1),
            normError = Math.Abs(norm / norm64 - 1);
        output.WriteLine($"{name}: loss {total:e7} where {loss64:e7}, relative error {lossError:e2}; gradient norm {norm:e7} where "
            + $"{norm64:e7}, {normError:e2}");
        Assert.True(lossError <= 1e-4, $"the loss is {total}, relative error {lossError:e2}");
        Assert.True(normError <= 1e-4, $"the gradient's norm is {norm}, relative error {normError:e2}");
    }
}
