namespace MLNetStyle.Graphs;

/// <content>The operators, each under its ONNX name. Shapes broadcast as NumPy's do.</content>
internal sealed partial class GraphBuilder
{
    /// <summary>a + b.</summary>
    public GraphValue Add(GraphValue a, GraphValue b) => Node("Add", [a, b]);

    /// <summary>a - b.</summary>
    public GraphValue Sub(GraphValue a, GraphValue b) => Node("Sub", [a, b]);

    /// <summary>a * b, element by element.</summary>
    public GraphValue Mul(GraphValue a, GraphValue b) => Node("Mul", [a, b]);

    /// <summary>a / b, element by element.</summary>
    public GraphValue Div(GraphValue a, GraphValue b) => Node("Div", [a, b]);

    /// <summary>The matrix product over the last two axes.</summary>
    public GraphValue MatMul(GraphValue a, GraphValue b) => Node("MatMul", [a, b]);

    /// <summary>a * a.</summary>
    public GraphValue Square(GraphValue a) => Node("Mul", [a, a]);

    /// <summary>max(a, 0).</summary>
    /// <param name="a">The input.</param>
    /// <param name="name">The name of the output; null makes one up.</param>
    public GraphValue Relu(GraphValue a, string? name = null) => Node("Relu", name, [a]);

    /// <summary>A two-dimensional convolution.</summary>
    /// <param name="x">Shape [batch, input channels, height, width].</param>
    /// <param name="weight">Shape [output channels, input channels / groups, kernel height, kernel width].</param>
    /// <param name="bias">Shape [output channels]; default for none.</param>
    /// <param name="padding">Zeros added on every side.</param>
    /// <param name="stride">The step in both directions.</param>
    /// <param name="name">The name of the output; null makes one up.</param>
    public GraphValue Conv(GraphValue x, GraphValue weight, GraphValue bias = default, int padding = 1, int stride = 1,
        string? name = null) =>
        Node("Conv", name, bias.Name is null ? [x, weight] : [x, weight, bias],
            new GraphAttribute("pads", [padding, padding, padding, padding]), new GraphAttribute("strides", [stride, stride]));

    /// <summary>Maximum pooling without padding; a last odd row or column is left out.</summary>
    /// <param name="x">Shape [batch, channels, height, width].</param>
    /// <param name="size">The window's height and width, and the step.</param>
    /// <param name="name">The name of the output; null makes one up.</param>
    public GraphValue MaxPool(GraphValue x, int size = 2, string? name = null) =>
        Node("MaxPool", name, [x], new GraphAttribute("kernel_shape", [size, size]), new GraphAttribute("strides", [size, size]));

    /// <summary>Average pooling without padding; a last odd row or column is left out.</summary>
    /// <param name="x">Shape [batch, channels, height, width].</param>
    /// <param name="size">The window's height and width, and the step.</param>
    /// <param name="name">The name of the output; null makes one up.</param>
    public GraphValue AveragePool(GraphValue x, int size = 2, string? name = null) =>
        Node("AveragePool", name, [x], new GraphAttribute("kernel_shape", [size, size]), new GraphAttribute("strides", [size, size]));

    /// <summary>The same values under another shape.</summary>
    /// <param name="a">The input.</param>
    /// <param name="shape">0 keeps a dimension, one -1 is worked out.</param>
    public GraphValue Reshape(GraphValue a, params long[] shape) => Node("Reshape", [a, Indices(shape)]);

    /// <summary>The same values under a shape that is computed in the graph.</summary>
    public GraphValue Reshape(GraphValue a, GraphValue shape) => Node("Reshape", [a, shape]);

    /// <summary>Axes in another order.</summary>
    public GraphValue Transpose(GraphValue a, params long[] permutation) => Node("Transpose", [a], new GraphAttribute("perm", permutation));

    /// <summary>The sum over axes; over all of them if none is named.</summary>
    public GraphValue ReduceSum(GraphValue a, bool keepDimensions = false, params long[] axes) =>
        Reduce("ReduceSum", a, keepDimensions, axes);

    /// <summary>The mean over axes; over all of them if none is named.</summary>
    public GraphValue ReduceMean(GraphValue a, bool keepDimensions = false, params long[] axes) =>
        Reduce("ReduceMean", a, keepDimensions, axes);

    /// <summary>The sizes of a value as a vector of integers.</summary>
    public GraphValue Shape(GraphValue a) => Node("Shape", [a]);

    /// <summary>The number of elements as an integer scalar.</summary>
    public GraphValue Size(GraphValue a) => Node("Size", [a]);

    /// <summary>Entries of <paramref name="a"/> along an axis.</summary>
    public GraphValue Gather(GraphValue a, GraphValue indices, long axis = 0) =>
        Node("Gather", [a, indices], new GraphAttribute("axis", axis));

    /// <summary>The part of <paramref name="a"/> from <paramref name="starts"/> to before <paramref name="ends"/> along
    /// <paramref name="axes"/>.</summary>
    public GraphValue Slice(GraphValue a, long[] starts, long[] ends, long[] axes) =>
        Node("Slice", [a, Indices(starts), Indices(ends), Indices(axes)]);

    /// <summary>Joins values along an axis.</summary>
    public GraphValue Concat(long axis, params ReadOnlySpan<GraphValue> values) => Node("Concat", values, new GraphAttribute("axis", axis));

    /// <summary>The value with another element type.</summary>
    public GraphValue Cast(GraphValue a, ElementType type) => Node("Cast", [a], new GraphAttribute("to", (long)type));

    private GraphValue Reduce(string operation, GraphValue a, bool keepDimensions, long[] axes) =>
        Node(operation, axes.Length == 0 ? [a] : [a, Indices(axes)], new GraphAttribute("keepdims", keepDimensions ? 1L : 0L));
}
