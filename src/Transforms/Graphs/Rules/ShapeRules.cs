namespace MLNetStyle.Graphs;

/// <summary>Operators that only rearrange.</summary>
internal static class ShapeRules
{
    public static void AddTo(IDictionary<string, Action<RuleContext>> rules)
    {
        rules["Reshape"] = rules["Flatten"] = rules["Squeeze"] = rules["Unsqueeze"] =
            c => { if (c.Wants(0)) c.Give(0, c.Graph.Reshape(c.Gradient, c.Graph.Dimensions(c.Input(0)))); };
        rules["Transpose"] = c =>
        {
            if (!c.Wants(0)) return;
            c.Give(0, c.Ints("perm") is { } permutation ? c.Graph.Transpose(c.Gradient, GradientOps.Inverse(permutation))
                : c.Graph.Node("Transpose", [c.Gradient]));
        };
        rules["Expand"] = c => { if (c.Wants(0)) c.Give(0, GradientOps.ReduceTo(c.Graph, c.Gradient, c.Input(0))); };
        rules["Concat"] = Concat;
    }

    private static void Concat(RuleContext c)
    {
        long axis = c.Int("axis", 0);
        GraphValue offset = c.Graph.Indices(0);
        for (int i = 0; i < c.Node.Input.Count; i++)
        {
            GraphValue end = c.Graph.Add(offset, c.Graph.Dimension(c.Input(i), axis));
            if (c.Wants(i)) c.Give(i, c.Graph.Node("Slice", [c.Gradient, offset, end, c.Graph.Indices(axis)]));
            offset = end;
        }
    }
}
