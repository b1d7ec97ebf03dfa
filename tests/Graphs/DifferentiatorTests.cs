using MLNetStyle.Graphs;
using Xunit;

namespace MLNetStyle.Tests.Graphs;

public class DifferentiatorTests
{
    [Theory]
    [InlineData(7, 9, 1, 1, 3, 1, 1)]
    [InlineData(8, 6, 0, 1, 3, 1, 1)]
    [InlineData(7, 9, 2, 1, 5, 1, 1)]
    [InlineData(7, 9, 2, 1, 3, 2, 1)]
    [InlineData(8, 9, 1, 2, 3, 1, 1)]
    [InlineData(7, 10, 0, 3, 2, 1, 1)]
    [InlineData(7, 9, 1, 2, 3, 2, 2)]
    [InlineData(7, 9, 1, 1, 3, 1, 2)]
    [InlineData(7, 9, 1, 1, 1, 1, 1)]
    public void Convolution(int height, int width, int padding, int stride, int kernel, int dilation, int groups)
    {
        Random random = new(3);
        Weight weight = new("w", GradientCheck.Values(random, 4 * (6 / groups) * kernel * kernel, -0.5f, 0.5f, false), 4, 6 / groups,
            kernel, kernel);
        foreach (bool symbolic in (bool[])[true, false])
        {
            GradientCheck.Run((g, x) => Conv(g, x[0], g.Weight(weight), default), [[1, 6, height, width]], symbolic);
            GradientCheck.Run((g, x) => Conv(g, x[0], g.Constant(weight.Values, [.. weight.Shape]), default), [[2, 6, height, width]],
                symbolic);
        }
        if (groups == 1) GradientCheck.Run((g, x) => Conv(g, x[0], x[1], x[2]), [[2, 6, height, width], [.. weight.Shape], [4]], false);

        GraphValue Conv(GraphBuilder g, GraphValue x, GraphValue w, GraphValue bias) => g.Node(
            "Conv", bias.Name is null ? [x, w] : [x, w, bias], new GraphAttribute("pads", [padding, padding, padding, padding]),
            new GraphAttribute("strides", [stride, stride]), new GraphAttribute("dilations", [dilation, dilation]),
                new GraphAttribute("group", groups));
    }

    [Theory]
    [InlineData(6, 8, 2)]
    [InlineData(7, 8, 2)]
    [InlineData(6, 5, 2)]
    [InlineData(9, 11, 2)]
    [InlineData(10, 11, 3)]
    public void Pooling(int height, int width, int size)
    {
        foreach (bool symbolic in (bool[])[true, false])
        {
            GradientCheck.Run((g, x) => g.MaxPool(x[0], size), [[1, 2, height, width]], symbolic, -2, 2, apart: true);
            GradientCheck.Run((g, x) => g.AveragePool(x[0], size), [[2, 3, height, width]], symbolic);
        }
    }

    [Fact]
    public void AveragePoolingLeavesTheLastOddRowWithoutGradient()
    {
        GraphBuilder graph = new();
        GraphValue x = graph.Input("x", ElementType.Float, "1", "1", "H", "W");
        graph.Output(Differentiator.Gradient(graph, graph.ReduceSum(graph.AveragePool(x)), x)[0], "g");
        float[] found = GradientCheck.Evaluate(graph, new() { ["x"] = new GraphTensor(new float[15], 1, 1, 3, 5) }, "g").Values.ToArray();
        Assert.Equal([0.25f, 0.25f, 0.25f, 0.25f, 0, 0.25f, 0.25f, 0.25f, 0.25f, 0, 0, 0, 0, 0, 0], found);
    }

    [Fact]
    public void MaximumTiesShareTheGradient()
    {
        GraphBuilder graph = new();
        GraphValue x = graph.Input("x", ElementType.Float, "1", "1", "H", "W");
        graph.Output(Differentiator.Gradient(graph, graph.ReduceSum(graph.MaxPool(x)), x)[0], "g");
        float[] values = [5, 1, 2, 2, 5, 0, 2, 2];
        Assert.Equal([0.5f, 0, 0.25f, 0.25f, 0.5f, 0, 0.25f, 0.25f],
            GradientCheck.Evaluate(graph, new() { ["x"] = new GraphTensor(values, 1, 1, 2, 4) }, "g").Values.ToArray());
    }

    [Theory]
    [InlineData(1001)]
    [InlineData(2047)]
    public void LongOddRowsFindTheirWindows(int width)
    {
        GraphBuilder graph = new();
        GraphValue x = graph.Input("x", ElementType.Float, "1", "1", "H", "W"), r = graph.Input("r", ElementType.Float, "1", "1", "h", "w");
        graph.Output(Differentiator.Gradient(graph, graph.ReduceSum(graph.Mul(r, graph.AveragePool(x))), x)[0], "g");
        float[] weights = [.. Enumerable.Range(0, width / 2).Select(i => 4f * i)];
        float[] found = GradientCheck.Evaluate(
            graph, new()
            {
                ["x"] = new GraphTensor(new float[3 * width], 1, 1, 3, width),
                ["r"] = new GraphTensor(weights, 1, 1, 1, width / 2)
            }, "g").Values.ToArray();
        for (int i = 0; i < width; i++) Assert.Equal(i == width - 1 ? 0 : i / 2, found[i]);
    }

