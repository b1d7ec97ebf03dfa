using System.Runtime.InteropServices;
using Google.Protobuf;
using MLNetStyle.Graphs.Onnx;
using DataType = MLNetStyle.Graphs.Onnx.TensorProto.Types.DataType;

namespace MLNetStyle.Graphs;

/// <summary>What an .onnx file holds.</summary>
/// <remarks>
/// The weights can be read whatever the file's operator set; <see cref="ToGraph"/> needs one that this library can build on.
/// Safe for use by several threads at once.
/// </remarks>
internal sealed class OnnxModel
{
    private const int OldestOpset = 13;
    private readonly GraphProto _graph;
    private readonly HashSet<string> _domains;

    internal OnnxModel(string name, ModelProto model)
    {
        Name = name;
        _graph = model.Graph;
        _domains = [.. model.OpsetImport.Select(o => o.Domain).Where(d => d is not ("" or "ai.onnx"))];
        Opset = (int)(model.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx")?.Version ?? 0);
        Check(_graph, name, 0);
        Producer = model.ProducerName;
        Metadata = model.MetadataProps.GroupBy(p => p.Key).ToDictionary(g => g.Key, g => g.Last().Value);
        foreach (NodeProto node in _graph.Node.Where(n => n.OpType == "Constant" && n.Output.Count == 1).ToArray())
        {
            if (Value(node) is not { } tensor) continue;
            tensor.Name = node.Output[0];
            _graph.Initializer.Add(tensor);
            _graph.Node.Remove(node);
        }

        Dictionary<string, Weight> weights = [];
        for (int i = _graph.Initializer.Count - 1; i >= 0; i--)
        {
            TensorProto tensor = _graph.Initializer[i];
            if (tensor.Name.Length == 0) throw new InvalidDataException($"'{name}' has a tensor without a name.");
            if (!OnnxFormat.IsFloating(tensor) || OnnxFormat.Count(tensor, name) == 0)
            {
                _graph.Initializer[i] = OnnxFormat.Normalize(tensor, name);
                continue;
            }
            if (!weights.TryAdd(tensor.Name, new Weight(tensor.Name, OnnxFormat.Floats(tensor, name), [.. tensor.Dims])))
                throw new InvalidDataException($"'{name}' has two tensors named '{tensor.Name}'.");
            _graph.Initializer.RemoveAt(i);
        }
        Weights = weights.OrderBy(p => p.Key, StringComparer.Ordinal).ToDictionary();
    }

    /// <summary>The file's name, as messages call it.</summary>
    public string Name { get; }

    /// <summary>The version of the ONNX operator set that the file's nodes follow.</summary>
    public int Opset { get; }

    /// <summary>The file's notes, its metadata_props.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The floating-point tensors by name, as 32-bit floats whatever their width in the file.</summary>
    public IReadOnlyDictionary<string, Weight> Weights { get; }

    /// <summary>The program that wrote the file, as it names itself.</summary>
    public string Producer { get; }

    /// <summary>The nodes, and the constants that are no weights.</summary>
    internal GraphProto Graph => _graph;

    /// <summary>Domains of operators other than ONNX's own.</summary>
    internal IReadOnlySet<string> Domains => _domains;

    /// <summary>The names of the inputs.</summary>
    public IReadOnlyList<string> Inputs => [.. RealInputs().Select(i => i.Name)];

    /// <summary>The names of the outputs.</summary>
    public IReadOnlyList<string> Outputs => [.. _graph.Output.Select(o => o.Name)];

    /// <summary>Makes a graph of the model, ready to be extended, differentiated or run; its weights are shared with this model.</summary>
    /// <exception cref="InvalidDataException">The nodes follow an operator set or belong to a domain that can't be built on, or use a value
    /// before it is made.</exception>
    public GraphBuilder ToGraph()
    {
        if (Opset is < OldestOpset or > GraphBuilder.Opset)
            throw new InvalidDataException($"'{Name}' follows the ONNX operator set {Opset}; {OldestOpset} to {GraphBuilder.Opset} can "
                + $"be read: export it anew with opset {GraphBuilder.Opset}.");
        if (_graph.Node.FirstOrDefault(n => _domains.Contains(n.Domain)) is { } foreign)
            throw new InvalidDataException($"Node '{foreign.Name}' of '{Name}' has the operator {foreign.OpType} of the domain "
                + $"'{foreign.Domain}'; only ONNX's own operators can be read.");
        GraphProto proto = _graph.Clone();
        proto.ValueInfo.Clear();
        proto.Input.Clear();
        proto.Input.Add(RealInputs().Select(i => i.Clone()));
        if (proto.Name.Length == 0) proto.Name = "graph";
        Upgrade(proto);
        return new GraphBuilder(proto, Weights, Name);
    }

    /// <summary>The inputs that no constant of the file fills.</summary>
    internal IEnumerable<ValueInfoProto> RealInputs()
    {
        HashSet<string> constants = [.. _graph.Initializer.Select(t => t.Name)];
        return _graph.Input.Where(i => !constants.Contains(i.Name) && !Weights.ContainsKey(i.Name));
    }

    /// <summary>
    /// Refuses tensors that are kept in other files, in subgraphs too: ONNX Runtime would read whatever file a model names. And windows
    /// that
    /// do not move.
    /// </summary>
    private static void Check(GraphProto graph, string name, int depth)
    {
        const int Deepest = 32;
        if (depth > Deepest) throw new InvalidDataException($"'{name}' has graphs within graphs, more than {Deepest} deep.");
        foreach (TensorProto tensor in graph.Initializer) CheckInside(tensor, name);
        foreach (NodeProto node in graph.Node)
        {
            foreach (AttributeProto attribute in node.Attribute)
            {
                if (attribute.T is not null) CheckInside(attribute.T, name);
                if (attribute.G is not null) Check(attribute.G, name, depth + 1);
                if (attribute.Name is "strides" or "dilations" or "kernel_shape" && attribute.Ints.Any(i => i < 1))
                    throw new InvalidDataException(
                        $"Node '{node.Name}' ({node.OpType}) of '{name}' has the {attribute.Name} [{string.Join(", ", attribute.Ints)}]; "
                            + $"they must be positive.");
            }
        }
    }

    private static void CheckInside(TensorProto tensor, string name)
    {
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External || tensor.ExternalData.Count > 0)
            throw new InvalidDataException($"Tensor '{tensor.Name}' of '{name}' is kept in another file; save the model as one file with "
                + $"its weights inside.");
    }

