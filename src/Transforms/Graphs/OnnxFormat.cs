using System.Runtime.InteropServices;
using Google.Protobuf;
using MLNetStyle.Graphs.Onnx;
using static MLNetStyle.Graphs.Onnx.TensorProto.Types;

namespace MLNetStyle.Graphs;

/// <summary>Between graphs and tensors here and their ONNX forms.</summary>
internal static class OnnxFormat
{
    /// <summary>The version of the file format that is written.</summary>
    public const int IrVersion = 8;

    /// <summary>Makes a model of a graph; the graph itself stays as it is.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="withWeights">Whether the weights are written into it.</param>
    /// <exception cref="InvalidOperationException">The weights are more than the format can hold.</exception>
    public static ModelProto Of(GraphBuilder graph, bool withWeights)
    {
        GraphProto proto = graph.Proto.Clone();
        if (withWeights)
        {
            long bytes = graph.Weights.Values.Sum(w => 4L * w.Count);
            if (bytes > int.MaxValue - (64 << 20))
                throw new InvalidOperationException($"The weights of the graph '{proto.Name}' take {bytes:N0} bytes; an ONNX model holds "
                    + $"less than 2 GB.");
            foreach (Weight weight in graph.Weights.Values)
            {
                proto.Initializer.Add(Inline(weight));
            }
        }
        ModelProto model = new() { IrVersion = IrVersion, ProducerName = "MLNetStyle", Graph = proto };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = GraphBuilder.Opset });
        return model;
    }

    /// <summary>A weight's name, type and shape, without its values.</summary>
    public static TensorProto Describe(Weight weight)
    {
        TensorProto tensor = new() { Name = weight.Name, DataType = (int)DataType.Float };
        tensor.Dims.Add(weight.Shape);
        return tensor;
    }

    /// <summary>A weight with its values.</summary>
    public static TensorProto Inline(Weight weight)
    {
        TensorProto tensor = Describe(weight);
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(weight.Values.AsSpan()));
        return tensor;
    }

    /// <summary>Whether a tensor's elements are floating-point numbers of any width.</summary>
    public static bool IsFloating(TensorProto tensor) =>
        (DataType)tensor.DataType is DataType.Float or DataType.Float16 or DataType.Bfloat16 or DataType.Double;

    /// <summary>The number of elements that a tensor's shape asks for.</summary>
    /// <exception cref="InvalidDataException">A dimension is negative, or the product beyond what a file can hold.</exception>
    public static int Count(TensorProto tensor, string file)
    {
        long count = 1;
        foreach (long d in tensor.Dims)
        {
            if (d < 0 || (d > 0 && count > int.MaxValue / d))
                throw new InvalidDataException($"Tensor '{tensor.Name}' of '{file}' has the shape [{string.Join(", ", tensor.Dims)}], "
                    + $"which no file can hold.");
            count *= d;
        }
        return (int)count;
    }

    /// <summary>Reads a floating-point tensor of any width.</summary>
    /// <exception cref="InvalidDataException">The tensor's data do not fit its shape, or are kept in another file.</exception>
    public static float[] Floats(TensorProto tensor, string file)
    {
        int count = Count(tensor, file);
        if (tensor.DataLocation == DataLocation.External)
            throw new InvalidDataException($"Tensor '{tensor.Name}' of '{file}' is kept in another file; save the model as one file with "
                + $"its weights inside.");
        ReadOnlySpan<byte> raw = tensor.RawData.Span;
        DataType type = (DataType)tensor.DataType;
        int width = type switch { DataType.Double => 8, DataType.Float => 4, _ => 2 };
        int found = raw.Length > 0 ? raw.Length / width
            : type switch
            {
                DataType.Double => tensor.DoubleData.Count,
                DataType.Float => tensor.FloatData.Count,
                _ =>
                tensor.Int32Data.Count
            };
        if (found != count || raw.Length % width != 0)
            throw new InvalidDataException($"Tensor '{tensor.Name}' of '{file}' has {found} values; its shape "
                + $"[{string.Join(", ", tensor.Dims)}] asks for {count}.");

        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = type switch
            {
                DataType.Float => raw.Length > 0 ? MemoryMarshal.Cast<byte, float>(raw)[i] : tensor.FloatData[i],
                DataType.Double => (float)(raw.Length > 0 ? MemoryMarshal.Cast<byte, double>(raw)[i] : tensor.DoubleData[i]),
                DataType.Float16 => (float)BitConverter.UInt16BitsToHalf(Bits(raw, i)),
                _ => BitConverter.UInt32BitsToSingle((uint)Bits(raw, i) << 16),
            };
        }
        return values;

        ushort Bits(ReadOnlySpan<byte> bytes, int i) => bytes.Length > 0 ? MemoryMarshal.Cast<byte, ushort>(bytes)[i]
            : (ushort)tensor.Int32Data[i];
    }

    /// <summary>Brings a tensor of 64-bit integers into raw form, the only one that the shape table reads.</summary>
    /// <exception cref="InvalidDataException">The tensor's data do not fit its shape, or are kept in another file.</exception>
    public static TensorProto Normalize(TensorProto tensor, string file)
    {
        int count = Count(tensor, file);
        if (tensor.DataLocation == DataLocation.External)
            throw new InvalidDataException($"Tensor '{tensor.Name}' of '{file}' is kept in another file; save the model as one file with "
                + $"its weights inside.");
        if (tensor.DataType != (int)DataType.Int64) return tensor;
        if (tensor.RawData.IsEmpty && tensor.Int64Data.Count > 0)
        {
            tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<long>(tensor.Int64Data.ToArray()));
            tensor.Int64Data.Clear();
        }
        return tensor.RawData.Length == 8L * count
            ? tensor
            : throw new InvalidDataException($"Tensor '{tensor.Name}' of '{file}' has {tensor.RawData.Length / 8} values; its shape "
                + $"[{string.Join(", ", tensor.Dims)}] asks for {count}.");
    }
}
