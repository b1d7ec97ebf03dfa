namespace MLNetStyle.Graphs;

/// <summary>Sums, differences, products and quotients.</summary>
internal static class ArithmeticRules
{
    public static void AddTo(IDictionary<string, Action<RuleContext>> rules)
    {
        rules["Add"] = rules["Sum"] = Sum;
        rules["Sub"] = Subtract;
        rules["Mul"] = Multiply;
        rules["Div"] = Divide;
        rules["Pow"] = Power;
    }

    private static void Sum(RuleContext c)
    {
        for (int i = 0; i < c.Node.Input.Count; i++) c.GiveBroadcast(i, g => g);
    }

    private static void Subtract(RuleContext c)
    {
        c.GiveBroadcast(0, g => g);
        c.GiveBroadcast(1, g => c.Graph.Node("Neg", [g]));
    }

    private static void Multiply(RuleContext c)
    {
        GraphValue a = c.Input(0), b = c.Input(1);
        if (a == b)
        {
            c.GiveBroadcast(0, g => c.Graph.Mul(c.Graph.Mul(g, c.Graph.Constant(2f)), a));
            return;
        }
        c.GiveBroadcast(0, g => c.Graph.Mul(g, b));
        c.GiveBroadcast(1, g => c.Graph.Mul(g, a));
    }

    private static void Divide(RuleContext c)
    {
        GraphValue b = c.Input(1);
        c.GiveBroadcast(0, g => c.Graph.Div(g, b));
        c.GiveBroadcast(1, g => c.Graph.Node("Neg", [c.Graph.Mul(c.Graph.Div(g, b), c.Output)]));
    }

    private static void Power(RuleContext c)
    {
        c.RequireConstant(1, "exponent");
        GraphValue exponent = c.Input(1);
        c.GiveBroadcast(0, g => c.Graph.Mul(
            c.Graph.Mul(g, exponent), c.Graph.Node("Pow", [c.Input(0), c.Graph.Sub(exponent, c.Graph.Constant(1f))])));
    }
}