    /// <summary>In opset 18 the axes of all reductions are an input, where most had them as an attribute before.</summary>
    private static void Upgrade(GraphProto graph)
    {
        foreach (NodeProto node in graph.Node.Where(n => n.OpType.StartsWith("Reduce", StringComparison.Ordinal)).ToArray())
        {
            if (node.Attribute.FirstOrDefault(a => a.Name == "axes") is not { } axes || node.Input.Count != 1) continue;
            TensorProto tensor = new() { Name = $"{node.Output[0]}.axes", DataType = (int)DataType.Int64 };
            tensor.Dims.Add(axes.Ints.Count);
            tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<long>(axes.Ints.ToArray()));
            graph.Initializer.Add(tensor);
            node.Input.Add(tensor.Name);
            node.Attribute.Remove(axes);
        }
    }

    private static TensorProto? Value(NodeProto node)
    {
        AttributeProto? attribute = node.Attribute.FirstOrDefault();
        switch (attribute?.Name)
        {
            case "value": return attribute.T;
            case "value_float": return Vector(DataType.Float, t => t.FloatData.Add(attribute.F), []);
            case "value_floats": return Vector(DataType.Float, t => t.FloatData.Add(attribute.Floats), [attribute.Floats.Count]);
            case "value_int": return Vector(DataType.Int64, t => t.Int64Data.Add(attribute.I), []);
            case "value_ints": return Vector(DataType.Int64, t => t.Int64Data.Add(attribute.Ints), [attribute.Ints.Count]);
            default: return null;
        }

        static TensorProto Vector(DataType type, Action<TensorProto> fill, long[] shape)
        {
            TensorProto tensor = new() { DataType = (int)type };
            tensor.Dims.Add(shape);
            fill(tensor);
            return tensor;
        }
    }
}
