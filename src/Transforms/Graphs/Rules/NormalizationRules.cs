namespace MLNetStyle.Graphs;

/// <summary>Instance normalisation, with the gradients of its scale and shift, and the two ways between space and channels.</summary>
internal static class NormalizationRules
{
    public static void AddTo(IDictionary<string, Action<RuleContext>> rules)
    {
        rules["InstanceNormalization"] = InstanceNormalization;
        rules["LRN"] = LocalResponseNormalization;
        rules["SpaceToDepth"] = c => Exchange(c, "DepthToSpace");
        rules["DepthToSpace"] = DepthToSpace;
    }

    /// <summary>
    /// With n the normalised input and means taken over each map: s / deviation (g - mean(g) - n mean(g n)) for the input, sums of g n for
    /// the scale s and
    /// of g for the shift.
    /// </summary>
    private static void InstanceNormalization(RuleContext c)
    {
        if (c.Shape(c.Input(0)) is not { Length: > 2 } x) throw c.Unsupported("the rank of its input is unknown");
        GraphBuilder graph = c.Graph;
        long[] map = [.. Enumerable.Range(2, x.Length - 2).Select(i => (long)i)];
        GraphValue g = c.Gradient, centred = graph.Sub(c.Input(0), graph.ReduceMean(c.Input(0), true, map));
        GraphValue variance = graph.ReduceMean(graph.Square(centred), true, map);
        GraphValue deviation = graph.Node("Sqrt", [graph.Add(variance, graph.Constant(c.Float("epsilon", 1e-5f)))]);
        GraphValue normal = graph.Div(centred, deviation), product = graph.Mul(g, normal);
        if (c.Wants(1)) c.Give(1, graph.ReduceSum(product, false, [0, .. map]));
        if (c.Wants(2)) c.Give(2, graph.ReduceSum(g, false, [0, .. map]));
        if (!c.Wants(0)) return;
        GraphValue inner = graph.Sub(graph.Sub(g, graph.ReduceMean(g, true, map)), graph.Mul(normal, graph.ReduceMean(product, true, map)));
        c.Give(0, graph.Mul(graph.Div(graph.Reshape(c.Input(1), [-1L, .. map.Select(_ => 1L)]), deviation), inner));
    }

    /// <summary>
    /// With d = bias + alpha / size * (sum of x^2 over a window of channels) and y = x d^-beta: g d^-beta - 2 alpha beta / size * x *
    /// (sum of g y / d over the
    /// window seen from the other side). A. Krizhevsky, I. Sutskever, G. Hinton, 2012, section 3.3.
    /// </summary>
    private static void LocalResponseNormalization(RuleContext c)
    {
        if (!c.Wants(0)) return;
        if (c.Shape(c.Input(0)) is not { Length: 4 }) throw c.Unsupported("its input has not four dimensions");
        GraphBuilder graph = c.Graph;
        long size = c.Int("size", 1);
        if (size < 1) throw c.Unsupported($"its size is {size}");
        float alpha = c.Float("alpha", 1e-4f), beta = c.Float("beta", 0.75f), bias = c.Float("bias", 1f);
        GraphValue x = c.Input(0), g = c.Gradient;
        long before = (size - 1) / 2, after = size - 1 - before;
        GraphValue d = graph.Add(graph.Mul(Window(graph.Square(x), before, after), graph.Constant(alpha)), graph.Constant(bias));
        GraphValue power = graph.Node("Pow", [d, graph.Constant(-beta)]);
        GraphValue across = Window(graph.Div(graph.Mul(g, c.Output), d), after, before);
        c.Give(0, graph.Sub(graph.Mul(g, power), graph.Mul(graph.Mul(x, across), graph.Constant(2 * alpha * beta))));

        // The mean over a window of channels, those outside counted as zeros.
        GraphValue Window(GraphValue map, long first, long last)
        {
            GraphValue shape = graph.Concat(0, graph.Node("Shape", [x], new GraphAttribute("end", 1L)), graph.Indices(1),
                graph.Node("Shape", [x], new GraphAttribute("start", 1L), new GraphAttribute("end", 2L)), graph.Indices(-1));
            GraphValue rows = graph.Reshape(map, shape);
            GraphValue means = graph.Node("AveragePool", [rows], new GraphAttribute("kernel_shape", [size, 1L]),
                new GraphAttribute("pads", [first, 0L, last, 0L]), new GraphAttribute("count_include_pad", 1L));
            return graph.Reshape(means, graph.Dimensions(x));
        }
    }

    private static void DepthToSpace(RuleContext c)
    {
        if (c.Text("mode", "DCR") is var mode && mode != "DCR") throw c.Unsupported($"its mode is '{mode}'; DCR is covered");
        Exchange(c, "SpaceToDepth");
    }

    private static void Exchange(RuleContext c, string back)
    {
        if (c.Wants(0)) c.Give(0, c.Graph.Node(back, [c.Gradient], new GraphAttribute("blocksize", c.Int("blocksize", 1))));
    }
}
