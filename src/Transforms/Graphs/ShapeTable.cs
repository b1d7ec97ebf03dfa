using System.Runtime.InteropServices;
using MLNetStyle.Graphs.Onnx;

namespace MLNetStyle.Graphs;

/// <summary>
/// The shapes of a graph's values as far as they follow from its inputs: every size is a number or an expression in the names
/// of the inputs' symbolic sizes. Equal texts are equal sizes; different texts may be equal too, unless both are numbers.
/// </summary>
internal sealed class ShapeTable(GraphBuilder graph)
{
    /// <summary>The most values that a tensor may have: a picture of 4096 x 4096 pixels has 2^30 in VGG-19's widest map.</summary>
    private const double MostValues = 1L << 34;

    // What a stranger's graph makes of names grows twofold with every node; an expression this long is compared with no other.
    private const int LongestSize = 256, MostIntegers = 1024, MostSizes = 64;

    private readonly Dictionary<string, string[]> _shapes = [];
    private readonly Dictionary<string, string[]> _integers = [];
    private int _inputs, _constants, _nodes;

    /// <summary>The shape of a value, or null if even its rank is unknown.</summary>
    public string[]? Of(GraphValue value)
    {
        Update();
        return value.Name is null ? null : graph.Weights.TryGetValue(value.Name, out Weight? weight)
            ? [.. weight.Shape.Select(d => $"{d}")]
            : _shapes.GetValueOrDefault(value.Name);
    }

    /// <summary>The integers in a value if they are constants, or null.</summary>
    public long[]? Constants(GraphValue value) => Numbers(Integers(value));

    /// <summary>Whether two shapes are certain to be equal.</summary>
    public static bool Same(string[]? a, string[]? b) => a is not null && b is not null && a.AsSpan().SequenceEqual(b);

    /// <summary>A shape's sizes if all of them are numbers, or null.</summary>
    public static long[]? Numbers(string[]? shape) =>
        shape is not null && Array.TrueForAll(shape, d => long.TryParse(d, out _)) ? [.. shape.Select(long.Parse)] : null;

    private string[]? Integers(GraphValue value)
    {
        Update();
        return value.Name is null ? null : _integers.GetValueOrDefault(value.Name);
    }

    private void Update()
    {
        for (; _inputs < graph.Proto.Input.Count; _inputs++)
        {
            ValueInfoProto input = graph.Proto.Input[_inputs];
            if (input.Type?.TensorType?.Shape is { } shape)
                _shapes[input.Name] = [.. shape.Dim.Select((d, i) => d.DimParam.Length > 0 ? d.DimParam : d.DimValue > 0 ? $"{d.DimValue}"
                    : $"{input.Name}.{i}")];
        }
        for (; _constants < graph.Proto.Initializer.Count; _constants++)
        {
            TensorProto constant = graph.Proto.Initializer[_constants];
            _shapes[constant.Name] = [.. constant.Dims.Select(d => $"{d}")];
            if (constant.DataType == (int)TensorProto.Types.DataType.Int64)
                _integers[constant.Name] = [.. MemoryMarshal.Cast<byte, long>(constant.RawData.Span).ToArray().Select(n => $"{n}")];
        }
        for (; _nodes < graph.Proto.Node.Count; _nodes++)
        {
            NodeProto node = graph.Proto.Node[_nodes];
            if (node.Output.Count == 0) continue;
            if (ShapeInference.Infer(new Known(this, node)) is { } shape) _shapes[node.Output[0]] = Bounded(node, shape);
            if (ShapeInference.Integers(new Known(this, node)) is { Length: <= MostIntegers } integers
                && Array.TrueForAll(integers, i => i.Length <= LongestSize)) _integers[node.Output[0]] = integers;
        }
    }

    private static string[] Bounded(NodeProto node, string[] shape)
    {
        double values = 1;
        foreach (string size in shape) values *= long.TryParse(size, out long n) ? Math.Max(n, 1) : 1;
        if (shape.Length > MostSizes || values > MostValues)
            throw new InvalidDataException($"Node '{node.Name}' ({node.OpType}) would make a tensor of {shape.Length} dimensions and at "
                + $"least {values:G3} values; at most {MostSizes} dimensions and {MostValues:G3} values are taken.");
        return [.. shape.Select((s, i) => s.Length <= LongestSize ? s : $"{node.Output[0]}.{i}")];
    }

    /// <summary>A node together with what is known about its inputs.</summary>
    internal readonly struct Known(ShapeTable table, NodeProto node)
    {
        public string Operator => node.OpType;

        public string Name => node.Output[0];

        public int Inputs => node.Input.Count;

        public string[]? Shape(int input)
        {
            if (input >= node.Input.Count) return null;
            string name = node.Input[input];
            return table._shapes.GetValueOrDefault(name)
                ?? (table.Weights.TryGetValue(name, out Weight? w) ? [.. w.Shape.Select(d => $"{d}")] : null);
        }

        public string[]? Integers(int input) => input < node.Input.Count ? table._integers.GetValueOrDefault(node.Input[input]) : null;

        public float[]? Floats(int input) => input < node.Input.Count && node.Input[input].Length > 0
            ? table.Floats(new GraphValue(node.Input[input])) : null;

        public bool Has(int input) => input < node.Input.Count && node.Input[input].Length > 0;

        public long Int(string name, long fallback) => node.Attribute.FirstOrDefault(a => a.Name == name)?.I ?? fallback;

        public string Text(string name, string fallback) => node.Attribute.FirstOrDefault(a => a.Name == name)?.S.ToStringUtf8()
            ?? fallback;

        public long[]? Ints(string name) => node.Attribute.FirstOrDefault(a => a.Name == name) is { } a ? [.. a.Ints] : null;
    }

    private float[]? Floats(GraphValue value) => graph.Floats(value);

    private IReadOnlyDictionary<string, Weight> Weights => graph.Weights;
}
