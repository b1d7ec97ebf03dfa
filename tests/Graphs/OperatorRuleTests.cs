using MLNetStyle.Graphs;
using Xunit;

namespace MLNetStyle.Tests.Graphs;

public class OperatorRuleTests
{
    private sealed record Case(
        string Operator, Func<GraphBuilder, GraphValue[], GraphValue> Build, long[][] Shapes, float From = -1, float To = 1,
            bool Apart = false, bool Fixed = false);

    private static readonly Case[] s_cases =
    [
        new("Add", (g, x) => g.Add(x[0], x[1]), [[3, 5], [3, 5]]),
        new("Add broadcast", (g, x) => g.Add(x[0], x[1]), [[2, 3, 5], [3, 1]]),
        new("Add scalar", (g, x) => g.Add(x[0], x[1]), [[], [3, 4]]),
        new("Add used twice", (g, x) => g.Add(g.Mul(x[0], x[1]), x[0]), [[4, 3], [4, 3]]),
        new("Sum of three", (g, x) => g.Node("Sum", x), [[2, 3], [3], [2, 1]]),
        new("Sub broadcast", (g, x) => g.Sub(x[0], x[1]), [[1, 3, 5], [2, 1, 1]]),
        new("Mul broadcast", (g, x) => g.Mul(x[0], x[1]), [[2, 3, 5], [3, 5]]),
        new("Square", (g, x) => g.Square(x[0]), [[3, 5]]),
        new("Div broadcast", (g, x) => g.Div(x[0], x[1]), [[2, 3], [3]], 0.5f, 2),
        new("Pow", (g, x) => g.Node("Pow", [x[0], g.Constant(2.5f)]), [[3, 5]], 0.5f, 2),
        new("Sqrt", (g, x) => g.Node("Sqrt", [x[0]]), [[3, 5]], 0.5f, 2),
        new("Exp", (g, x) => g.Node("Exp", [x[0]]), [[3, 5]]),
        new("Log", (g, x) => g.Node("Log", [x[0]]), [[3, 5]], 0.5f, 2),
        new("Reciprocal", (g, x) => g.Node("Reciprocal", [x[0]]), [[3, 5]], 0.5f, 2),
        new("Abs", (g, x) => g.Node("Abs", [x[0]]), [[3, 5]], Apart: true),
        new("Neg", (g, x) => g.Node("Neg", [x[0]]), [[3, 5]]),
        new("Identity", (g, x) => g.Node("Identity", [x[0]]), [[3, 5]]),
        new("Cast", (g, x) => g.Cast(x[0], ElementType.Float), [[3, 5]]),
        new("Relu", (g, x) => g.Relu(x[0]), [[3, 5]], Apart: true),
        new("Relu of a product", (g, x) => g.Square(g.Relu(g.Mul(x[0], x[1]))), [[3, 5], [3, 5]], 0.5f, 1),
        new("LeakyRelu", (g, x) => g.Node("LeakyRelu", [x[0]], new GraphAttribute("alpha", 0.2f)), [[3, 5]], Apart: true),
        new("Sigmoid", (g, x) => g.Node("Sigmoid", [x[0]]), [[3, 5]]),
        new("Tanh", (g, x) => g.Node("Tanh", [x[0]]), [[3, 5]]),
        new("Clip", (g, x) => g.Node("Clip", [x[0], g.Constant(-0.505f), g.Constant(0.475f)]), [[4, 5]], Apart: true),
        new("Max", (g, x) => g.Node("Max", x), [[4, 5], [5]], Apart: true, From: -1.03f),
        new("Min of three", (g, x) => g.Node("Min", [x[0], g.Mul(x[1], g.Constant(1.13f)), g.Constant(0.333f)]), [[4, 5], [4, 5]],
            Apart: true),
        new("Where", (g, x) => g.Node("Where", [g.Node("Greater", [x[2], g.Constant(0f)]), x[0], x[1]]), [[3, 5], [3, 1], [3, 5]],
            Apart: true),
        new("BatchNormalization", (g, x) => g.Node("BatchNormalization",
            [x[0], g.Constant([1f, 2f, 3f], 3), g.Constant([0f, 1f, 0f], 3), g.Constant([0.1f, 0.2f, 0f], 3), g.Constant([1f, 0.5f, 2f],
                3)]), [[2, 3, 4, 5]]),
        new("InstanceNormalization", (g, x) => g.Square(g.Node("InstanceNormalization", x, new GraphAttribute("epsilon", 0.01f))),
            [[2, 3, 4, 5], [3], [3]]),
        new("InstanceNormalization of rows", (g, x) => g.Node("InstanceNormalization", x), [[1, 2, 7], [2], [2]]),
        new("SpaceToDepth", (g, x) => g.Square(g.Node("SpaceToDepth", [x[0]], new GraphAttribute("blocksize", 2L))), [[2, 3, 4, 6]]),
        new("DepthToSpace", (g, x) => g.Square(g.Node("DepthToSpace", [x[0]], new GraphAttribute("blocksize", 2L))), [[1, 8, 2, 3]]),
        new("MatMul", (g, x) => g.MatMul(x[0], x[1]), [[3, 4], [4, 5]]),
        new("MatMul batch", (g, x) => g.MatMul(x[0], x[1]), [[2, 3, 4], [2, 4, 5]]),
        new("MatMul broadcast batch", (g, x) => g.MatMul(x[0], x[1]), [[2, 3, 4], [4, 5]]),
        new("MatMul broadcast left", (g, x) => g.MatMul(x[0], x[1]), [[3, 4], [2, 1, 4, 5]]),
        new("Gram", (g, x) => g.MatMul(x[0], g.Transpose(x[0], 0, 2, 1)), [[1, 3, 7]]),
        new("Gram of a map", Gram, [[1, 3, 4, 5]]),
        new("Gemm", (g, x) =>
            g.Node("Gemm", x, new GraphAttribute("transB", 1L), new GraphAttribute("alpha", 0.5f), new GraphAttribute("beta", 2f)),
            [[3, 4], [5, 4], [5]]),
        new("Gemm transposed", (g, x) => g.Node("Gemm", x, new GraphAttribute("transA", 1L)), [[4, 3], [4, 5], [3, 1]]),
        new("Reshape", (g, x) => g.Mul(g.Reshape(x[0], 0, -1), x[1]), [[2, 3, 4], [2, 12]]),
        new("Flatten", (g, x) => g.Square(g.Node("Flatten", [x[0]])), [[2, 3, 4]]),
        new("Transpose", (g, x) => g.Mul(g.Transpose(x[0], 2, 0, 1), x[1]), [[2, 3, 4], [4, 2, 3]]),
        new("Transpose all", (g, x) => g.Mul(g.Node("Transpose", [x[0]]), x[1]), [[2, 3, 4], [4, 3, 2]]),
        new("Squeeze", (g, x) => g.Square(g.Node("Squeeze", [x[0], g.Indices(1)])), [[3, 1, 4]]),
        new("Unsqueeze", (g, x) => g.Mul(g.Node("Unsqueeze", [x[0], g.Indices(0, -1)]), x[1]), [[3, 4], [2, 3, 4, 5]]),
        new("Expand", (g, x) => g.Square(g.Node("Expand", [x[0], g.Indices(4, 3, 5)])), [[3, 1]]),
        new("Concat", (g, x) => g.Square(g.Concat(1, x)), [[2, 3], [2, 4], [2, 1]]),
        new("Concat last", (g, x) => g.Square(g.Concat(-1, x)), [[2, 3], [2, 4]]),
        new("ReduceSum all", (g, x) => g.Square(g.ReduceSum(x[0])), [[2, 3]]),
        new("ReduceSum axis", (g, x) => g.Square(g.ReduceSum(x[0], false, 1)), [[2, 3, 4]]),
        new("ReduceSum kept", (g, x) => g.Mul(g.ReduceSum(x[0], true, 0, -1), x[1]), [[2, 3, 4], [2, 3, 4]]),
        new("ReduceMean all kept", (g, x) => g.Mul(g.ReduceMean(x[0], true), x[1]), [[2, 3], [2, 3]]),
        new("ReduceMean axes", (g, x) => g.Square(g.ReduceMean(x[0], false, 2, 3)), [[1, 3, 4, 5]]),
        new("ReduceMean of a sum", (g, x) => g.ReduceMean(g.ReduceSum(x[0], false, -1)), [[2, 3, 4]]),
        new("ReduceSumSquare", (g, x) => g.Node("ReduceSumSquare", [x[0], g.Indices(1)], new GraphAttribute("keepdims", 0L)), [[2, 3, 4]]),
        new("GlobalAveragePool", (g, x) => g.Square(g.Node("GlobalAveragePool", [x[0]])), [[2, 3, 4, 5]]),
        new("AveragePool overlapping", (g, x) =>
            g.Node("AveragePool", [x[0]], new GraphAttribute("kernel_shape", [3, 3]), new GraphAttribute("strides", [2, 2]),
            new GraphAttribute("pads", [1, 1, 1, 1]), new GraphAttribute("count_include_pad", 1L)), [[2, 3, 7, 8]]),
        new("AveragePool that does not count its padding", (g, x) =>
            g.Node("AveragePool", [x[0]], new GraphAttribute("kernel_shape", [3, 3]), new GraphAttribute("strides", [2, 2]),
            new GraphAttribute("pads", [0, 1, 1, 1])), [[2, 3, 7, 8]]),
        new("MaxPool overlapping", (g, x) => g.Node("MaxPool", [x[0]], new GraphAttribute("kernel_shape", [3, 3]),
            new GraphAttribute("strides", [2, 2])), [[1, 2, 5, 7]], Apart: true),
        new("MaxPool padded", (g, x) => g.Node("MaxPool", [x[0]], new GraphAttribute("kernel_shape", [3, 3]),
            new GraphAttribute("strides", [1, 1]), new GraphAttribute("pads", [1, 1, 1, 1])), [[1, 2, 4, 5]], Apart: true),
        new("MaxPool with a ceiling", (g, x) => g.Node("MaxPool", [x[0]], new GraphAttribute("kernel_shape", [3, 3]),
            new GraphAttribute("strides", [2, 2]), new GraphAttribute("ceil_mode", 1L)), [[1, 2, 4, 6]], Apart: true),
        new("LRN", (g, x) => g.Node("LRN", [x[0]], new GraphAttribute("size", 3L), new GraphAttribute("alpha", 0.5f),
            new GraphAttribute("beta", 0.75f), new GraphAttribute("bias", 1f)), [[2, 5, 2, 3]]),
        new("LRN over five channels", (g, x) => g.Square(g.Node("LRN", [x[0]], new GraphAttribute("size", 5L),
            new GraphAttribute("alpha", 1f),
            new GraphAttribute("bias", 2f))), [[1, 6, 2, 2]]),
        new("Elu", (g, x) => g.Node("Elu", [x[0]], new GraphAttribute("alpha", 0.7f)), [[3, 5]], Apart: true),
        new("PRelu", (g, x) => g.Node("PRelu", [x[0], g.Constant([0.1f, 0.3f, 0.7f], 3, 1)]), [[3, 5]], Apart: true),
        new("Softplus", (g, x) => g.Node("Softplus", [x[0]]), [[3, 5]]),
        new("HardSigmoid", (g, x) => g.Node("HardSigmoid", [x[0]], new GraphAttribute("alpha", 0.73f), new GraphAttribute("beta",
            0.52f)), [[3, 5]],
            Apart: true),
        new("HardSwish", (g, x) => g.Node("HardSwish", [g.Mul(x[0], g.Constant(4.13f))]), [[3, 5]], Apart: true),
        new("Slice", (g, x) => g.Square(g.Slice(x[0], [1, -3], [3, long.MaxValue], [1, 2])), [[2, 4, 5]]),
        new("Slice to the end but one", (g, x) => g.Sub(g.Slice(x[0], [1], [long.MaxValue], [1]), g.Slice(x[0], [0], [-1], [1])), [[2, 5]]),
        new("Slice with steps", (g, x) => g.Square(g.Node("Slice", [x[0], g.Indices(5), g.Indices(-100), g.Indices(1), g.Indices(-2)])),
            [[2, 7]]),
        new("Gather", (g, x) => g.Square(g.Gather(x[0], g.Indices(2, 0, 2, -1))), [[4, 3]]),
        new("Gather axis", (g, x) => g.Square(g.Gather(x[0], g.Indices(1, 0, 1), 1)), [[2, 3, 4]]),
        new("Gather one", (g, x) => g.Square(g.Gather(x[0], g.Index(1), 2)), [[2, 3, 4]]),
        new("Pad constant", (g, x) => g.Square(Pad(g, x[0], "constant", 1, 2, 0, 3)), [[1, 2, 4, 5]]),
        new("Pad cutting off", (g, x) => g.Square(Pad(g, x[0], "constant", -1, 2, 0, -2)), [[1, 2, 4, 5]]),
        new("Pad reflect", (g, x) => g.Square(Pad(g, x[0], "reflect", 1, 2, 3, 4)), [[1, 2, 5, 7]]),
        new("Pad reflect one side", (g, x) => g.Square(Pad(g, x[0], "reflect", 0, 2, 3, 0)), [[1, 2, 4, 5]]),
        new("Pad edge", (g, x) => g.Square(Pad(g, x[0], "edge", 1, 2, 3, 0)), [[1, 2, 4, 5]]),
        new("Pad with axes", (g, x) =>
            g.Square(g.Node("Pad", [x[0], g.Indices(1, 2, 1, 0), default, g.Indices(3, 2)], new GraphAttribute("mode", "reflect"))),
            [[1, 2, 4, 5]]),
        new("Resize twice", (g, x) => g.Square(Resize(g, x[0], "asymmetric", "floor", 2, 2)), [[1, 2, 3, 5]]),
        new("Resize three times", (g, x) => g.Square(Resize(g, x[0], "half_pixel", "round_prefer_floor", 3, 2)), [[1, 2, 3, 5]]),
        new("Resize by fractions", (g, x) => g.Square(Resize(g, x[0], "half_pixel", "round_prefer_floor", 1.5f, 0.6f)), [[1, 2, 4, 5]]),
        new("Resize to sizes", (g, x) =>
            g.Square(g.Node("Resize", [x[0], default, default, g.Indices(1, 2, 7, 3)], new GraphAttribute("mode", "nearest"),
            new GraphAttribute("coordinate_transformation_mode", "asymmetric"), new GraphAttribute("nearest_mode", "floor"))),
                [[1, 2, 3, 5]], Fixed: true),
        new("Total variation", (g, x) => g.Add(
            g.ReduceMean(g.Square(g.Sub(g.Slice(x[0], [1], [long.MaxValue], [3]), g.Slice(x[0], [0], [-1], [3])))),
            g.ReduceMean(g.Square(g.Sub(g.Slice(x[0], [1], [long.MaxValue], [2]), g.Slice(x[0], [0], [-1], [2]))))), [[1, 3, 5, 6]]),
    ];

