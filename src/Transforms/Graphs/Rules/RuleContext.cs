using MLNetStyle.Graphs.Onnx;

namespace MLNetStyle.Graphs;

/// <summary>What a rule sees: one node, the gradient of its output, and where the gradients of its inputs go.</summary>
/// <remarks>
/// A gradient may be kept in any shape that broadcasts to that of its value: the gradient of a sum stays a scalar until an
/// operator needs all of it.
/// </remarks>
internal sealed class RuleContext(
    GraphBuilder graph, NodeProto node, GraphValue gradient, HashSet<string> needed, Dictionary<string, GraphValue> gradients,
    Dictionary<string, GraphValue> signs)
{
    private GraphValue? _full;

    /// <summary>The graph that the gradient's nodes are added to.</summary>
    public GraphBuilder Graph => graph;

    /// <summary>The node under differentiation.</summary>
    public NodeProto Node => node;

    /// <summary>The node's first output.</summary>
    public GraphValue Output => new(node.Output[0]);

    /// <summary>The gradient of the output, in a shape that broadcasts to the output's.</summary>
    public GraphValue Broadcastable => gradient;

    /// <summary>The gradient of the output in the output's shape.</summary>
    public GraphValue Gradient => _full ??= GradientOps.Materialize(graph, gradient, Output);

    /// <summary>The sign of the output of a Relu.</summary>
    public GraphValue Sign => signs[node.Output[0]];

    /// <summary>Whether an optional input is given.</summary>
    public bool Has(int index) => index < node.Input.Count && node.Input[index].Length > 0;

    /// <summary>An input.</summary>
    public GraphValue Input(int index) => Has(index) ? new(node.Input[index]) : throw Unsupported($"its input {index} is missing");

    /// <summary>Whether the gradient of an input is asked for.</summary>
    public bool Wants(int index) => Has(index) && needed.Contains(node.Input[index]);

    /// <summary>The shape of a value as far as it is known, or null.</summary>
    public string[]? Shape(GraphValue value) => graph.Shapes.Of(value);

    /// <summary>Adds to the gradient of an input.</summary>
    public void Give(int index, GraphValue value)
    {
        string name = node.Input[index];
        gradients[name] = gradients.TryGetValue(name, out GraphValue sum) ? graph.Add(sum, value) : value;
    }

    /// <summary>Adds to the gradient of an operand that may have been broadcast, if it is asked for.</summary>
    /// <param name="index">The operand.</param>
    /// <param name="term">Makes the gradient before reduction from the gradient of the output.</param>
    public void GiveBroadcast(int index, Func<GraphValue, GraphValue> term)
    {
        if (!Wants(index)) return;
        GraphValue input = Input(index);
        if (ShapeTable.Same(Shape(input), Shape(Output))) Give(index, term(Broadcastable));
        else Give(index, GradientOps.ReduceTo(graph, term(Gradient), input));
    }

    /// <summary>Refuses the gradient of an input that the rule treats as a constant.</summary>
    public void RequireConstant(int index, string role)
    {
        if (Wants(index)) throw Unsupported($"its {role} (input {index}) depends on a variable, which the rule does not cover");
    }

    /// <summary>An integer attribute.</summary>
    public long Int(string name, long fallback) => Attribute(name)?.I ?? fallback;

    /// <summary>A floating-point attribute.</summary>
    public float Float(string name, float fallback) => Attribute(name)?.F ?? fallback;

    /// <summary>A text attribute.</summary>
    public string Text(string name, string fallback) => Attribute(name)?.S.ToStringUtf8() ?? fallback;

    /// <summary>A list of integers, or null.</summary>
    public long[]? Ints(string name) => Attribute(name) is { } attribute ? [.. attribute.Ints] : null;

    /// <summary>The integers of an input, if they are constants.</summary>
    public long[]? Integers(int index) => Has(index) ? graph.Shapes.Constants(Input(index)) : null;

    /// <summary>The error for what a rule does not cover.</summary>
    public NotSupportedException Unsupported(string why) =>
        new($"Node '{(node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault())}' (operator {node.OpType}) can't be "
            + $"differentiated: {why}.");

    private AttributeProto? Attribute(string name) => node.Attribute.FirstOrDefault(a => a.Name == name);
}
