using MLNetStyle.Graphs.Onnx;

namespace MLNetStyle.Graphs;

/// <summary>Reverse-mode differentiation: adds to a graph the nodes that compute the gradient of a scalar.</summary>
/// <remarks>
/// <para>
/// The nodes are walked from the loss back to the variables, and each operator's rule, taken from a table, turns the gradient
/// of its output into the gradients of its inputs. Only nodes on a path from a variable to the loss are walked. The gradients
/// of a value that is used several times are added. Gradients of broadcast operands are summed over the broadcast axes.
/// </para>
/// <para>
/// Where a function has no derivative a definite choice is made: the derivative of Relu and Abs at 0 is 0; Max and Min give
/// ties to the first operand; Clip passes the gradient at its bounds; and max pooling over windows that do not overlap divides
/// the gradient equally among all the entries of a window that attain its maximum, so that the parts always sum up to the
/// gradient of the output. (PyTorch, and max pooling over other windows here, give all of it to one such entry. After a Relu, ties at
/// 0 do not matter, since the Relu's own derivative there is 0.)
/// </para>
/// <para>Stateless; as a <see cref="GraphBuilder"/> is changed, the graph must not be used by another thread meanwhile.</para>
/// </remarks>
internal static class Differentiator
{
    /// <summary>The operators that have a rule.</summary>
    public static IReadOnlyCollection<string> Operators { get; } = [.. RuleTable.Rules.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Adds the nodes that compute the gradient of a loss with respect to variables.</summary>
    /// <param name="graph">The graph; the nodes are added to it.</param>
    /// <param name="loss">A value with a single element.</param>
    /// <param name="variables">Inputs, weights or any other values that the loss is computed from.</param>
    /// <returns>
    /// One gradient for each variable, of the variable's shape, in their order; zeros where the loss does not depend on it.
    /// </returns>
    /// <exception cref="NotSupportedException">
    /// A node between a variable and the loss has an operator without a rule, or attributes that its rule does not cover; the
    /// message names the node and the operator.
    /// </exception>
    /// <exception cref="ArgumentException">The loss is known to have more than one element.</exception>
    public static GraphValue[] Gradient(GraphBuilder graph, GraphValue loss, params ReadOnlySpan<GraphValue> variables)
    {
        ArgumentNullException.ThrowIfNull(graph);
        string[]? shape = graph.Shapes.Of(loss);
        if (shape is not null && Array.Exists(shape, d => long.TryParse(d, out long n) && n != 1))
            throw new ArgumentException($"The loss '{loss}' has the shape [{string.Join(", ", shape)}]; only a single element can be "
                + $"differentiated: sum it first.", nameof(loss));

        int end = graph.Proto.Node.Count;
        HashSet<string> dependent = Dependents(graph, variables);
        HashSet<string> needed = Ancestors(graph, loss, dependent);
        Dictionary<string, GraphValue> signs = Signs(graph, needed);
        Dictionary<string, GraphValue> gradients = [];
        if (needed.Contains(loss.Name)) gradients[loss.Name] = Seed(graph, loss, shape);

        for (int i = end - 1; i >= 0; i--)
        {
            NodeProto node = graph.Proto.Node[i];
            for (int k = 0; k < node.Output.Count; k++)
            {
                if (!gradients.TryGetValue(node.Output[k], out GraphValue gradient) || !needed.Contains(node.Output[k])) continue;
                RuleContext context = new(graph, node, gradient, needed, gradients, signs);
                if (k > 0) throw context.Unsupported($"its output {k} can't be differentiated, only the first one");
                RuleTable.Rules.GetValueOrDefault(node.OpType, NoRule)(context);
            }
        }

        GraphValue[] result = new GraphValue[variables.Length];
        for (int i = 0; i < result.Length; i++)
        {
            GraphValue gradient = gradients.GetValueOrDefault(variables[i].Name, graph.Constant(0f));
            result[i] = GradientOps.Materialize(graph, gradient, variables[i]);
        }
        return result;
    }

    /// <summary>
    /// The signs of all the Relus' outputs, ahead of everything else that is added. Of two inputs ONNX Runtime computes the one
    /// first whose node is younger: made here, a sign is computed after the gradient that it is multiplied with, and does not
    /// take memory from the way forward to the way back.
    /// </summary>
    private static Dictionary<string, GraphValue> Signs(GraphBuilder graph, HashSet<string> needed)
    {
        string[] outputs = [.. graph.Proto.Node.Where(n => n.OpType == "Relu" && needed.Contains(n.Output[0])).Select(n => n.Output[0])];
        return outputs.ToDictionary(o => o, o => graph.Node("Sign", [new GraphValue(o)]));
    }

    private static bool PassesNothing(GraphBuilder graph, NodeProto node) => RuleTable.PassesNothing(node) || graph.IsDetached(node);

    private static void NoRule(RuleContext context) =>
        throw context.Unsupported($"the operator has no rule; those with one are {string.Join(", ", Operators)}");

    private static GraphValue Seed(GraphBuilder graph, GraphValue loss, string[]? shape) =>
        shape is null ? GradientOps.Materialize(graph, graph.Constant(1f), loss) : graph.Constant([1f], [.. shape.Select(_ => 1L)]);

    private static HashSet<string> Dependents(GraphBuilder graph, ReadOnlySpan<GraphValue> variables)
    {
        HashSet<string> dependent = [];
        foreach (GraphValue variable in variables) dependent.Add(variable.Name
            ?? throw new ArgumentException("A variable is not a value of the graph."));
        foreach (NodeProto node in graph.Proto.Node)
        {
            if (!PassesNothing(graph, node) && node.Input.Any(dependent.Contains)) dependent.UnionWith(node.Output);
        }
        return dependent;
    }

    private static HashSet<string> Ancestors(GraphBuilder graph, GraphValue loss, HashSet<string> dependent)
    {
        HashSet<string> needed = [];
        if (dependent.Contains(loss.Name)) needed.Add(loss.Name);
        for (int i = graph.Proto.Node.Count - 1; i >= 0; i--)
        {
            NodeProto node = graph.Proto.Node[i];
            if (PassesNothing(graph, node) || !node.Output.Any(needed.Contains)) continue;
            foreach (string input in node.Input)
            {
                if (dependent.Contains(input)) needed.Add(input);
            }
        }
        return needed;
    }
}
