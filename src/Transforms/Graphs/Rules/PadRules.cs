namespace MLNetStyle.Graphs;

/// <summary>Padding: constant borders take their gradient with them; mirrored and repeated ones give it back to the inside.</summary>
internal static class PadRules
{
    public static void AddTo(IDictionary<string, Action<RuleContext>> rules) => rules["Pad"] = Pad;

    private static void Pad(RuleContext c)
    {
        c.RequireConstant(2, "fill value");
        if (!c.Wants(0)) return;
        string mode = c.Text("mode", "constant");
        if (mode == "constant")
        {
            GraphValue negative = c.Graph.Node("Neg", [c.Input(1)]);
            c.Give(0, c.Graph.Node("Pad", c.Has(3) ? [c.Gradient, negative, default, c.Input(3)] : [c.Gradient, negative]));
            return;
        }
        if (mode is not ("reflect" or "edge")) throw c.Unsupported($"its mode is '{mode}'; constant, reflect and edge are covered");
        if (c.Integers(1) is not { } pads || (c.Has(3) && c.Integers(3) is null)) throw c.Unsupported("its pads or axes are no constants");
        if (pads.Any(p => p < 0)) throw c.Unsupported($"it has the negative pads [{string.Join(", ", pads)}] in the mode '{mode}'");
        long[] axes = c.Integers(3) ?? [.. Enumerable.Range(0, pads.Length / 2).Select(i => (long)i)];

        GraphValue g = c.Gradient;
        for (int i = 0; i < axes.Length; i++) g = Fold(c, g, axes[i], pads[i], pads[i + axes.Length], mode == "reflect");
        c.Give(0, g);
    }

    /// <summary>Adds the borders along one axis to the entries that they were copied from.</summary>
    private static GraphValue Fold(RuleContext c, GraphValue g, long axis, long begin, long end, bool reflect)
    {
        if (begin == 0 && end == 0) return g;
        GraphBuilder graph = c.Graph;
        GraphValue n = graph.Dimension(c.Input(0), axis), zero = graph.Indices(0);
        GraphValue sum = Part(graph.Indices(begin), graph.Add(n, graph.Indices(begin)));
        long moved = reflect ? 1 : 0;
        if (begin > 0)
        {
            GraphValue border = Part(zero, graph.Indices(begin));
            GraphValue after = graph.Sub(n, graph.Indices((reflect ? begin : 1) + moved));
            sum = graph.Add(sum, graph.PadAlong(reflect ? Reverse(border) : Collapse(border), axis, graph.Indices(moved), after));
        }
        if (end > 0)
        {
            GraphValue border = Part(graph.Add(n, graph.Indices(begin)), graph.Add(n, graph.Indices(begin + end)));
            GraphValue before = graph.Sub(n, graph.Indices((reflect ? end : 1) + moved));
            sum = graph.Add(sum, graph.PadAlong(reflect ? Reverse(border) : Collapse(border), axis, before, graph.Indices(moved)));
        }
        return sum;

        GraphValue Part(GraphValue from, GraphValue to) => graph.Node("Slice", [g, from, to, graph.Indices(axis)]);

        GraphValue Reverse(GraphValue part) =>
            graph.Node("Slice", [part, graph.Indices(-1), graph.Indices(-int.MaxValue), graph.Indices(axis), graph.Indices(-1)]);

        GraphValue Collapse(GraphValue part) => graph.ReduceSum(part, true, axis);
    }
}