    public static TheoryData<string> Cases => [.. s_cases.Select(c => c.Operator)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void GradientEqualsDifferences(string name)
    {
        Case c = Array.Find(s_cases, c => c.Operator == name)!;
        for (int seed = 1; seed <= 3; seed++)
        {
            GradientCheck.Run(c.Build, c.Shapes, false, c.From, c.To, c.Apart, seed);
            if (!c.Fixed) GradientCheck.Run(c.Build, c.Shapes, true, c.From, c.To, c.Apart, seed);
        }
    }

    [Fact]
    public void EveryRuleIsChecked()
    {
        HashSet<string> used = ["Conv", "MaxPool", "AveragePool"];
        foreach (Case c in s_cases)
        {
            GraphBuilder graph = new();
            c.Build(graph, [.. c.Shapes.Select((s, k) => graph.Input($"x{k}", ElementType.Float, [.. s.Select(d => $"{d}")]))]);
            used.UnionWith(graph.Proto.Node.Select(n => n.OpType));
        }
        Assert.Equal(["Dropout"], Differentiator.Operators.Except(used));
    }

    private static GraphValue Gram(GraphBuilder g, GraphValue[] x)
    {
        GraphValue f = g.Reshape(x[0], 0, 0, -1);
        return g.Div(g.MatMul(f, g.Transpose(f, 0, 2, 1)), g.Cast(g.Size(f), ElementType.Float));
    }

    private static GraphValue Pad(GraphBuilder g, GraphValue x, string mode, long top, long left, long bottom, long right) =>
        g.Node("Pad", [x, g.Indices(0, 0, top, left, 0, 0, bottom, right)], new GraphAttribute("mode", mode));

    private static GraphValue Resize(GraphBuilder g, GraphValue x, string coordinates, string rounding, float down, float across) =>
        g.Node("Resize", [x, default, g.Constant([1f, 1f, down, across], 4)], new GraphAttribute("mode", "nearest"),
            new GraphAttribute("coordinate_transformation_mode", coordinates), new GraphAttribute("nearest_mode", rounding));
}