    [Fact]
    public void RandomCompositionsAgreeWithDifferences()
    {
        Random random = new(11);
        for (int trial = 0; trial < 20; trial++)
        {
            int seed = random.Next(), height = random.Next(4, 12), width = random.Next(4, 12);
            GradientCheck.Run((g, x) => Compose(g, x[0], new Random(seed)), [[1, 3, height, width]], trial % 2 == 0, -1, 1, seed: trial);
        }

        static GraphValue Compose(GraphBuilder g, GraphValue x, Random random)
        {
            GraphValue value = x;
            for (int depth = 0; depth < 5; depth++)
            {
                value = random.Next(7) switch
                {
                    0 => g.Conv(value, g.Constant(GradientCheck.Values(random, 81, -0.3f, 0.3f, false), 3, 3, 3, 3)),
                    1 => g.Node("Tanh", [value]),
                    2 => g.Add(value, g.Square(value)),
                    3 => g.Mul(value, g.ReduceMean(value, true, 2, 3)),
                    4 => g.AveragePool(g.Node("Pad", [value, g.Indices(0, 0, 1, 1, 0, 0, 1, 1)],
                        new GraphAttribute("mode", random.Next(2) == 0 ? "reflect" : "edge"))),
                    5 => g.Transpose(value, 0, 1, 3, 2),
                    _ => g.Node("Sigmoid", [value]),
                };
            }
            return value;
        }
    }

    [Fact]
    public void AVariableWithoutInfluenceHasTheGradientZero()
    {
        GraphBuilder graph = new();
        GraphValue x = graph.Input("x", ElementType.Float, "n"), y = graph.Input("y", ElementType.Float, "m", "2");
        GraphValue[] found = Differentiator.Gradient(graph, graph.ReduceSum(x), x, y);
        graph.Output(found[0], "gx");
        graph.Output(found[1], "gy");
        Dictionary<string, GraphTensor> feed = new()
        {
            ["x"] = new(new float[] { 1, 2 }, 2),
            ["y"] = new(new float[] { 1, 2, 3, 4, 5, 6 }, 3, 2)
        };
        using GraphSession session = new(graph);
        GraphTensor[] results = session.Run(feed, ["gx", "gy"]);
        Assert.Equal([1f, 1f], results[0].Values.ToArray());
        Assert.Equal([3, 2], results[1].Shape);
        Assert.All(results[1].Values.ToArray(), v => Assert.Equal(0, v));
    }

    [Fact]
    public void NodesOffThePathNeedNoRule()
    {
        GraphBuilder graph = new();
        GraphValue x = graph.Input("x", ElementType.Float, "3"), y = graph.Input("y", ElementType.Float, "3");
        GraphValue other = graph.Node("Erf", [y]);
        Assert.Single(Differentiator.Gradient(graph, graph.ReduceSum(graph.Mul(x, other)), x));
        graph.Node("Erf", [x]);
        Assert.Single(Differentiator.Gradient(graph, graph.ReduceSum(x), x));
    }

    [Fact]
    public void AnUnknownOperatorIsNamedWithItsNode()
    {
        GraphBuilder graph = new();
        GraphValue x = graph.Input("x", ElementType.Float, "3");
        GraphValue loss = graph.ReduceSum(graph.Node("Erf", "strange", [x]));
        NotSupportedException e = Assert.Throws<NotSupportedException>(() => Differentiator.Gradient(graph, loss, x));
        Assert.Contains("'strange'", e.Message);
        Assert.Contains("Erf", e.Message);
    }

    [Fact]
    public void MaximumWindowsWithIndicesByColumnsAreRefusedByName()
    {
        GraphBuilder graph = new();
        GraphValue x = graph.Input("x", ElementType.Float, "1", "1", "H", "W");
        GraphValue pooled = graph.Node("MaxPool", "overlap", [x], new GraphAttribute("kernel_shape", [3, 3]),
            new GraphAttribute("strides", [2, 2]), new GraphAttribute("storage_order", 1L));
        NotSupportedException e = Assert.Throws<NotSupportedException>(() => Differentiator.Gradient(graph, graph.ReduceSum(pooled), x));
        Assert.Contains("'overlap'", e.Message);
        Assert.Contains("column", e.Message);
    }

    [Fact]
    public void ALossOfSeveralElementsIsRefused()
    {
        GraphBuilder graph = new();
        GraphValue x = graph.Input("x", ElementType.Float, "3");
        Assert.Contains("[3]", Assert.Throws<ArgumentException>(() => Differentiator.Gradient(graph, x, x)).Message);
    }
}
