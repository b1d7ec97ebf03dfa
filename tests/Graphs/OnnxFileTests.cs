using Google.Protobuf;
using MLNetStyle.Graphs;
using MLNetStyle.Graphs.Onnx;
using Xunit;
using DataType = MLNetStyle.Graphs.Onnx.TensorProto.Types.DataType;

namespace MLNetStyle.Tests.Graphs;

public sealed class OnnxFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetstyle-onnx-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    private string Path(string name) => System.IO.Path.Combine(_folder, name);

    [Fact]
    public void AModelComesBackAsItWas()
    {
        GraphBuilder graph = Small();
        OnnxFile.Save(graph, Path("small.onnx"), new Dictionary<string, string> { ["mean"] = "1,2,3", ["licence"] = "MIT" });
        OnnxModel model = OnnxFile.Load(Path("small.onnx"));
        Assert.Equal("1,2,3", model.Metadata["mean"]);
        Assert.Equal(2, model.Metadata.Count);
        Assert.Equal(["x"], model.Inputs);
        Assert.Equal(["y"], model.Outputs);
        Assert.Equal(GraphBuilder.Opset, model.Opset);
        Assert.Equal(graph.Weights["w"].Values, model.Weights["w"].Values);
        Assert.Equal([2, 3, 3, 3], model.Weights["w"].Shape);
        Assert.Single(Directory.GetFiles(_folder));

        Dictionary<string, GraphTensor> feed = new() { ["x"] = new(GradientCheck.Values(new Random(1), 3 * 30, -1, 1, false), 1, 3, 5, 6) };
        GraphBuilder read = model.ToGraph();
        Assert.Equal(GradientCheck.Evaluate(graph, feed, "y").Values.ToArray(), GradientCheck.Evaluate(read, feed, "y").Values.ToArray());
    }

    [Fact]
    public void AModelFromAFileCanBeDifferentiated()
    {
        GraphBuilder graph = Small();
        OnnxFile.Save(graph, Path("small.onnx"));
        GraphBuilder read = OnnxFile.Load(Path("small.onnx")).ToGraph();
        float[][] gradients = [.. ((GraphBuilder[])[graph, read]).Select(g =>
        {
            g.Output(Differentiator.Gradient(g, g.ReduceSum(new GraphValue("y")), new GraphValue("x"))[0], "g");
            return GradientCheck.Evaluate(g, new() { ["x"] = new(GradientCheck.Values(new Random(1), 90, -1, 1, false), 1, 3, 5, 6) },
                "g").Values.ToArray();
        })];
        Assert.Equal(gradients[0], gradients[1]);
        Assert.Contains(gradients[0], v => v != 0);
    }

    [Fact]
    public void ATensorInAnotherFileIsRefusedInASubgraphToo()
    {
        ModelProto model = Empty();
        GraphProto inner = new() { Name = "then" };
        TensorProto outside = new()
        {
            Name = "secret",
            DataType = (int)DataType.Float,
            DataLocation = TensorProto.Types.DataLocation.External
        };
        outside.Dims.Add(4);
        outside.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "passwords.txt" });
        inner.Initializer.Add(outside);
        NodeProto node = new() { OpType = "If", Name = "choose" };
        node.Attribute.Add(new AttributeProto { Name = "then_branch", G = inner, Type = AttributeProto.Types.AttributeType.Graph });
        model.Graph.Node.Add(node);
        InvalidDataException e = Assert.Throws<InvalidDataException>(() =>
            OnnxFile.Load(new MemoryStream(model.ToByteArray()), "bad.onnx"));
        Assert.Contains("secret", e.Message);
        Assert.Contains("another file", e.Message);
    }

    [Theory]
    [InlineData("strides")]
    [InlineData("dilations")]
    [InlineData("kernel_shape")]
    public void AWindowThatDoesNotMoveIsRefused(string attribute)
    {
        ModelProto model = Empty();
        NodeProto node = new() { OpType = "MaxPool", Name = "pool" };
        AttributeProto zero = new() { Name = attribute, Type = AttributeProto.Types.AttributeType.Ints };
        zero.Ints.Add([0, 2]);
        node.Attribute.Add(zero);
        model.Graph.Node.Add(node);
        InvalidDataException e = Assert.Throws<InvalidDataException>(() =>
            OnnxFile.Load(new MemoryStream(model.ToByteArray()), "bad.onnx"));
        Assert.Contains(attribute, e.Message);
        Assert.Contains("pool", e.Message);
    }

    [Fact]
    public void TensorsOfEveryWidthAreRead()
    {
        ModelProto model = Empty();
        float[] expected = [1, -0.5f, 0.25f];
        Tensor(DataType.Float, t => t.FloatData.Add(expected));
        Tensor(DataType.Float, t => t.RawData = Raw(expected, BitConverter.GetBytes));
        Tensor(DataType.Double, t => t.DoubleData.Add(expected.Select(v => (double)v)));
        Tensor(DataType.Double, t => t.RawData = Raw(expected, v => BitConverter.GetBytes((double)v)));
        Tensor(DataType.Float16, t => t.RawData = Raw(expected, v => BitConverter.GetBytes((Half)v)));
        Tensor(DataType.Float16, t => t.Int32Data.Add(expected.Select(v => (int)BitConverter.HalfToUInt16Bits((Half)v))));
        Tensor(DataType.Bfloat16, t => t.RawData = Raw(expected, v => BitConverter.GetBytes(v)[2..]));
        OnnxModel read = Read(model);
        Assert.Equal(7, read.Weights.Count);
        Assert.All(read.Weights.Values, w => Assert.Equal(expected, w.Values));

        void Tensor(DataType type, Action<TensorProto> fill)
        {
            TensorProto tensor = new() { Name = $"t{model.Graph.Initializer.Count}", DataType = (int)type };
            tensor.Dims.Add(3);
            fill(tensor);
            model.Graph.Initializer.Add(tensor);
        }
    }

    [Fact]
    public void ATensorThatIsTooShortIsNamed()
    {
        ModelProto model = Empty();
        TensorProto tensor = new() { Name = "conv9", DataType = (int)DataType.Float, RawData = ByteString.CopyFrom(new byte[8]) };
        tensor.Dims.Add([2, 2]);
        model.Graph.Initializer.Add(tensor);
        string message = Assert.Throws<InvalidDataException>(() => Read(model)).Message;
        Assert.Contains("'conv9'", message);
        Assert.Contains("[2, 2]", message);
        Assert.Contains("'file.onnx'", message);
    }

    [Theory]
    [InlineData(-1, 4)]
    [InlineData(long.MaxValue, 3)]
    [InlineData(1 << 20, 1 << 20)]
    public void AnAbsurdShapeIsRefusedBeforeMemoryIsTaken(long a, long b)
    {
        ModelProto model = Empty();
        TensorProto tensor = new() { Name = "conv9", DataType = (int)DataType.Float };
        tensor.Dims.Add([a, b]);
        model.Graph.Initializer.Add(tensor);
        Assert.Contains("'conv9'", Assert.Throws<InvalidDataException>(() => Read(model)).Message);
    }

    // 60 nodes that double what they get: 3 * 2^60 values, or names as long.
    [Theory]
    [InlineData("32")]
    [InlineData("H")]
    public void ATensorThatDoublesWithEveryNodeIsBounded(string height)
    {
        GraphBuilder graph = new();
        GraphValue x = graph.Input("image", ElementType.Float, "1", "3", height, "W");
        if (height == "H")
        {
            for (int i = 0; i < 60; i++) x = graph.Concat(2, x, x);
            Assert.All(graph.Shapes.Of(x)!, size => Assert.InRange(size.Length, 1, 256));
            return;
        }
        InvalidDataException e = Assert.Throws<InvalidDataException>(() =>
        {
            for (int i = 0; i < 60; i++)
            {
                x = graph.Concat(2, x, x);
                _ = graph.Shapes.Of(x);
            }
        });
        Assert.Contains("Concat", e.Message);
    }

    [Fact]
    public void IntegersThatDoubleWithEveryNodeAreBounded()
    {
        GraphBuilder graph = new();
        GraphValue x = graph.Indices(1, 2);
        for (int i = 0; i < 30; i++) x = graph.Concat(0, x, x);
        Assert.Equal([$"{2L << 30}"], graph.Shapes.Of(x)!);
        Assert.Null(graph.Shapes.Constants(x));
    }

    [Fact]
    public void AFileThatIsNoModelIsNamed()
    {
        File.WriteAllText(Path("text.onnx"), "this is no model, this is a line of text");
        Assert.Contains("text.onnx", Assert.Throws<InvalidDataException>(() => OnnxFile.Load(Path("text.onnx"))).Message);
        File.WriteAllBytes(Path("empty.onnx"), []);
        Assert.Contains("empty.onnx", Assert.Throws<InvalidDataException>(() => OnnxFile.Load(Path("empty.onnx"))).Message);
        Assert.Contains("none.onnx", Assert.Throws<FileNotFoundException>(() => OnnxFile.Load(Path("none.onnx"))).Message);
        OnnxFile.Save(Small(), Path("cut.onnx"));
        byte[] bytes = File.ReadAllBytes(Path("cut.onnx"));
        File.WriteAllBytes(Path("cut.onnx"), bytes[..(bytes.Length / 2)]);
        Assert.Contains("cut.onnx", Assert.Throws<InvalidDataException>(() => OnnxFile.Load(Path("cut.onnx"))).Message);
    }

    [Fact]
    public void AFailedWriteLeavesNothing()
    {
        Assert.ThrowsAny<IOException>(() => OnnxFile.Save(Small(), Path("no/such/folder.onnx")));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void OldModelsGiveTheirWeightsButNoGraph()
    {
        ModelProto model = OnnxFormat.Of(Small(), true);
        model.OpsetImport[0].Version = 9;
        OnnxModel read = Read(model);
        Assert.Equal(2, read.Weights.Count);
        Assert.Contains("operator set 9", Assert.Throws<InvalidDataException>(read.ToGraph).Message);
    }

    [Fact]
    public void AxesAsAttributesBecomeInputs()
    {
        GraphBuilder graph = new();
        GraphValue x = graph.Input("x", ElementType.Float, "2", "3");
        graph.Output(graph.Node("ReduceMean", "y", [x], new GraphAttribute("axes", [1L]), new GraphAttribute("keepdims", 0L)), null);
        ModelProto model = OnnxFormat.Of(graph, true);
        model.OpsetImport[0].Version = 13;
        GraphTensor y = GradientCheck.Evaluate(Read(model).ToGraph(), new() { ["x"] = new(new float[] { 1, 2, 3, 4, 5, 6 }, 2, 3) }, "y");
        Assert.Equal([2f, 5], y.Values.ToArray());
    }

    [Fact]
    public void AValueOutOfNowhereIsNamed()
    {
        ModelProto model = OnnxFormat.Of(Small(), true);
        model.Graph.Node[0].Input[0] = "ghost";
        Assert.Contains("'ghost'", Assert.Throws<InvalidDataException>(() => Read(model).ToGraph()).Message);
    }

    private static GraphBuilder Small()
    {
        GraphBuilder graph = new("small");
        GraphValue x = graph.Input("x", ElementType.Float, "1", "3", "H", "W");
        Random random = new(4);
        GraphValue w = graph.Weight(new Weight("w", GradientCheck.Values(random, 54, -1, 1, false), 2, 3, 3, 3));
        GraphValue b = graph.Weight(new Weight("b", [0.5f, -0.5f], 2));
        graph.Output(graph.AveragePool(graph.Relu(graph.Conv(x, w, b))), "y");
        return graph;
    }

    private static ModelProto Empty()
    {
        ModelProto model = new() { IrVersion = 8, Graph = new GraphProto { Name = "empty" } };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 18 });
        return model;
    }

    private static ByteString Raw(float[] values, Func<float, byte[]> bytes) => ByteString.CopyFrom([.. values.SelectMany(bytes)]);

    private static OnnxModel Read(ModelProto model) => OnnxFile.Load(new MemoryStream(model.ToByteArray()), "file.onnx");
}
