namespace MLNetStyle.Graphs;

/// <summary>Functions of one value, element by element; x is the input, y the output, g the gradient of y.</summary>
internal static class ElementwiseRules
{
    public static void AddTo(IDictionary<string, Action<RuleContext>> rules)
    {
        Add("Identity", (c, g) => g);
        Add("Dropout", (c, g) => c.Has(2) ? throw c.Unsupported("it may be in training mode; only inference can be differentiated") : g);
        Add("Cast", (c, g) => g);
        Add("Neg", (c, g) => c.Graph.Node("Neg", [g]));
        Add("Abs", (c, g) => c.Graph.Mul(g, c.Graph.Node("Sign", [c.Input(0)])));
        Add("Relu", (c, g) => c.Graph.Mul(g, c.Sign));
        Add("LeakyRelu", LeakyRelu);
        Add("Sqrt", (c, g) => c.Graph.Div(c.Graph.Mul(g, c.Graph.Constant(0.5f)), c.Output));
        Add("Exp", (c, g) => c.Graph.Mul(g, c.Output));
        Add("Log", (c, g) => c.Graph.Div(g, c.Input(0)));
        Add("Reciprocal", (c, g) => c.Graph.Node("Neg", [c.Graph.Mul(g, c.Graph.Square(c.Output))]));
        Add("Tanh", (c, g) => c.Graph.Mul(g, c.Graph.Sub(c.Graph.Constant(1f), c.Graph.Square(c.Output))));
        Add("Sigmoid", (c, g) => c.Graph.Mul(g, c.Graph.Sub(c.Output, c.Graph.Square(c.Output))));
        Add("Clip", Clip);
        rules["BatchNormalization"] = BatchNormalization;

        void Add(string operation, Func<RuleContext, GraphValue, GraphValue> rule) =>
            rules[operation] = c => { if (c.Wants(0)) c.Give(0, rule(c, c.Broadcastable)); };
    }

    private static GraphValue LeakyRelu(RuleContext c, GraphValue g)
    {
        GraphValue positive = c.Graph.Node("Greater", [c.Input(0), c.Graph.Constant(0f)]);
        return c.Graph.Mul(g, c.Graph.Node("Where", [positive, c.Graph.Constant(1f), c.Graph.Constant(c.Float("alpha", 0.01f))]));
    }

    private static GraphValue Clip(RuleContext c, GraphValue g)
    {
        c.RequireConstant(1, "lower bound");
        c.RequireConstant(2, "upper bound");
        return c.Graph.Mul(g, c.Graph.Mask(c.Graph.Node("Equal", [c.Input(0), c.Output])));
    }

    private static void BatchNormalization(RuleContext c)
    {
        if (c.Int("training_mode", 0) != 0) throw c.Unsupported("it is in training mode; only inference can be differentiated");
        for (int i = 1; i < 5; i++) c.RequireConstant(i, "parameter");
        if (!c.Wants(0)) return;
        if (c.Shape(c.Input(0)) is not { } x) throw c.Unsupported("the rank of its input is unknown");
        GraphBuilder graph = c.Graph;
        GraphValue deviation = graph.Node("Sqrt", [graph.Add(c.Input(4), graph.Constant(c.Float("epsilon", 1e-5f)))]);
        GraphValue scale = graph.Reshape(graph.Div(c.Input(1), deviation), [-1L, .. x.Skip(2).Select(_ => 1L)]);
        c.Give(0, graph.Mul(c.Gradient, scale));
    }
}
