using Google.Protobuf;
using MLNetStyle.Graphs.Onnx;

namespace MLNetStyle.Graphs;

/// <content>Nodes and constants of other graphs.</content>
internal sealed partial class GraphBuilder
{
    /// <summary>Adds a copy of a foreign node.</summary>
    /// <param name="node">The node; its operator follows this builder's operator set.</param>
    /// <param name="inputs">Its inputs here; default stands for one left out.</param>
    /// <param name="output">The name of its first output.</param>
    /// <returns>The first output; others are made where the node has them, and are used by nobody.</returns>
    /// <exception cref="ArgumentException">The name is in use.</exception>
    internal GraphValue Copy(NodeProto node, ReadOnlySpan<GraphValue> inputs, string output)
    {
        GraphValue value = Node(node.OpType, output, inputs);
        _graph.Node[^1].Attribute.Add(node.Attribute.Select(a => a.Clone()));
        return value;
    }

    /// <summary>A constant of another graph, of any type but floats.</summary>
    internal GraphValue Constant(TensorProto tensor)
    {
        if (!tensor.RawData.IsEmpty && tensor.DataType != (int)TensorProto.Types.DataType.String)
            return Constant((TensorProto.Types.DataType)tensor.DataType, tensor.RawData.Span, [.. tensor.Dims]);
        string key = $"tensor:{tensor.ToByteString().ToBase64()}";
        if (_constants.TryGetValue(key, out GraphValue known)) return known;
        TensorProto copy = tensor.Clone();
        copy.Name = Fresh("constant");
        _graph.Initializer.Add(copy);
        return _constants[key] = new GraphValue(copy.Name);
    }

    /// <summary>The second output of a node of this graph; it is added where the node has one only.</summary>
    internal GraphValue Second(NodeProto node)
    {
        if (node.Output.Count > 1 && node.Output[1].Length > 0) return new GraphValue(node.Output[1]);
        GraphValue value = new(Fresh(node.OpType));
        if (node.Output.Count > 1) node.Output[1] = value.Name;
        else node.Output.Add(value.Name);
        return value;
    }
}
