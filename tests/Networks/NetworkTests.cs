using System.Security.Cryptography;
using MLNetStyle.Graphs;
using MLNetStyle.Networks;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Networks;

public sealed class NetworkTests : IDisposable
{
    private static readonly string[] s_torchvision19 =
        [.. new[] { 0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34 }.Select(i => $"features.{i}")];
    private static readonly string[] s_torchvision16 = [.. new[] { 0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28 }.Select(i =>
        $"features.{i}")];

    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetstyle-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Theory]
    [InlineData(Pooling.Max, 37, 50)]
    [InlineData(Pooling.Average, 37, 50)]
    [InlineData(Pooling.Max, 16, 16)]
    [InlineData(Pooling.Average, 33, 17)]
    public void EveryLayerComputesWhatTheDefinitionSays(Pooling pooling, int width, int height)
    {
        Network network = TinyNetwork.Shared.Network.WithPooling(pooling);
        float[] image = Noise(width, height, 3);
        Dictionary<string, PlainVgg.Map> expected =
            PlainVgg.Features(TinyNetwork.Tensors(1, 4, 8, 8, 8, 8), new PlainVgg.Map([.. image.Select(v => (double)v)], 3, height, width),
                pooling, "relu5_1");
        foreach (string layer in network.Layers)
        {
            GraphTensor found = LossRunner.Features(network, layer, image, width, height);
            PlainVgg.Map map = expected[layer];
            Assert.Equal([1, map.Channels, map.Height, map.Width], found.Shape);
            Assert.Equal(map.Channels, network.Channels(layer));
            Assert.Equal(map.Width, width / network.Downscale(layer));
            double scale = Math.Sqrt(PlainVgg.MeanSquare(map.Values));
            for (int i = 0; i < map.Values.Length; i++) Assert.True(Math.Abs(map.Values[i] - found.Values.Span[i]) <= 1e-5 * scale,
                $"{layer} {i}");
        }
    }

    [Fact]
    public void OnlyWhatIsAskedForIsBuilt()
    {
        GraphBuilder graph = new();
        GraphValue image = graph.Input("image", ElementType.Float, "1", "3", "height", "width");
        IReadOnlyDictionary<string, GraphValue> maps = TinyNetwork.Shared.Network.Build(graph, image, ["relu2_1", "conv1_2"]);
        Assert.Equal(["conv1_2", "relu2_1"], maps.Keys.Order());
        Assert.Equal(6, graph.Weights.Count);
        Assert.DoesNotContain(graph.Proto.Node, n => n.Output[0] == "conv2_2");
        Assert.Equal("relu2_1", graph.Proto.Node[^1].Output[0]);
    }

    [Fact]
    public void WeightsAreReadOnlyWhenTheyAreNeeded()
    {
        Dictionary<string, (float[] Values, long[] Shape)> tensors = TinyNetwork.Tensors(1, 4, 8, 8, 8, 8);
        tensors["conv5_1.weight"].Values[0] = float.NaN;
        Network network = Network.Load(Write(tensors, TinyNetwork.Metadata));
        Build(network, "relu4_4");
        string message = Assert.Throws<InvalidDataException>(() => Build(network, "conv5_1")).Message;
        Assert.Contains("conv5_1.weight", message);
        Assert.Contains("finite", message);
    }

    [Fact]
    public void AGraphMayHoldTheNetworkTwiceAndTheWeightsOnce()
    {
        GraphBuilder graph = new();
        GraphValue image = graph.Input("image", ElementType.Float, "1", "3", "height", "width");
        TinyNetwork.Shared.Network.Build(graph, image, ["relu1_2"]);
        TinyNetwork.Shared.Network.WithPooling(Pooling.Average).Build(graph, image, ["relu1_2"], "second ");
        Assert.Equal(4, graph.Weights.Count);
    }

    [Theory]
    [InlineData("relu4_2", "relu4_2")]
    [InlineData("conv4_2", "conv4_2")]
    [InlineData("block4_conv2", "relu4_2")]
    [InlineData("block4_pool", "pool4")]
    [InlineData("ReLU_4_2", "relu4_2")]
    [InlineData("conv4-2", "conv4_2")]
    [InlineData("Pool_1", "pool1")]
    public void OtherSpellingsAreUnderstood(string spelling, string layer)
    {
        Network network = TinyNetwork.Shared.Network;
        Assert.Equal(layer, network.Canonical(spelling));
        GraphBuilder graph = new();
        GraphValue image = graph.Input("image", ElementType.Float, "1", "3", "height", "width");
        Assert.Equal(layer, network.Build(graph, image, [spelling])[spelling].Name);
    }

    [Theory]
    [InlineData("relu6_1")]
    [InlineData("relu5_2")]
    [InlineData("fc6")]
    [InlineData("")]
    public void AnUnknownLayerIsNamed(string layer)
    {
        string message = Assert.Throws<ArgumentException>(() => Build(TinyNetwork.Shared.Network, layer)).Message;
        Assert.Contains($"'{layer}'", message);
        Assert.Contains("relu5_1", message);
    }

    [Theory]
    [InlineData(19)]
    [InlineData(16)]
    public void TorchvisionsNamesAndPreprocessingAreKnown(int depth)
    {
        string[] names = depth == 19 ? s_torchvision19 : s_torchvision16;
        Network network = Network.Load(Write(Random(names, 5)));
        Assert.Equal(depth == 19 ? "conv3_4" : "conv3_3", network.Layers.Last(l => l.StartsWith("conv3")));
        Assert.Equal("pool5", network.Layers[^1]);
        Assert.Equal(32, network.Downscale("pool5"));
        Assert.Equal(Preprocessing.Torchvision.Mean, network.Preprocessing.Mean);
        float[] colour = LossRunner.Features(network, "conv1_1", Flat(0.485f * 255, 0.456f * 255, 0.406f * 255), 4, 4).Values.ToArray();
        float[] bias = network.Upto(["conv1_1"])[0].Bias!.Values;
        for (int c = 0; c < bias.Length; c++) Assert.Equal(bias[c], colour[c * 16], 1e-4);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void PreprocessingComesBeforeTheZerosAround(bool bgr)
    {
        Dictionary<string, (float[] Values, long[] Shape)> tensors = Random(["conv1_1"], 2);
        Network network = Network.Load(Write(tensors, new Dictionary<string, string>
        {
            ["architecture"] = "vgg19",
            ["channel_order"] = bgr ? "BGR" : "RGB",
            ["pixel_scale"] = "1",
            ["mean"] = "0.1,0.2,0.3",
            ["std"] = "0.5,0.25,0.2",
        }));
        float[] image = Noise(5, 4, 9), found = LossRunner.Features(network, "conv1_1", image, 5, 4).Values.ToArray();
        float[] mean = [0.1f, 0.2f, 0.3f], std = [0.5f, 0.25f, 0.2f], weight = tensors["conv1_1.weight"].Values;
        for (int o = 0; o < 2; o++)
            for (int y = 0; y < 4; y++)
                for (int x = 0; x < 5; x++)
                {
                    double sum = tensors["conv1_1.bias"].Values[o];
                    for (int c = 0; c < 3; c++)
                        for (int k = 0; k < 9; k++)
                        {
                            int row = y + k / 3 - 1, column = x + k % 3 - 1;
                            if (row is < 0 or >= 4 || column is < 0 or >= 5) continue;
                            double pixel = image[((bgr ? 2 - c : c) * 4 + row) * 5 + column];
                            sum += weight[(o * 3 + c) * 9 + k] * (pixel / 255 - mean[c]) / std[c];
                        }
                    Assert.Equal(sum, found[(o * 4 + y) * 5 + x], 1e-4);
                }
    }

    [Fact]
    public void AMissingTensorIsNamed()
    {
        Dictionary<string, (float[] Values, long[] Shape)> tensors = TinyNetwork.Tensors(1, 4, 8, 8, 8, 8);
        tensors.Remove("conv3_2.bias");
        Refused(tensors, "'conv3_2.bias'", "[8]");
        tensors = TinyNetwork.Tensors(1, 4, 8, 8, 8, 8);
        tensors.Remove("conv4_1.weight");
        Refused(tensors, "'conv4_1.weight'", "[any, 8, 3, 3]");
        tensors = Random(s_torchvision19, 3);
        tensors.Remove("features.16.weight");
        Refused(tensors, "'features.16.weight'", "[any, 3, 3, 3]");
    }

    [Fact]
    public void AMisshapenTensorIsNamedWithBothShapes()
    {
        Dictionary<string, (float[] Values, long[] Shape)> tensors = TinyNetwork.Tensors(1, 4, 8, 8, 8, 8);
        tensors["conv2_2.weight"] = (new float[8 * 8 * 5 * 5], [8, 8, 5, 5]);
        Refused(tensors, "'conv2_2.weight'", "[8, 8, 5, 5]", "[any, 8, 3, 3]");
        tensors = TinyNetwork.Tensors(1, 4, 8, 8, 8, 8);
        tensors["conv2_1.bias"] = (new float[7], [7]);
        Refused(tensors, "'conv2_1.bias'", "[7]", "[8]");
    }

    [Fact]
    public void AFileThatEndsEarlyEndsTheNetwork()
    {
        Network network = Network.Load(Write(Random(["conv1_1", "conv1_2", "conv2_1"], 3), TinyNetwork.Metadata));
        Assert.Equal("relu2_1", network.Layers[^1]);
    }

    [Fact]
    public void PlainNamesWithoutPreprocessingAreRefused() =>
        RefusedWith(TinyNetwork.Tensors(1, 4, 8, 8, 8, 8), null, "mean", "pixel_scale");

    [Fact]
    public void AFileOfSomethingElseIsRefused() => RefusedWith(new() { ["weight"] = ([1], [1]) }, null, "no VGG network", "weight");

    [Fact]
    public void BatchNormalisationWithoutItsMeansIsRefused()
    {
        Dictionary<string, (float[] Values, long[] Shape)> tensors = Random(["features.0"], 3);
        tensors["features.1.weight"] = (new float[3], [3]);
        RefusedWith(tensors, null, "batch normalisation", "features.1.running_mean");
    }

    [Theory]
    [InlineData("mean", "1,2")]
    [InlineData("mean", "1,2,x")]
    [InlineData("std", "1,0,1")]
    [InlineData("pixel_scale", "-1")]
    [InlineData("channel_order", "GRB")]
    [InlineData("architecture", "resnet50")]
    public void ImpossibleMetadataIsRefused(string key, string value)
    {
        Dictionary<string, string> metadata = new(TinyNetwork.Metadata) { [key] = value };
        RefusedWith(TinyNetwork.Tensors(1, 4, 8, 8, 8, 8), metadata, key is "std" or "pixel_scale" ? "must be positive" : value);
    }

    [Fact]
    public void TheHashIsTheFiles() =>
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(TinyNetwork.Shared.File))),
            TinyNetwork.Shared.Network.Sha256);

    [Fact]
    public void PoolingIsSwitchedWithoutReadingWeightsAgain()
    {
        Network network = TinyNetwork.Shared.Network, other = network.WithPooling(Pooling.Average);
        Assert.Equal(Pooling.Average, other.Pooling);
        Assert.Same(network, network.WithPooling(Pooling.Max));
        Assert.Same(network.Upto(["conv2_1"])[^1].Weight, other.Upto(["conv2_1"])[^1].Weight);
        Assert.Throws<ArgumentOutOfRangeException>(() => network.WithPooling((Pooling)7));
    }

    [Theory]
    [InlineData("F16")]
    [InlineData("BF16")]
    public void HalfPrecisionWeightsLoad(string type)
    {
        string path = Path.Combine(_folder, "half.safetensors");
        SafetensorsWriter.Write(path, TinyNetwork.Tensors(1, 4, 8, 8, 8, 8), TinyNetwork.Metadata, type);
        float[] image = Noise(32, 32, 1);
        float[] exact = LossRunner.Features(TinyNetwork.Shared.Network, "conv3_1", image, 32, 32).Values.ToArray();
        float[] half = LossRunner.Features(Network.Load(path), "conv3_1", image, 32, 32).Values.ToArray();
        double scale = Math.Sqrt(exact.Average(v => v * v));
        double error = Math.Sqrt(exact.Select((v, i) => (double)(v - half[i]) * (v - half[i])).Average()) / scale;
        Assert.InRange(error, 1e-6, type == "F16" ? 2e-3 : 3e-2);
    }

    [Fact]
    public void AnOnnxFileHoldsANetworkToo()
    {
        Network network = Network.Load(Write(Random(s_torchvision19, 4)));
        GraphBuilder graph = new();
        IReadOnlyDictionary<string, GraphValue> maps = network.Build(graph,
            graph.Input("image", ElementType.Float, "1", "3", "height", "width"), ["relu4_2"]);
        graph.Output(maps["relu4_2"], "features");
        string path = Path.Combine(_folder, "network.onnx");
        OnnxFile.Save(graph, path, network.Metadata);

        Network again = Network.Load(path, Pooling.Average);
        Assert.Equal("relu4_2", again.Layers[^1]);
        float[] image = Noise(24, 17, 2);
        float[] expected = LossRunner.Features(network.WithPooling(Pooling.Average), "relu4_2", image, 24, 17).Values.ToArray();
        float[] found = LossRunner.Features(again, "relu4_2", image, 24, 17).Values.ToArray();
        double scale = Math.Sqrt(expected.Average(v => v * v));
        for (int i = 0; i < found.Length; i++) Assert.True(Math.Abs(expected[i] - found[i]) <= 1e-5 * scale);
    }

    [Fact]
    public void ANetworkIsReadFromAnyStream()
    {
        byte[] bytes = File.ReadAllBytes(TinyNetwork.Shared.File);
        Network network = Network.Open("inside", "inside.safetensors", null, Pooling.Max, () => new MemoryStream(bytes));
        Assert.Equal(("inside", null), (network.Name, network.File));
        Assert.Equal(TinyNetwork.Shared.Network.Sha256, network.Sha256);
        Assert.Equal(TinyNetwork.Shared.Network.Upto(["conv1_2"])[^1].Weight!.Values, network.Upto(["conv1_2"])[^1].Weight!.Values);
    }

    [Fact]
    public void AnUnknownExtensionIsRefused()
    {
        string path = Path.Combine(_folder, "network.pth");
        File.WriteAllBytes(path, [1]);
        Assert.Contains(".pth", Assert.Throws<InvalidDataException>(() => Network.Load(path)).Message);
    }

    [Fact]
    public void TheFileOfTheRepositoryIsTheManifests()
    {
        KnownModel known = KnownModel.Of("vgg19")!;
        Network network = Vgg19.EightBits.Network;
        Assert.Equal(known.Sha256, network.Sha256);
        Assert.Equal("relu5_1", network.Layers[^1]);
        Assert.Equal([64, 128, 256, 512, 512], new[] { "relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1" }.Select(network.Channels));
        Assert.InRange(new FileInfo(Vgg19.BesideTheTests).Length, 1, 13_500_000);
    }

    [NeedsFloatVgg19Fact]
    public void EightBitsAreTheFloatsOrTheNearestSteps()
    {
        IReadOnlyList<NetworkLayer> exact = Vgg19.Float.Network.Upto(["conv5_1"]), coarse = Vgg19.EightBits.Network.Upto(["conv5_1"]);
        for (int l = 0; l < exact.Count; l++)
        {
            if (exact[l].Weight is not { } weight) continue;
            float[] wanted = weight.Values, found = coarse[l].Weight!.Values;
            Assert.Equal(exact[l].Bias!.Values, coarse[l].Bias!.Values);
            if (string.CompareOrdinal(exact[l].Name, "conv4") > 0)
            {
                Assert.Equal(wanted, found);
                continue;
            }
            double error = wanted.Zip(found, (w, f) => ((double)w - f) * ((double)w - f)).Sum(), energy = wanted.Sum(w => (double)w * w);
            Assert.InRange(Math.Sqrt(error / energy), 1e-6, 0.02);
        }
    }

    [Theory]
    [InlineData("relu5_4")]
    [InlineData("block5_conv3")]
    [InlineData("pool5")]
    public void ALayerAfterTheFilesEndSaysHowToGetAWholeFile(string layer)
    {
        string message = Assert.Throws<ArgumentException>(() => Vgg19.EightBits.Network.Channels(layer)).Message;
        foreach (string part in (string[])["ends at relu5_1", $"'{layer}'", "whole VGG-19", "networks pull vgg19",
            "docs/networks.md"]) Assert.Contains(part, message);
        string another = Assert.Throws<ArgumentException>(() =>
            Network.Load(Write(Random(["conv1_1", "conv1_2"], 3), TinyNetwork.Metadata)).Channels("relu2_1")).Message;
        Assert.Contains("ends at", another);
        Assert.Contains("holds more", another);
    }

    [Theory]
    [InlineData("relu5_5")]
    [InlineData("pool6")]
    [InlineData("relu5")]
    [InlineData("nothing")]
    public void ALayerThatNoVggHasIsSaidToBeNone(string layer) =>
        Assert.Contains("has no layer", Assert.Throws<ArgumentException>(() => Vgg19.EightBits.Network.Channels(layer)).Message);

    [NeedsFloatVgg19Fact]
    public void TheRealNetworkHasItsWidths()
    {
        Network network = Vgg19.Float.Network;
        Assert.Equal("vgg19", network.Name);
        Assert.Equal(37, network.Layers.Count);
        Assert.Equal([64, 128, 256, 512, 512], new[] { "relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1" }.Select(network.Channels));
    }

    private static void Build(Network network, string layer)
    {
        GraphBuilder graph = new();
        network.Build(graph, graph.Input("image", ElementType.Float, "1", "3", "height", "width"), [layer]);
    }

    private void Refused(Dictionary<string, (float[] Values, long[] Shape)> tensors, params string[] parts) =>
        RefusedWith(tensors, TinyNetwork.Metadata, parts);

    private void RefusedWith(Dictionary<string, (float[] Values, long[] Shape)> tensors, IReadOnlyDictionary<string, string>? metadata,
        params string[] parts)
    {
        string path = Write(tensors, metadata);
        string message = Assert.Throws<InvalidDataException>(() => Network.Load(path)).Message;
        foreach (string part in (string[])[path, .. parts]) Assert.Contains(part, message);
    }

    private string Write(Dictionary<string, (float[] Values, long[] Shape)> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        string path = Path.Combine(_folder, "network.safetensors");
        SafetensorsWriter.Write(path, tensors, metadata);
        return path;
    }

    private static Dictionary<string, (float[] Values, long[] Shape)> Random(string[] names, int width)
    {
        Random random = new(4);
        Dictionary<string, (float[] Values, long[] Shape)> tensors = [];
        for (int i = 0; i < names.Length; i++)
        {
            int inputs = i == 0 ? 3 : width;
            tensors[names[i] + ".weight"] = ([.. Enumerable.Range(0, width * inputs * 9).Select(_ => random.NextSingle() - 0.5f)],
                [width, inputs, 3, 3]);
            tensors[names[i] + ".bias"] = ([.. Enumerable.Range(0, width).Select(_ => random.NextSingle() - 0.5f)], [width]);
        }
        return tensors;
    }

    private static float[] Noise(int width, int height, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, 3 * width * height).Select(_ => random.NextSingle() * 255)];
    }

    private static float[] Flat(params float[] colour) => [.. colour.SelectMany(c => Enumerable.Repeat(c, 16))];
}
