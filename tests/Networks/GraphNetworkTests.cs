using MLNetStyle.Graphs;
using MLNetStyle.Losses;
using MLNetStyle.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace MLNetStyle.Tests.Networks;

/// <summary>ONNX files that are no VGG as loss networks: the structures of the ONNX suite's networks, small.</summary>
public sealed class GraphNetworkTests(ITestOutputHelper output) : IDisposable
{
    private const int Side = 64;
    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetstyle-test-").FullName;

    public static TheoryData<string> Small =>
    [
        "alexnet", "zfnet", "inception-v1", "inception-v2", "resnet", "densenet", "shufflenet", "squeezenet", "mobilenet",
    ];

    public static TheoryData<string> Suite =>
    [
        "bvlc_alexnet", "densenet121", "inception_v1", "inception_v2", "resnet50", "shufflenet", "squeezenet", "vgg19", "zfnet512",
    ];

    public void Dispose() => Directory.Delete(_folder, true);

    [Theory]
    [MemberData(nameof(Small))]
    public void APictureIsPainted(string name)
    {
        Network network = Network.Load(NetworkFiles.At(name + ".onnx"));
        Assert.True(network.IsGraph);
        Assert.Empty(network.UnsupportedOperators);
        Paint(network, name);
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void TheGradientAgreesWithDifferences(string name) => Differences(Network.Load(NetworkFiles.At(name + ".onnx")), name, 0.02);

    [Theory]
    [MemberData(nameof(Small))]
    public void MapsAreWhatOnnxRuntimeMakesOfTheFile(string name)
    {
        Network network = Network.Load(NetworkFiles.At(name + ".onnx"));
        string layer = network.Layers[^1];
        float[] picture = NetworkFiles.Picture(Side, Side), pixels = Prepared(network, picture);
        float[] expected = Direct(name, layer, pixels);
        float[] found = LossRunner.Features(network, layer, picture, Side, Side).Values.ToArray();
        Assert.Equal(expected.Length, found.Length);
        float most = expected.Max(v => Math.Abs(v));
        Assert.True(most > 0);
        for (int i = 0; i < found.Length; i++) Assert.True(Math.Abs(expected[i] - found[i]) <= 1e-4 * most, $"{layer} {i}");
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void SizesAreThoseOfTheMaps(string name)
    {
        Network network = Network.Load(NetworkFiles.At(name + ".onnx"));
        foreach (int side in (int[])[64, 75])
        {
            string layer = network.Canonical("relu5_1");
            GraphTensor map = LossRunner.Features(network, layer, NetworkFiles.Picture(side, side), side, side);
            Assert.Equal([1, network.Channels(layer), map.Shape[2], map.Shape[3]], map.Shape);
            Assert.Equal(((int)map.Shape[3], (int)map.Shape[2]), network.SizeOf(layer, side, side));
        }
        int least = network.LeastSide("relu4_1");
        GraphTensor smallest = LossRunner.Features(network, "relu4_1", NetworkFiles.Picture(least, least), least, least);
        Assert.Equal(network.SizeOf("relu4_1", least, least), ((int)smallest.Shape[3], (int)smallest.Shape[2]));
        if (least > 1) Assert.Contains($"{least} pixels", Assert.Throws<ArgumentException>(() =>
            network.SizeOf("relu4_1", least - 1, least - 1)).Message);
    }

    [Theory]
    [InlineData("squeezenet")]
    [InlineData("resnet")]
    [InlineData("alexnet")]
    public void MasksGiveEachRegionItsStyle(string name)
    {
        Network network = Network.Load(NetworkFiles.At(name + ".onnx"));
        PlanarImage content = new(70, 66, NetworkFiles.Picture(70, 66)), style = new(64, 64, NetworkFiles.Picture(64, 64));
        for (int c = 0; c < 3; c++)
            for (int i = 0; i < 64 * 64; i++)
                style.Plane(c)[i] = c == (i % 64 < 32 ? 0 : 2) ? 128 + style.Plane(c)[i] / 2 : style.Plane(c)[i] / 4;
        RegionMasks regions = Halves(content);
        StylizationOptions options = new() { Size = 70, CoarsestSize = 70, Iterations = 12, Tolerance = 0, Regions = regions.Names };
        using Stylizer stylizer = new(network, options);
        StyleTarget target = stylizer.MeasureStyle(new StyleSource().Add(style, regions: Halves(style)));
        PlanarImage picture = stylizer.Stylize(new ContentSource(content, regions), target).Image;
        double left = Redness(0, 30), right = Redness(40, 70);
        output.WriteLine($"{name}: {left:F1} and {right:F1}");
        Assert.True(left > right + 20, $"{left} and {right}");

        static RegionMasks Halves(PlanarImage of)
        {
            PlanarImage mask = new(of.Width, of.Height);
            for (int i = 0; i < of.Width * of.Height; i++) mask.Plane(i % of.Width < of.Width / 2 ? 0 : 2)[i] = 255;
            return RegionMasks.FromColors(mask);
        }

        double Redness(int from, int to)
        {
            double sum = 0;
            for (int y = 0; y < picture.Height; y++)
                for (int x = from; x < to; x++) sum += picture.Plane(0)[y * picture.Width + x] - picture.Plane(2)[y * picture.Width + x];
            return sum / (picture.Height * (to - from));
        }
    }

    [Theory]
    [InlineData("squeezenet")]
    [InlineData("resnet")]
    public void AMaskWeighsTheContent(string name)
    {
        Network network = Network.Load(NetworkFiles.At(name + ".onnx"));
        PlanarImage content = new(64, 64, NetworkFiles.Picture(64, 64)), grey = new(64, 64), style = new(64, 64);
        for (int c = 0; c < 3; c++)
            for (int i = 0; i < 64 * 64; i++) (grey.Plane(c)[i], style.Plane(c)[i]) = (i % 64 < 32 ? 255 : 0, i * 7 % 256);
        StylizationOptions options = new()
        {
            Size = 64,
            CoarsestSize = 64,
            Iterations = 15,
            Tolerance = 0,
            ContentWeight = 30,
            ContentWeightByMask = true,
            NeighborWeight = 0,
            Recolor = 0,
        };
        using Stylizer stylizer = new(network, options);
        StyleTarget target = stylizer.MeasureStyle(new StyleSource(style));
        PlanarImage picture = stylizer.Stylize(new ContentSource(content, weight: Mask.FromGrey(grey)), target).Image;
        double held = Change(0, 26), free = Change(38, 64);
        output.WriteLine($"{name}: {held:F1} and {free:F1}");
        Assert.True(held < free, $"{held} and {free}");

        double Change(int from, int to)
        {
            double sum = 0;
            for (int c = 0; c < 3; c++)
                for (int y = 0; y < 64; y++)
                    for (int x = from; x < to; x++) sum += Math.Abs(picture.Plane(c)[y * 64 + x] - content.Plane(c)[y * 64 + x]);
            return sum / (3 * 64 * (to - from));
        }
    }

    [NeedsNetworkSuiteTheory]
    [MemberData(nameof(Suite))]
    public void TheSuitesNetworksPaint(string name)
    {
        Network network = Network.Load(NeedsNetworkSuiteTheoryAttribute.At(name));
        Assert.Equal(name != "vgg19", network.IsGraph);
        Assert.Empty(network.UnsupportedOperators);
        // Every weight of those files is 0.02: the squares of their deepest maps are beyond a float.
        Paint(network, name, 4, name is "vgg19" or "inception_v1" or "resnet50" ? ["relu1_1", "relu2_1", "relu3_1"] : null);
    }

    [NeedsNetworkSuiteTheory]
    [MemberData(nameof(Suite))]
    public void TheSuitesGradientsAgreeWithDifferences(string name) =>
        Differences(Network.Load(NeedsNetworkSuiteTheoryAttribute.At(name)), name, 0.03);

    [Fact]
    public void VggsNamesStandForLayersAtTheSameDepth()
    {
        Network network = Network.Load(NetworkFiles.At("resnet.onnx"));
        int[] places = [.. ((string[])["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu4_2", "relu5_1"]).Select(l =>
            network.Layers.ToList().IndexOf(network.Canonical(l)))];
        Assert.Equal(places.Order(), places);
        Assert.Equal(5, places.Where((_, i) => i != 4).Distinct().Count());
        Assert.Equal(network.Canonical("relu4_2"), network.Canonical("block4_conv2"));
        Assert.Equal("relu_2", network.Canonical("relu1_1"));
    }

    [Fact]
    public void CloseNamesAreSuggested()
    {
        Network network = Network.Load(NetworkFiles.At("squeezenet.onnx"));
        string message = Assert.Throws<ArgumentException>(() => network.Channels("rellu_1")).Message;
        Assert.Contains("relu_1", message);
        Assert.Contains("--layers", message);
    }

    [Fact]
    public void WhatTheFirstNodesSayAboutPixelsIsBelieved()
    {
        Assert.Equal([0, 0, 0], Network.Load(NetworkFiles.At("mobilenet.onnx")).Preprocessing.Offset());
        Assert.Equal([1, 1, 1], Network.Load(NetworkFiles.At("mobilenet.onnx")).Preprocessing.Gain());
        Assert.True(Network.Load(NetworkFiles.At("alexnet.onnx")).Preprocessing.Bgr); // Caffe2 wrote it
    }

    [Fact]
    public void LayersBehindAnOperatorWithoutARuleAreNotOfferedAndItIsNamed()
    {
        Network network = Network.Load(NetworkFiles.At("unknown-operators.onnx"));
        Assert.Equal(["Selu", "Softsign"], network.UnsupportedOperators.Keys);
        Assert.Equal(["conv_0", "relu_1", "conv_2"], network.Layers);
        string message = Assert.Throws<ArgumentException>(() => network.Channels("conv_4")).Message;
        Assert.Contains("Selu", message);
        Assert.Contains("Softsign", message);
    }

    [Fact]
    public void AGraphWithoutAnyUsableMapNamesEveryOperator()
    {
        GraphBuilder graph = new();
        GraphValue x = graph.Input("x", ElementType.Float, "1", "3", "32", "32");
        graph.Output(graph.Node("Softsign", [graph.Node("Selu", [graph.Node("Selu", [x])])]), "y");
        string path = Path.Combine(_folder, "none.onnx");
        OnnxFile.Save(graph, path);
        string message = Assert.Throws<InvalidDataException>(() => Network.Load(path)).Message;
        foreach (string part in (string[])[path, "Selu (2 nodes)", "Softsign (1 node)"]) Assert.Contains(part, message);
    }

    [Fact]
    public void AFileWithoutAPictureIsRefused()
    {
        GraphBuilder graph = new();
        graph.Output(graph.Relu(graph.Input("words", ElementType.Float, "1", "77")), "y");
        string path = Path.Combine(_folder, "words.onnx");
        OnnxFile.Save(graph, path);
        Assert.Contains("takes no picture", Assert.Throws<InvalidDataException>(() => Network.Load(path)).Message);
    }

    [Fact]
    public void AveragePoolingTakesThePlaceOfMaximumPooling()
    {
        Network network = Network.Load(NetworkFiles.At("squeezenet.onnx")), average = network.WithPooling(Pooling.Average);
        float[] picture = NetworkFiles.Picture(Side, Side);
        Assert.NotEqual(LossRunner.Features(network, network.Layers[^1], picture, Side, Side).Values.ToArray(),
            LossRunner.Features(average, network.Layers[^1], picture, Side, Side).Values.ToArray());
    }

    private void Paint(Network network, string name, int iterations = 8, string[]? layers = null)
    {
        // Neighbours are matched anew on the way, after which the loss is another function; in few iterations it may not fall.
        StylizationOptions options = new()
        {
            Size = Side,
            Iterations = iterations,
            Tolerance = 0,
            NeighborWeight = iterations < 8 ? 0 : 20,
        };
        if (layers is not null)
        {
            options.StyleLayers = [.. layers];
            options.ContentLayers = [layers[^1]];
            options.NeighborLayers = [layers[^1]];
        }
        using Stylizer stylizer = new(network, options);
        PlanarImage content = new(Side, Side), style = new(Side, Side);
        NetworkFiles.Picture(Side, Side).CopyTo(content.Samples.AsSpan());
        for (int i = 0; i < style.Samples.Length; i++) style.Samples[i] = content.Samples[(i * 7 + 13) % content.Samples.Length];
        StylizationResult result = stylizer.Stylize(content, stylizer.MeasureStyle(new StyleSource(style)));
        double first = result.History[0].Total, last = result.History[^1].Total;
        output.WriteLine($"{name}: {network.Layers.Count} layers, loss {first:g4} to {last:g4}");
        Assert.True(double.IsFinite(first) && double.IsFinite(last) && last < first, $"the loss went from {first} to {last}");
        Assert.All(result.Image.Samples, v => Assert.True(float.IsFinite(v)));
    }

    /// <summary>Along the gradient itself, where the derivative is its length.</summary>
    private void Differences(Network network, string name, double tolerance)
    {
        string[] layers = [.. ((string[])["relu1_1", "relu2_1", "relu3_1"]).Select(network.Canonical).Distinct()];
        Loss[] losses = [.. layers.Select(l => (Loss)new GramStyleLoss(l)), new ContentLoss(layers[^1])];
        using LossRunner runner = new(network, losses);
        float[] at = NetworkFiles.Picture(Side, Side), goal = [.. at.Select((_, i) => at[(i * 5 + 3) % at.Length])];
        Dictionary<string, GraphTensor> targets = runner.Measure(goal, Side, Side);
        float[] weights = [.. losses.Select(_ => 1f)];
        float[] gradient = runner.Evaluate(at, Side, Side, targets, weights).Gradient;
        double length = Math.Sqrt(gradient.Sum(g => (double)g * g));
        Assert.True(length > 0 && double.IsFinite(length), $"the gradient of {name} has the length {length}");
        double best = double.PositiveInfinity;
        foreach (double step in (double[])[0.5, 2, 8])
        {
            float Total(double h) => runner.Evaluate([.. at.Select((v, i) =>
                (float)(v + h * gradient[i] / length))], Side, Side, targets, weights).Total;
            best = Math.Min(best, Math.Abs((Total(step) - Total(-step)) / (2 * step) / length - 1));
        }
        output.WriteLine($"{name}: gradient off by {best:g3}");
        Assert.True(best < tolerance, $"{name}: differences are off by {best}");
    }

    private static float[] Prepared(Network network, float[] picture)
    {
        float[] offset = network.Preprocessing.Offset(), gain = network.Preprocessing.Gain(), result = new float[picture.Length];
        int plane = picture.Length / 3;
        for (int i = 0; i < picture.Length; i++)
        {
            int c = i / plane, to = network.Preprocessing.Bgr ? 2 - c : c;
            result[to * plane + i % plane] = (picture[i] - offset[c]) * gain[c];
        }
        return result;
    }

    /// <summary>The file's own map, by ONNX Runtime: the tensor is made an output, and nothing else is changed.</summary>
    private static float[] Direct(string name, string layer, float[] pixels)
    {
        MLNetStyle.Graphs.Onnx.ModelProto model =
            MLNetStyle.Graphs.Onnx.ModelProto.Parser.ParseFrom(File.ReadAllBytes(NetworkFiles.At(name + ".onnx")));
        model.Graph.Output.Add(new MLNetStyle.Graphs.Onnx.ValueInfoProto { Name = layer });
        using Microsoft.ML.OnnxRuntime.InferenceSession session = new(Google.Protobuf.MessageExtensions.ToByteArray(model));
        using Microsoft.ML.OnnxRuntime.OrtValue input = Microsoft.ML.OnnxRuntime.OrtValue.CreateTensorValueFromMemory(pixels, [1, 3,
            Side, Side]);
        using Microsoft.ML.OnnxRuntime.RunOptions run = new();
        using var results = session.Run(run, ["data"], [input], [layer]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}

/// <summary>A test with the networks of the ONNX project's suite; skipped, by name, where they are not found.</summary>
public sealed class NeedsNetworkSuiteTheoryAttribute : TheoryAttribute
{
    public NeedsNetworkSuiteTheoryAttribute() => Skip = Folder is null
        ? $"The ONNX suite's light networks were not found: a folder 'networks' beside one that {ModelFiles.Variable} names." : null;

    private static string? Folder => field ??= ModelFiles.Folders().Select(f => Path.Combine(f, "..", "networks"))
        .FirstOrDefault(f => File.Exists(Path.Combine(f, "light_resnet50.onnx")));

    public static string At(string name) => Path.Combine(Folder!, $"light_{name}.onnx");
}
