using System.Runtime.InteropServices;
using Google.Protobuf;
using MLNetStyle.Graphs.Onnx;

namespace MLNetStyle.Graphs;

/// <summary>Wraps a graph as an ONNX model.</summary>
internal static class OnnxModel
{
    /// <summary>The version of the file format that is written.</summary>
    public const int IrVersion = 8;

    /// <summary>Makes a model of a graph; the graph itself stays as it is.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="withWeights">Whether the weights are written into it.</param>
    public static ModelProto Of(GraphBuilder graph, bool withWeights)
    {
        GraphProto proto = graph.Proto.Clone();
        if (withWeights)
        {
            foreach (Weight weight in graph.Weights.Values)
            {
                TensorProto tensor = new() { Name = weight.Name, DataType = (int)TensorProto.Types.DataType.Float };
                tensor.Dims.Add(weight.Shape);
                tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(weight.Values.AsSpan()));
                proto.Initializer.Add(tensor);
            }
        }
        ModelProto model = new() { IrVersion = IrVersion, ProducerName = "MLNetStyle", Graph = proto };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = GraphBuilder.Opset });
        return model;
    }
}
