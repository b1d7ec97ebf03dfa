using MLNetStyle.Graphs;
using MLNetStyle.Losses;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Networks;

/// <summary>Layers that outsiders see through a linear map, while the next layer does not.</summary>
public sealed class TapTests : IDisposable
{
    private const int Width = 21, Height = 18;
    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetstyle-test-").FullName;
    private readonly Network _plain, _tapped;
    private readonly float[] _tap = new float[64];
    private readonly float[] _image = new float[3 * Width * Height];

    public TapTests()
    {
        Random random = new(4);
        foreach (ref float v in _tap.AsSpan()) v = (float)(2 * random.NextDouble() - 1);
        foreach (ref float v in _image.AsSpan()) v = random.Next(256);
        Dictionary<string, (float[] Values, long[] Shape)> tensors = TinyNetwork.Tensors(3, 4, 8, 8, 8, 8);
        _plain = Write("plain.safetensors", tensors);
        tensors["tap2_1.weight"] = (_tap, [8, 8, 1, 1]);
        _tapped = Write("tapped.safetensors", tensors);
    }

    [Fact]
    public void ATappedLayerIsItsReluThroughTheTap()
    {
        float[] relu = LossRunner.Features(_plain, "relu2_1", _image, Width, Height).Values.ToArray();
        float[] seen = LossRunner.Features(_tapped, "relu2_1", _image, Width, Height).Values.ToArray();
        int area = relu.Length / 8;
        for (int k = 0; k < 8; k++)
            for (int i = 0; i < area; i++)
            {
                double expected = 0;
                for (int c = 0; c < 8; c++) expected += (double)_tap[k * 8 + c] * relu[c * area + i];
                Assert.Equal(expected, seen[k * area + i], 1e-2);
            }
    }

    [Fact]
    public void TheNextLayerGoesOnFromTheUntappedRelu() => Assert.Equal(
        LossRunner.Features(_plain, "relu3_1", _image, Width, Height).Values.ToArray(),
            LossRunner.Features(_tapped, "relu3_1", _image, Width, Height).Values.ToArray());

    [Fact]
    public void LossesOverPlainMapsSeeThemThroughTheTap()
    {
        using LossRunner runner = new(_tapped, new GramStyleLoss("relu2_1"));
        Dictionary<string, GraphTensor> targets = runner.Measure([.. _image.Select(v => 255 - v)], Width, Height);
        GraphTensor map = LossRunner.Features(_plain, "relu2_1", _image, Width, Height);

        (_, float total, _) = runner.Evaluate(_image, Width, Height, targets, 1);
        (_, float overMaps, Dictionary<string, float[]> gradients) = runner.EvaluateMaps(
            new Dictionary<string, GraphTensor> { [LossGraph.Map("relu2_1")] = map }, targets, 1);

        Assert.Equal(total, overMaps, 1e-4f * total);
        Assert.Equal(map.Count, gradients[LossGraph.Gradient("relu2_1")].Length);
        Assert.Contains(gradients[LossGraph.Gradient("relu2_1")], g => g != 0);
    }

    [Fact]
    public void AMisshapenTapIsNamed()
    {
        Dictionary<string, (float[] Values, long[] Shape)> tensors = TinyNetwork.Tensors(3, 4, 8, 8, 8, 8);
        tensors["tap2_1.weight"] = (new float[32], [4, 8, 1, 1]);
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => Write("wrong.safetensors", tensors));
        Assert.Contains("tap2_1.weight", e.Message);
    }

    [Fact]
    public void AnExportedNetworkReadsBackWithItsTaps()
    {
        string path = Path.Combine(_folder, "tapped.onnx");
        NetworkExporter.Export(_tapped, ["relu2_1"], path);
        float[] expected = LossRunner.Features(_tapped, "relu2_1", _image, Width, Height).Values.ToArray();
        Assert.Equal(expected, LossRunner.Features(Network.Load(path), "relu2_1", _image, Width, Height).Values.ToArray());
    }

    [Fact]
    public void TheCompactNetworkComesWithTheLibrary()
    {
        Network compact = Network.Load("compact");
        Assert.Equal([16, 32, 64, 128, 512], ((string[])["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"]).Select(compact.Channels));
        Assert.Equal(KnownModel.All.Single(m => m.Name == "compact").Sha256, compact.Sha256);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Network Write(string name, Dictionary<string, (float[] Values, long[] Shape)> tensors)
    {
        string path = Path.Combine(_folder, name);
        SafetensorsWriter.Write(path, tensors, TinyNetwork.Metadata);
        return Network.Load(path);
    }
}
