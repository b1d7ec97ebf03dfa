namespace MLNetStyle.Graphs;

/// <summary>Sums and means over axes, given as an attribute or as an input.</summary>
internal static class ReductionRules
{
    public static void AddTo(IDictionary<string, Action<RuleContext>> rules)
    {
        rules["ReduceSum"] = c => { if (c.Wants(0)) c.Give(0, Spread(c, c.Broadcastable)); };
        rules["ReduceMean"] = c => { if (c.Wants(0)) c.Give(0, Spread(c, c.Graph.Div(c.Broadcastable, Count(c)))); };
        rules["GlobalAveragePool"] = c => { if (c.Wants(0)) c.Give(0, c.Graph.Div(c.Broadcastable, Count(c))); };
        rules["ReduceSumSquare"] = c =>
        {
            if (c.Wants(0)) c.Give(0, c.Graph.Mul(c.Graph.Mul(Spread(c, c.Broadcastable), c.Graph.Constant(2f)), c.Input(0)));
        };
    }

    /// <summary>How many elements go into one element of the output.</summary>
    private static GraphValue Count(RuleContext c)
    {
        GraphValue x = c.Input(0);
        if (ShapeTable.Numbers(c.Shape(x)) is { } from && ShapeTable.Numbers(c.Shape(c.Output)) is { } to)
            return c.Graph.Constant((float)(from.Aggregate(1L, (n, d) => n * d) / (double)to.Aggregate(1L, (n, d) => n * d)));
        GraphValue all = c.Graph.Cast(c.Graph.Size(x), ElementType.Float);
        return c.Shape(c.Output) is { Length: 0 } ? all : c.Graph.Div(all, c.Graph.Cast(c.Graph.Size(c.Output), ElementType.Float));
    }

    /// <summary>Puts the axes that the reduction took away back in, of size 1.</summary>
    private static GraphValue Spread(RuleContext c, GraphValue gradient)
    {
        string[]? shape = c.Shape(gradient);
        if (shape is { Length: 0 } || c.Int("keepdims", 1) != 0) return gradient;
        if (c.Ints("axes") is null && !c.Has(1)) return gradient;
        if (shape is null || shape.Length != c.Shape(c.Output)?.Length) gradient = GradientOps.Materialize(c.Graph, gradient, c.Output);
        GraphValue axes = c.Ints("axes") is { } fixedAxes ? c.Graph.Indices(fixedAxes) : c.Input(1);
        return c.Graph.Node("Unsqueeze", [gradient, axes]);
    }
}
