namespace MLNetStyle.Graphs;

/// <summary>Operators that pick one of their operands, element by element.</summary>
internal static class SelectionRules
{
    public static void AddTo(IDictionary<string, Action<RuleContext>> rules)
    {
        rules["Where"] = Where;
        rules["Max"] = rules["Min"] = Extreme;
    }

    private static void Where(RuleContext c)
    {
        GraphValue condition = c.Input(0), zero = c.Graph.Constant(0f);
        c.GiveBroadcast(1, g => c.Graph.Node("Where", [condition, g, zero]));
        c.GiveBroadcast(2, g => c.Graph.Node("Where", [condition, zero, g]));
    }

    /// <summary>The first operand that equals the result takes the gradient.</summary>
    private static void Extreme(RuleContext c)
    {
        GraphBuilder graph = c.Graph;
        GraphValue? taken = null;
        for (int i = 0; i < c.Node.Input.Count; i++)
        {
            GraphValue equal = graph.Node("Equal", [c.Input(i), c.Output]);
            GraphValue mine = taken is { } earlier ? graph.Node("And", [equal, graph.Node("Not", [earlier])]) : equal;
            c.GiveBroadcast(i, g => graph.Mul(g, graph.Mask(mine)));
            taken = taken is { } before ? graph.Node("Or", [before, equal]) : equal;
        }
    }
}
