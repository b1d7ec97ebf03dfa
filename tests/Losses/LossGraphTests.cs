using MLNetStyle.Graphs;
using MLNetStyle.Losses;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Losses;

public sealed class LossGraphTests
{
    private static readonly float[] s_weights = [1, 30, 20, 10, 5, 2.5f, 0.5f];

    [Fact]
    public void OneSessionServesEverySize()
    {
        using LossRunner runner = new(TinyNetwork.Shared.Network, LossTests.All(LossNormalization.Relative));
        Dictionary<string, GraphTensor> style = runner.Measure(Image(2, 40, 24), 40, 24, l => l.Kind == LossKind.Style);
        foreach ((int width, int height) in ((int, int)[])[(16, 16), (64, 17), (31, 90), (16, 16)])
        {
            Dictionary<string, GraphTensor> targets = new(style);
            foreach ((string name, GraphTensor target) in runner.Measure(Image(1, width, height), width, height, l =>
                l.Kind == LossKind.Content)) targets[name] = target;
            (float[] terms, float total, float[] gradient) = runner.Evaluate(Image(3, width, height), width, height, targets, s_weights);
            Assert.Equal(terms.Zip(s_weights, (t, w) => (double)t * w).Sum(), total, 1e-5 * total);
            Assert.Equal(3 * width * height, gradient.Length);
            Assert.Contains(gradient, g => g != 0);
        }
    }

    [Fact]
    public void MapsAndImageGiveTheSame()
    {
        Network network = TinyNetwork.Shared.Network;
        Loss[] losses = LossTests.All(LossNormalization.Relative);
        using LossRunner runner = new(network, losses);
        float[] image = Image(3, 35, 20);
        Dictionary<string, GraphTensor> targets = runner.Measure(Image(1, 35, 20), 35, 20);
        Dictionary<string, GraphTensor> maps = losses.Where(l => l.Layer is not null).DistinctBy(l => l.Layer)
            .ToDictionary(l => LossGraph.Map(l.Layer), l => LossRunner.Features(network, l.Layer!, image, 35, 20));
        maps[LossGraph.Image] = new GraphTensor(image, 1, 3, 20, 35);
        (float[] terms, float total, float[] gradient) = runner.Evaluate(image, 35, 20, targets, s_weights);
        (float[] mapTerms, float mapTotal, Dictionary<string, float[]> gradients) = runner.EvaluateMaps(maps, targets, s_weights);
        Assert.Equal(terms, mapTerms);
        Assert.Equal(total, mapTotal, 1e-5 * total);

        // The gradients at the maps, brought back through the network as a linear function of the maps, are the gradient at the image.
        GraphBuilder graph = new();
        GraphValue x = graph.Input("image", ElementType.Float, "1", "3", "height", "width");
        IReadOnlyDictionary<string, GraphValue> values = network.Build(graph, x, [.. losses.Select(l => l.Layer).OfType<string>()]);
        Dictionary<string, GraphTensor> inputs = new() { ["image"] = maps[LossGraph.Image] };
        GraphValue? sum = null;
        foreach (string layer in values.Keys)
        {
            inputs["by " + layer] = new GraphTensor(gradients[LossGraph.Gradient(layer)], [.. maps[LossGraph.Map(layer)].Shape]);
            GraphValue product = graph.ReduceSum(graph.Mul(values[layer],
                graph.Input("by " + layer, ElementType.Float, "1", network.Channels(layer).ToString(), layer + "h", layer + "w")));
            sum = sum is { } s ? graph.Add(s, product) : product;
        }
        graph.Output(Differentiator.Gradient(graph, sum!.Value, x)[0], "gradient");
        using GraphSession session = new(graph);
        float[] back = session.Run(inputs, "gradient").Values.ToArray(), own = gradients[LossGraph.Gradient()];
        double scale = Math.Sqrt(gradient.Average(g => (double)g * g));
        for (int i = 0; i < back.Length; i++) Assert.True(Math.Abs(back[i] + own[i] - gradient[i]) <= 1e-4 * scale);
    }

    [Fact]
    public void OneLayerMayHaveSeveralLosses()
    {
        using LossRunner runner = new(TinyNetwork.Shared.Network, new ContentLoss("relu2_1"), new GramStyleLoss("relu2_1"),
            new ContentLoss("block4_conv2"));
        Dictionary<string, GraphTensor> targets = runner.Measure(Image(1, 16, 16), 16, 16);
        Assert.Equal(["content block4_conv2", "content relu2_1", "style relu2_1"], targets.Keys.Order());
        Assert.Equal(3, runner.Evaluate(Image(2, 16, 16), 16, 16, targets, 1, 1, 1).Terms.Length);
    }

    [Fact]
    public void AGramMatrixCostsOneProductEachWay()
    {
        GraphBuilder graph = LossGraph.OverMaps(TinyNetwork.Shared.Network, [new GramStyleLoss("relu3_1")]);
        Assert.Equal(2, graph.Proto.Node.Count(n => n.OpType == "MatMul"));
    }

    [Fact]
    public void ImpossibleSetsAreRefused()
    {
        Network network = TinyNetwork.Shared.Network;
        Assert.Throws<ArgumentException>(() => LossGraph.OverImage(network, []));
        Assert.Throws<ArgumentException>(() => LossGraph.Statistics(network, [new TotalVariationLoss()]));
        Assert.Contains("'tv'",
            Assert.Throws<ArgumentException>(() =>
            LossGraph.OverMaps(network, [new TotalVariationLoss(), new TotalVariationLoss(2)])).Message);
        Assert.Contains("relu9_9",
            Assert.Throws<ArgumentException>(() => LossGraph.OverImage(network, [new ContentLoss("relu9_9")])).Message);
        Assert.Throws<ArgumentException>(() => new GramStyleLoss("relu1_1", -1));
        Assert.Throws<ArgumentException>(() => new ContentLoss("relu1_1", double.NaN));
        Assert.Throws<ArgumentException>(() => new ContentLoss(" "));
        GraphBuilder graph = new();
        GraphValue map = graph.Input("map", ElementType.Float, "1", "3", "h", "w");
        Assert.Throws<ArgumentException>(() => new ContentLoss("relu1_1").Term(graph, map, null));
        Assert.Throws<ArgumentException>(() => new TotalVariationLoss().Term(graph, map, map));
    }

    private static float[] Image(int seed, int width, int height)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, 3 * width * height).Select(_ => random.NextSingle() * 255)];
    }
}
