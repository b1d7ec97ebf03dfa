using System.Runtime.InteropServices;
using Google.Protobuf;
using MLNetStyle.Graphs.Onnx;
using DataType = MLNetStyle.Graphs.Onnx.TensorProto.Types.DataType;

namespace MLNetStyle.Graphs;

/// <summary>Brings nodes of older operator sets to the form that <see cref="GraphBuilder.Opset"/> has: attributes that have become inputs,
/// operators with a new name.</summary>
/// <remarks>The versions are those of ONNX's Changelog.md.</remarks>
internal static class OnnxUpgrade
{
    /// <summary>Changes a graph's nodes in place.</summary>
    public static void Apply(GraphProto graph, int opset)
    {
        for (int n = 0; n < graph.Node.Count; n++)
        {
            NodeProto node = graph.Node[n];
            switch (node.OpType)
            {
                case "Dropout": // inference: nothing happens
                    node.OpType = "Identity";
                    node.Attribute.Clear();
                    KeepInputs(node, 1);
                    KeepOutputs(node, 1);
                    break;
                case "BatchNormalization":
                    Remove(node, "is_test", "consumed_inputs", "spatial");
                    KeepOutputs(node, 1);
                    break;
                case "Add" or "Sub" or "Mul" or "Div" or "Pow" or "PRelu" when opset < 7:
                    Broadcast(graph, node, ref n);
                    break;
                case "Reshape" when opset < 5: Move(graph, node, "shape", 1); break;
                case "Clip" when opset < 11:
                    float low = Float(node, "min", float.MinValue), high = Float(node, "max", float.MaxValue);
                    Remove(node, "min", "max", "consumed_inputs");
                    node.Input.Add(Floats(graph, $"{node.Output[0]}.min", [low], []));
                    node.Input.Add(Floats(graph, $"{node.Output[0]}.max", [high], []));
                    break;
                case "Pad" when opset < 11:
                    Move(graph, node, Attribute(node, "pads") is null ? "paddings" : "pads", 1);
                    float value = Float(node, "value", 0);
                    Remove(node, "value");
                    node.Input.Add(Floats(graph, $"{node.Output[0]}.value", [value], []));
                    break;
                case "Slice" when opset < 10:
                    long[] starts = [.. Attribute(node, "starts")?.Ints ?? []];
                    Move(graph, node, "starts", 1);
                    Move(graph, node, "ends", 2);
                    if (Attribute(node, "axes") is null) node.Input.Add(Integers(graph, $"{node.Output[0]}.axes", [.. starts.Select((_,
                        i) => (long)i)]));
                    else Move(graph, node, "axes", 3);
                    break;
                case "Squeeze" or "Unsqueeze" when opset < 13: Move(graph, node, "axes", 1); break;
                case "Upsample": Upsample(graph, node); break;
                case "Resize" when opset < 11:
                    node.Input.Insert(1, "");
                    Set(node, "coordinate_transformation_mode", "asymmetric");
                    Set(node, "nearest_mode", "floor");
                    break;
                case var reduce when reduce.StartsWith("Reduce", StringComparison.Ordinal) && node.Input.Count == 1:
                    Move(graph, node, "axes", 1);
                    break;
            }
        }
    }

    private static void Upsample(GraphProto graph, NodeProto node)
    {
        if (Attribute(node, "scales") is { } scales)
        {
            string name = Floats(graph, $"{node.Output[0]}.scales", [.. scales.Floats], [scales.Floats.Count]);
            Remove(node, "scales");
            node.Input.Add(name);
        }
        node.OpType = "Resize";
        node.Input.Insert(1, "");
        Set(node, "coordinate_transformation_mode", "asymmetric");
        if (Attribute(node, "mode") is null || Attribute(node, "mode")!.S.ToStringUtf8() == "nearest") Set(node, "nearest_mode", "floor");
    }

    /// <summary>Up to operator set 6 the second operand lay along the axes from "axis" on.</summary>
    private static void Broadcast(GraphProto graph, NodeProto node, ref int n)
    {
        long? axis = Attribute(node, "axis")?.I;
        bool wide = Attribute(node, "broadcast") is { I: 1 };
        Remove(node, "axis", "broadcast", "consumed_inputs");
        if (!(wide || node.OpType == "PRelu") || (axis ?? 1) != 1 || (axis is null && node.OpType != "PRelu")) return;
        NodeProto reshape = new() { OpType = "Reshape", Name = $"{node.Output[0]}.operand" };
        reshape.Input.Add(node.Input[1]);
        reshape.Input.Add(Integers(graph, $"{node.Output[0]}.shape", [-1, 1, 1]));
        reshape.Output.Add($"{node.Output[0]}.operand");
        node.Input[1] = reshape.Output[0];
        graph.Node.Insert(n++, reshape);
    }

    private static void Move(GraphProto graph, NodeProto node, string attribute, int input)
    {
        if (Attribute(node, attribute) is not { } list) return;
        string name = Integers(graph, $"{node.Output[0]}.{attribute}", [.. list.Ints]);
        node.Attribute.Remove(list);
        while (node.Input.Count < input) node.Input.Add("");
        node.Input.Add(name);
    }

    private static string Integers(GraphProto graph, string name, long[] values)
    {
        TensorProto tensor = new()
        {
            Name = name,
            DataType = (int)DataType.Int64,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan()))
        };
        tensor.Dims.Add(values.Length);
        graph.Initializer.Add(tensor);
        return name;
    }

    private static string Floats(GraphProto graph, string name, float[] values, long[] shape)
    {
        TensorProto tensor = new()
        {
            Name = name,
            DataType = (int)DataType.Float,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan()))
        };
        tensor.Dims.Add(shape);
        graph.Initializer.Add(tensor);
        return name;
    }

    private static AttributeProto? Attribute(NodeProto node, string name) => node.Attribute.FirstOrDefault(a => a.Name == name);

    private static float Float(NodeProto node, string name, float fallback) => Attribute(node, name)?.F ?? fallback;

    private static void Set(NodeProto node, string name, string value)
    {
        Remove(node, name);
        node.Attribute.Add(new GraphAttribute(name, value).ToProto());
    }

    private static void Remove(NodeProto node, params string[] names)
    {
        foreach (string name in names)
            if (Attribute(node, name) is { } attribute) node.Attribute.Remove(attribute);
    }

    private static void KeepInputs(NodeProto node, int count)
    {
        while (node.Input.Count > count) node.Input.RemoveAt(node.Input.Count - 1);
    }

    private static void KeepOutputs(NodeProto node, int count)
    {
        while (node.Output.Count > count) node.Output.RemoveAt(node.Output.Count - 1);
    }
}
