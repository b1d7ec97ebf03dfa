namespace MLNetStyle.Graphs;

/// <summary>Instance normalisation, with the gradients of its scale and shift, and the two ways between space and channels.</summary>
internal static class NormalizationRules
{
    public static void AddTo(IDictionary<string, Action<RuleContext>> rules)
    {
        rules["InstanceNormalization"] = InstanceNormalization;
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
