namespace MLNetStyle.Graphs;

/// <summary>Small pieces of graph that several rules are made of.</summary>
internal static class GradientOps
{
    /// <summary>The gradient in the shape of its value.</summary>
    public static GraphValue Materialize(GraphBuilder graph, GraphValue gradient, GraphValue value) =>
        ShapeTable.Same(graph.Shapes.Of(gradient), graph.Shapes.Of(value)) ? gradient
            : graph.Node("Expand", [gradient, graph.Dimensions(value)]);

    /// <summary>The sizes of a value: constants if all of them are known.</summary>
    public static GraphValue Dimensions(this GraphBuilder graph, GraphValue value) =>
        ShapeTable.Numbers(graph.Shapes.Of(value)) is { } known ? graph.Indices(known) : graph.Shape(value);

    /// <summary>One size of a value, as a vector of one integer. A negative axis counts from the end.</summary>
    public static GraphValue Dimension(this GraphBuilder graph, GraphValue value, long axis)
    {
        string[]? shape = graph.Shapes.Of(value);
        if (shape is not null && long.TryParse(shape[axis < 0 ? axis + shape.Length : axis], out long n)) return graph.Indices(n);
        return axis == -1
            ? graph.Node("Shape", [value], new GraphAttribute("start", axis))
            : graph.Node("Shape", [value], new GraphAttribute("start", axis), new GraphAttribute("end", axis + 1));
    }

    /// <summary>Sums over the axes along which a value was broadcast.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="gradient">The gradient in the broadcast shape.</param>
    /// <param name="value">The value that was broadcast.</param>
    public static GraphValue ReduceTo(GraphBuilder graph, GraphValue gradient, GraphValue value)
    {
        string[]? from = graph.Shapes.Of(gradient), to = graph.Shapes.Of(value);
        if (to is { Length: 0 }) return from is { Length: 0 } ? gradient : graph.ReduceSum(gradient);
        return from is null || to is null || from.Length < to.Length || Ambiguous(from, to)
            ? ReduceInGraph(graph, gradient, value)
            : ReduceStatically(graph, gradient, from, to);
    }

    private static bool Ambiguous(string[] from, string[] to)
    {
        int lead = from.Length - to.Length;
        return to.Where((d, i) => d != "1" && d != from[lead + i]).Any();
    }

    private static GraphValue ReduceStatically(GraphBuilder graph, GraphValue gradient, string[] from, string[] to)
    {
        int lead = from.Length - to.Length;
        long[] inner = [.. Enumerable.Range(lead, to.Length).Where(i => to[i - lead] == "1" && from[i] != "1").Select(i => (long)i)];
        if (inner.Length > 0) gradient = graph.ReduceSum(gradient, true, inner);
        return lead == 0 ? gradient : graph.ReduceSum(gradient, false, [.. Enumerable.Range(0, lead).Select(i => (long)i)]);
    }

    /// <summary>Ranks or sizes are unknown: pads the value's shape with ones in front and sums over the axes where it is 1.</summary>
    private static GraphValue ReduceInGraph(GraphBuilder graph, GraphValue gradient, GraphValue value)
    {
        GraphValue shape = graph.Shape(value), one = graph.Indices(1);
        GraphValue missing = graph.Sub(graph.Size(graph.Shape(gradient)), graph.Size(shape));
        GraphValue ones = graph.Node("Expand", [one, graph.Node("Reshape", [missing, one])]);
        GraphValue padded = graph.Concat(0, ones, shape);
        GraphValue axes = graph.Reshape(graph.Node("NonZero", [graph.Node("Equal", [padded, one])]), -1L);
        GraphValue sum = graph.Node("ReduceSum", [gradient, axes], new GraphAttribute("keepdims", 1L),
            new GraphAttribute("noop_with_empty_axes", 1L));
        return graph.Reshape(sum, shape);
    }

    /// <summary>1 where a condition holds, else 0.</summary>
    public static GraphValue Mask(this GraphBuilder graph, GraphValue condition) => graph.Cast(condition, ElementType.Float);

    /// <summary>Pads with zeros along one axis; negative amounts cut off.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="value">The value.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="before">What to add before, a vector of one integer.</param>
    /// <param name="after">What to add after, likewise.</param>
    public static GraphValue PadAlong(this GraphBuilder graph, GraphValue value, long axis, GraphValue before, GraphValue after) =>
        graph.Node("Pad", [value, graph.Concat(0, before, after), default, graph.Indices(axis)]);

    /// <summary>Adds the entries of a gradient to zeros of a value's shape, at indices along one axis.</summary>
    /// <param name="context">The node's context, for errors.</param>
    /// <param name="gradient">The gradient, with the axes of the indices in place of the axis.</param>
    /// <param name="value">The value that the entries were taken from.</param>
    /// <param name="indices">The indices.</param>
    /// <param name="axis">The axis; negative ones count from the end.</param>
    public static GraphValue ScatterAlong(RuleContext context, GraphValue gradient, GraphValue value, GraphValue indices, long axis)
    {
        GraphBuilder graph = context.Graph;
        GraphValue zeros = graph.Node("Expand", [graph.Constant(0f), graph.Dimensions(value)]);
        GraphValue tuples = graph.Node("Unsqueeze", [indices, graph.Indices(-1)]);
        if (axis == 0) return Scatter(zeros, gradient);
        if (context.Shape(value) is not { } shape || context.Shape(indices) is not { } places)
            throw context.Unsupported("the rank of its input is unknown");

        int at = (int)(axis < 0 ? axis + shape.Length : axis);
        long[] front = [.. Enumerable.Range(0, shape.Length).OrderBy(i => i != at).Select(i => (long)i)];
        long[] gradientFront = [.. Enumerable.Range(0, shape.Length - 1 + places.Length)
            .OrderBy(i => i < at || i >= at + places.Length).Select(i => (long)i)];
        GraphValue moved = graph.Transpose(gradient, gradientFront);
        return graph.Transpose(Scatter(graph.Transpose(zeros, front), moved), Inverse(front));

        GraphValue Scatter(GraphValue into, GraphValue updates) =>
            graph.Node("ScatterND", [into, tuples, updates], new GraphAttribute("reduction", "add"));
    }

    /// <summary>The permutation that undoes a permutation.</summary>
    public static long[] Inverse(long[] permutation)
    {
        long[] inverse = new long[permutation.Length];
        for (int i = 0; i < inverse.Length; i++) inverse[permutation[i]] = i;
        return inverse;
    }
}
