using MLNetStyle.Graphs;
using MLNetStyle.Losses;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Losses;

public sealed class SelfSimilarityTests
{
    private const string Layer = "relu2_1";

    [Fact]
    public void TheTermAndItsGradientAreThoseOf64Bits()
    {
        const int width = 30, height = 23;
        using LossRunner runner = new(TinyNetwork.Shared.Network, new SelfSimilarityLoss(Layer));
        float[] content = Image(2, width, height), image = Image(3, width, height);
        (float[] terms, _, float[] gradient) = runner.Evaluate(image, width, height, runner.Measure(content, width, height), 1);
        PlainVgg.Map target = Plain([.. content.Select(v => (double)v)]);
        double[] at = [.. image.Select(v => (double)v)];
        Assert.Equal(1, terms[0] / Distance(at), 1e-4);
        Random random = new(8);
        double size = Math.Sqrt(gradient.Sum(g => (double)g * g) / 3);
        for (int repeat = 0; repeat < 4; repeat++)
        {
            double[] direction = [.. image.Select(_ => random.NextDouble() * 2 - 1)];
            const double step = 1e-6;
            double slope = (Distance(Moved(step)) - Distance(Moved(-step))) / (2 * step), along = direction.Zip(gradient, (d, g) => d * g).Sum();
            Assert.True(Math.Abs(slope - along) <= 2e-3 * size, $"{along} where differences give {slope}, size {size}");

            double[] Moved(double by) => [.. at.Select((v, i) => v + by * direction[i])];
        }

        double Distance(double[] x) => PlainStatistics.SelfSimilarity(Plain(x), target);

        PlainVgg.Map Plain(double[] x) => PlainVgg.Features(TinyNetwork.Tensors(1, 4, 8, 8, 8, 8), new PlainVgg.Map(x, 3, height, width),
            Pooling.Max, Layer)[Layer];
    }

    [Fact]
    public void ItIsNothingAtTheContentAndForgetsTheScaleOfTheFeatures()
    {
        SelfSimilarityLoss loss = new(Layer);
        using LossRunner runner = new(TinyNetwork.Shared.Network, loss);
        GraphTensor content = Map(1, 1), doubled = Map(1, 2), other = Map(2, 1);
        Assert.InRange(Term(content), 0, 1e-5);
        Assert.InRange(Term(doubled), 0, 1e-5);
        Assert.InRange(Term(other), 0.05, 2);

        double Term(GraphTensor map) => runner.EvaluateMaps(
            new Dictionary<string, GraphTensor> { [LossGraph.Map(Layer)] = map },
            new Dictionary<string, GraphTensor> { [loss.Name] = runner.MeasureMap(loss, content) }, 1).Terms[0];

        static GraphTensor Map(int seed, float scale)
        {
            Random random = new(seed);
            return new GraphTensor(Enumerable.Range(0, 960).Select(_ => scale * (random.NextSingle() * 3 - 1)).ToArray(), 1, 8, 12, 10);
        }
    }

    [Fact]
    public void AFlatContentHasAFiniteTermAndGradient()
    {
        SelfSimilarityLoss loss = new(Layer);
        using LossRunner runner = new(TinyNetwork.Shared.Network, loss);
        foreach (float value in (float[])[0, 3])
        {
            GraphTensor flat = new(Enumerable.Repeat(value, 8 * 30).ToArray(), 1, 8, 5, 6);
            (float[] terms, _, Dictionary<string, float[]> gradients) = runner.EvaluateMaps(
                new Dictionary<string, GraphTensor> { [LossGraph.Map(Layer)] = flat },
                new Dictionary<string, GraphTensor> { [loss.Name] = runner.MeasureMap(loss, flat) }, 1);
            Assert.True(float.IsFinite(terms[0]) && gradients[LossGraph.Gradient(Layer)].All(float.IsFinite));
        }
    }

    private static float[] Image(int seed, int width, int height)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, 3 * width * height).Select(_ => random.NextSingle() * 255)];
    }
}
