using System.Runtime.InteropServices;
using Google.Protobuf;
using MLNetStyle.Graphs.Onnx;

namespace MLNetStyle.Graphs;

/// <summary>Builds an ONNX graph node by node.</summary>
/// <remarks>
/// Every method adds nodes and returns the value that they compute; nothing runs until a <c>GraphSession</c> is made of the
/// graph. Shapes may be symbolic: one graph serves every image size. The operators are those of ONNX opset <see cref="Opset"/>.
/// Not safe for use by several threads at once.
/// </remarks>
internal sealed partial class GraphBuilder
{
    /// <summary>The version of the ONNX operator set that the nodes follow.</summary>
    public const int Opset = 18;

    private readonly GraphProto _graph;
    private readonly Dictionary<string, Weight> _weights = [];
    private readonly Dictionary<string, GraphValue> _constants = [];
    private readonly HashSet<string> _names = [];
    private readonly HashSet<string> _detached = [];
    private readonly Dictionary<string, NodeProto> _makers = [];
    private int _next, _made;

    /// <summary>Starts an empty graph.</summary>
    /// <param name="name">The graph's name, shown by model viewers.</param>
    public GraphBuilder(string name = "graph")
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _graph = new GraphProto { Name = name };
    }

    /// <summary>Takes a graph over from a file.</summary>
    internal GraphBuilder(GraphProto graph, IReadOnlyDictionary<string, Weight> weights, string file)
    {
        _graph = graph;
        HashSet<string> known = [""];
        foreach (ValueInfoProto input in graph.Input) Declare(input.Name, "An input");
        foreach (TensorProto constant in graph.Initializer) Declare(constant.Name, "A tensor");
        foreach (Weight weight in weights.Values)
        {
            Declare(weight.Name, "A tensor");
            _weights.Add(weight.Name, weight);
        }
        foreach (NodeProto node in graph.Node)
        {
            if (node.Input.FirstOrDefault(i => !known.Contains(i)) is { } missing)
                throw new InvalidDataException($"Node '{node.Name}' ({node.OpType}) of '{file}' takes the value '{missing}', which "
                    + $"nothing before it makes.");
            foreach (string output in node.Output.Where(o => o.Length > 0)) Declare(output, $"Node '{node.Name}' ({node.OpType})");
        }
        if (graph.Output.FirstOrDefault(o => !known.Contains(o.Name)) is { } unmade)
            throw new InvalidDataException($"The output '{unmade.Name}' of '{file}' is made by no node.");

        void Declare(string name, string what)
        {
            if (!known.Add(name) || !_names.Add(name)) throw new InvalidDataException($"{what} of '{file}' has the name '{name}', which "
                + $"is in use already.");
        }
    }

    /// <summary>The names of the inputs.</summary>
    public IReadOnlyList<string> Inputs => [.. _graph.Input.Select(i => i.Name)];

    /// <summary>The names of the outputs.</summary>
    public IReadOnlyList<string> Outputs => [.. _graph.Output.Select(o => o.Name)];

    /// <summary>The graph under construction. Weights are listed in <see cref="Weights"/>, not in its initializers.</summary>
    internal GraphProto Proto => _graph;

    /// <summary>What is known about the values' shapes.</summary>
    internal ShapeTable Shapes => field ??= new ShapeTable(this);

    /// <summary>The weights in use, by name.</summary>
    public IReadOnlyDictionary<string, Weight> Weights => _weights;

    /// <summary>Declares an input.</summary>
    /// <param name="name">The input's name.</param>
    /// <param name="type">The type of its elements.</param>
    /// <param name="shape">A number for a fixed dimension, any other text for a symbolic one; none at all for a scalar.</param>
    /// <returns>The input's value.</returns>
    /// <exception cref="ArgumentException">The name is in use.</exception>
    public GraphValue Input(string name, ElementType type = ElementType.Float, params string[] shape)
    {
        Claim(name);
        _graph.Input.Add(Describe(name, type, shape));
        return new GraphValue(name);
    }

    /// <summary>Declares a value as an output of the graph under a name of its own.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">The output's name; the value's own name if it is null.</param>
    /// <param name="type">The type of its elements.</param>
    /// <param name="shape">The shape as in <see cref="Input"/>; null leaves it to be inferred.</param>
    /// <returns>The output's value.</returns>
    public GraphValue Output(GraphValue value, string? name = null, ElementType type = ElementType.Float, params string[]? shape)
    {
        GraphValue named = name is null || name == value.Name ? value : Node("Identity", name, [value]);
        _graph.Output.Add(Describe(named.Name, type, shape is { Length: 0 } ? null : shape));
        return named;
    }

    /// <summary>Brings a weight into the graph; the same weight may be brought in again.</summary>
    /// <param name="weight">The weight.</param>
    /// <returns>Its value.</returns>
    /// <exception cref="ArgumentException">Another value has the weight's name.</exception>
    public GraphValue Weight(Weight weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        if (_weights.TryGetValue(weight.Name, out Weight? known))
            return ReferenceEquals(known, weight) ? new GraphValue(weight.Name)
                : throw new ArgumentException($"Two weights are named '{weight.Name}'.", nameof(weight));
        Claim(weight.Name);
        _weights.Add(weight.Name, weight);
        return new GraphValue(weight.Name);
    }

    /// <summary>A scalar constant.</summary>
    /// <param name="value">The value.</param>
    public GraphValue Constant(float value) => Constant([value], []);

    /// <summary>A constant tensor of floats.</summary>
    /// <param name="values">The values in row-major order.</param>
    /// <param name="shape">The shape.</param>
    public GraphValue Constant(ReadOnlySpan<float> values, params long[] shape) =>
        Constant(TensorProto.Types.DataType.Float, MemoryMarshal.AsBytes(values), shape);

    /// <summary>A constant vector of integers: a shape, axes or indices.</summary>
    /// <param name="values">The values.</param>
    public GraphValue Indices(params long[] values) =>
        Constant(TensorProto.Types.DataType.Int64, MemoryMarshal.AsBytes(values.AsSpan()), [values.Length]);

    /// <summary>A constant integer without dimensions, as Gather's index takes it.</summary>
    /// <param name="value">The value.</param>
    public GraphValue Index(long value) =>
        Constant(TensorProto.Types.DataType.Int64, MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in value)), []);

    /// <summary>Adds a node with one output.</summary>
    /// <param name="operation">The ONNX operator, for example "Conv".</param>
    /// <param name="inputs">The inputs; a default <see cref="GraphValue"/> stands for an optional input left out.</param>
    /// <param name="attributes">The attributes.</param>
    /// <returns>The node's output.</returns>
    public GraphValue Node(string operation, ReadOnlySpan<GraphValue> inputs, params ReadOnlySpan<GraphAttribute> attributes) =>
        Node(operation, null, inputs, attributes);

    /// <summary>Adds a node whose output has a given name.</summary>
    /// <param name="operation">The ONNX operator.</param>
    /// <param name="output">The output's name; null makes one up.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="attributes">The attributes.</param>
    /// <returns>The node's output.</returns>
    /// <exception cref="ArgumentException">The output's name is in use.</exception>
    public GraphValue Node(string operation, string? output, ReadOnlySpan<GraphValue> inputs,
        params ReadOnlySpan<GraphAttribute> attributes)
    {
        ArgumentException.ThrowIfNullOrEmpty(operation);
        if (output is null) output = Fresh(operation);
        else Claim(output);
        NodeProto node = new() { OpType = operation, Name = output };
        foreach (GraphValue input in inputs) node.Input.Add(input.Name ?? "");
        node.Output.Add(output);
        foreach (GraphAttribute attribute in attributes) node.Attribute.Add(attribute.ToProto());
        _graph.Node.Add(node);
        return new GraphValue(output);
    }

    /// <summary>Adds a node with several outputs, for example TopK.</summary>
    /// <param name="operation">The ONNX operator.</param>
    /// <param name="outputs">How many outputs it has, at least 1.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="attributes">The attributes.</param>
    /// <returns>The node's outputs. Only the first can be differentiated.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than one output.</exception>
    public GraphValue[] Nodes(string operation, int outputs, ReadOnlySpan<GraphValue> inputs,
        params ReadOnlySpan<GraphAttribute> attributes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        GraphValue[] values = new GraphValue[outputs];
        values[0] = Node(operation, null, inputs, attributes);
        NodeProto node = _graph.Node[^1];
        for (int i = 1; i < outputs; i++)
        {
            values[i] = new GraphValue(Fresh(operation));
            node.Output.Add(values[i].Name);
        }
        return values;
    }

    /// <summary>The same value, taken for a constant by <see cref="Differentiator"/>: no gradient passes.</summary>
    /// <param name="a">The value.</param>
    public GraphValue Detach(GraphValue a)
    {
        GraphValue value = Node("Identity", [a]);
        _detached.Add(value.Name);
        return value;
    }

    /// <summary>Whether a node was made by <see cref="Detach"/>.</summary>
    internal bool IsDetached(NodeProto node) => node.Output.Count > 0 && _detached.Contains(node.Output[0]);

    /// <summary>The node that computes a value, or null for an input, a constant or a weight.</summary>
    internal NodeProto? Maker(GraphValue value)
    {
        for (; _made < _graph.Node.Count; _made++)
        {
            foreach (string output in _graph.Node[_made].Output) _makers[output] = _graph.Node[_made];
        }
        return _makers.GetValueOrDefault(value.Name);
    }

    /// <summary>The numbers of a constant, or null if the value is none.</summary>
    internal float[]? Floats(GraphValue value)
    {
        if (_weights.TryGetValue(value.Name, out Weight? weight)) return weight.Values;
        TensorProto? tensor = _graph.Initializer.FirstOrDefault(t => t.Name == value.Name);
        return tensor is { DataType: (int)TensorProto.Types.DataType.Float }
            ? MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray() : null;
    }

    private GraphValue Constant(TensorProto.Types.DataType type, ReadOnlySpan<byte> bytes, long[] shape)
    {
        string key = $"{(int)type}:{string.Join(',', shape)}:{Convert.ToBase64String(bytes)}";
        if (_constants.TryGetValue(key, out GraphValue known)) return known;
        TensorProto tensor = new() { Name = Fresh("constant"), DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.Add(shape);
        _graph.Initializer.Add(tensor);
        return _constants[key] = new GraphValue(tensor.Name);
    }

    private string Fresh(string stem)
    {
        string name;
        do name = $"{stem}_{_next++}"; while (!_names.Add(name));
        return name;
    }

    private void Claim(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!_names.Add(name)) throw new ArgumentException($"The graph has a value named '{name}' already.", nameof(name));
    }

    private static ValueInfoProto Describe(string name, ElementType type, string[]? shape)
    {
        TypeProto.Types.Tensor tensor = new() { ElemType = (int)type };
        if (shape is not null)
        {
            tensor.Shape = new TensorShapeProto();
            foreach (string d in shape)
            {
                TensorShapeProto.Types.Dimension dimension = long.TryParse(d, out long n) ? new() { DimValue = n } : new() { DimParam = d };
                tensor.Shape.Dim.Add(dimension);
            }
        }
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}

/// <summary>An edge of a graph: the output of a node, an input, a constant or a weight, known by its name.</summary>
/// <param name="Name">The name that the ONNX model gives to the value; unique within one graph.</param>
/// <remarks>Immutable and safe to share between threads. It belongs to the <see cref="GraphBuilder"/> that made it.</remarks>
internal readonly record struct GraphValue(string Name)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
