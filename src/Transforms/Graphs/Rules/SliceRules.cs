namespace MLNetStyle.Graphs;

/// <summary>Parts of a value: the gradient goes back to where they were taken from, zeros elsewhere.</summary>
internal static class SliceRules
{
    public static void AddTo(IDictionary<string, Action<RuleContext>> rules)
    {
        rules["Slice"] = Slice;
        rules["Gather"] = c =>
        {
            if (c.Wants(0)) c.Give(0, GradientOps.ScatterAlong(c, c.Gradient, c.Input(0), c.Input(1), c.Int("axis", 0)));
        };
    }

    private static void Slice(RuleContext c)
    {
        if (!c.Wants(0)) return;
        GraphValue x = c.Input(0), g = c.Gradient;
        if (c.Integers(1) is not { } starts || (c.Has(4) && c.Integers(4) is null) || (c.Has(3) && c.Integers(3) is null))
            throw c.Unsupported("its starts, axes or steps are no constants");
        long[] axes = c.Integers(3) ?? [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        long[] steps = c.Integers(4) ?? [.. starts.Select(_ => 1L)];
        if (axes.Length > 1 && steps.Any(s =>
            s != 1)) throw c.Unsupported("it has steps other than 1 on several axes; slice one axis at a time");

        for (int i = 0; i < axes.Length; i++)
        {
            GraphValue n = c.Graph.Dimension(x, axes[i]);
            if (steps[i] != 1)
            {
                GraphValue all = c.Graph.Node("Range", [c.Graph.Index(0), c.Graph.Node("Squeeze", [n]), c.Graph.Index(1)]);
                GraphValue taken = c.Graph.Node("Slice", [all, c.Input(1), c.Input(2), c.Graph.Indices(0), c.Input(4)]);
                g = GradientOps.ScatterAlong(c, g, x, taken, axes[i]);
                continue;
            }
            GraphValue before = starts[i] >= 0
                ? c.Graph.Node("Min", [c.Graph.Indices(starts[i]), n])
                : c.Graph.Node("Max", [c.Graph.Add(n, c.Graph.Indices(starts[i])), c.Graph.Indices(0)]);
            GraphValue after = c.Graph.Sub(c.Graph.Sub(n, before), c.Graph.Dimension(c.Output, axes[i]));
            g = c.Graph.PadAlong(g, axes[i], before, after);
        }
        c.Give(0, g);
    }
}
