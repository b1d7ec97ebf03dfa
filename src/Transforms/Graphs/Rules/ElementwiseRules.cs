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
        Add("Elu", Elu);
        Add("Softplus", (c, g) => c.Graph.Mul(g, c.Graph.Node("Sigmoid", [c.Input(0)])));
        Add("HardSigmoid", (c, g) => c.Graph.Mul(c.Graph.Mul(g, Inside(c, c.Output, 0, 1)), c.Graph.Constant(c.Float("alpha", 0.2f))));
        Add("HardSwish", HardSwish);
        rules["PRelu"] = PRelu;
        rules["BatchNormalization"] = BatchNormalization;

        void Add(string operation, Func<RuleContext, GraphValue, GraphValue> rule) =>
            rules[operation] = c => { if (c.Wants(0)) c.Give(0, rule(c, c.Broadcastable)); };
    }

    private static GraphValue LeakyRelu(RuleContext c, GraphValue g)
    {
        GraphValue positive = c.Graph.Node("Greater", [c.Input(0), c.Graph.Constant(0f)]);
        return c.Graph.Mul(g, c.Graph.Node("Where", [positive, c.Graph.Constant(1f), c.Graph.Constant(c.Float("alpha", 0.01f))]));
    }

    /// <summary>1 where a value lies strictly between two others, else 0.</summary>
    private static GraphValue Inside(RuleContext c, GraphValue value, float low, float high) => c.Graph.Mask(c.Graph.Node("And",
        [c.Graph.Node("Greater", [value, c.Graph.Constant(low)]), c.Graph.Node("Less", [value, c.Graph.Constant(high)])]));

    /// <summary>alpha (e^x - 1) below 0, whose slope is the output plus alpha.</summary>
    private static GraphValue Elu(RuleContext c, GraphValue g)
    {
        GraphBuilder graph = c.Graph;
        GraphValue positive = graph.Node("Greater", [c.Input(0), graph.Constant(0f)]);
        return graph.Mul(g, graph.Node("Where", [positive, graph.Constant(1f), graph.Add(c.Output, graph.Constant(c.Float("alpha", 1f)))]));
    }

    /// <summary>x min(max(x / 6 + 1/2, 0), 1), whose slope is x / 3 + 1/2 between -3 and 3, and 1 above.</summary>
    private static GraphValue HardSwish(RuleContext c, GraphValue g)
    {
        GraphBuilder graph = c.Graph;
        GraphValue slope = graph.Add(graph.Mul(c.Input(0), graph.Constant(1f / 3)), graph.Constant(0.5f));
        GraphValue above = graph.Mask(graph.Node("GreaterOrEqual", [c.Input(0), graph.Constant(3f)]));
        return graph.Mul(g, graph.Add(graph.Mul(slope, Inside(c, c.Input(0), -3, 3)), above));
    }

    private static void PRelu(RuleContext c)
    {
        c.RequireConstant(1, "slope");
        if (!c.Wants(0)) return;
        GraphValue positive = c.Graph.Node("Greater", [c.Input(0), c.Graph.Constant(0f)]);
        c.Give(0, c.Graph.Mul(c.Gradient, c.Graph.Node("Where", [positive, c.Graph.Constant(1f), c.Input(1)])));
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
