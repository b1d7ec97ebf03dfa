using MLNetStyle.Networks;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Networks;

public sealed class NetworkImportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetstyle-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Theory]
    [InlineData("vgg16-notop.h5")]
    [InlineData("vgg19-bn.pth")]
    [InlineData("vgg19.mat")]
    [InlineData("vgg19.onnx")]
    public void WhatIsTakenOverIsTheSameNetwork(string file)
    {
        Network network = NetworkImport.Read(NetworkFiles.At(file), null);
        Assert.Contains("unknown weights", NetworkImport.Verify(network, file));
        string path = NetworkImport.Write(network, _folder, "mine", null);
        Assert.Equal(Path.Combine(_folder, "mine.safetensors"), path);
        Network again = Network.Load(path);
        Assert.Equal(network.Layers, again.Layers);
        Assert.InRange(NetworkFiles.Difference(network, again, "relu5_3", 48, 48), 0, 1e-6);
    }

    [Fact]
    public void AGraphIsTakenOverWithWhatItsPixelsAre()
    {
        Network network = NetworkImport.Read(NetworkFiles.At("resnet.onnx"), "signed");
        string path = NetworkImport.Write(network, _folder, "mine", "signed");
        Network again = Network.Load(path);
        Assert.True(again.IsGraph);
        Assert.All(again.Preprocessing.Offset(), o => Assert.Equal(127.5, o, 1e-3));
        Assert.Equal(0, NetworkFiles.Difference(network, again, network.Layers[^1], 64, 64));
        Assert.True(Network.Load(NetworkFiles.At("resnet.onnx")).Preprocessing.Bgr);
    }

    [Fact]
    public void TheConventionCanBeSaid()
    {
        Assert.False(NetworkImport.Read(NetworkFiles.At("vgg19-zip.pth"), null).Preprocessing.Bgr);
        Assert.True(NetworkImport.Read(NetworkFiles.At("vgg19-zip.pth"), "caffe").Preprocessing.Bgr);
    }

    [Theory]
    [InlineData(float.PositiveInfinity, "finite")]
    [InlineData(0f, "same value")]
    public void WeightsThatAnswerNothingAreRefused(float factor, string expected)
    {
        Dictionary<string, (float[] Values, long[] Shape)> tensors = TinyNetwork.Tensors(1, 4, 8, 8, 8, 8);
        foreach (string name in (string[])["conv2_1.weight", "conv2_1.bias"])
            tensors[name] = (Array.ConvertAll(tensors[name].Values, v => factor == 0 ? 0 : v * 1e38f), tensors[name].Shape);
        string path = Path.Combine(_folder, "dead.safetensors");
        SafetensorsWriter.Write(path, tensors, TinyNetwork.Metadata);
        string message = Assert.Throws<InvalidDataException>(() => NetworkImport.Verify(Network.Load(path), path)).Message;
        Assert.Contains(path, message);
        Assert.Contains(expected, message);
    }

    [Theory]
    [InlineData("weights.bin", null)]
    [InlineData("missing.bin", "is not beside the model")]
    [InlineData("../weights.bin", "own folder")]
    [InlineData("/etc/hostname", "own folder")]
    public void TensorsOfAModelMayLieInItsOwnFolderOnly(string location, string? refusal)
    {
        MLNetStyle.Graphs.Onnx.ModelProto model =
            MLNetStyle.Graphs.Onnx.ModelProto.Parser.ParseFrom(File.ReadAllBytes(NetworkFiles.At("vgg16.onnx")));
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "model")).FullName;
        using (FileStream outside = File.Create(Path.Combine(folder, "weights.bin")))
            foreach (MLNetStyle.Graphs.Onnx.TensorProto tensor in model.Graph.Initializer.Where(t => !t.RawData.IsEmpty))
            {
                foreach ((string key, string value) in ((string, string)[])[("location", location), ("offset", $"{outside.Position}"),
                    ("length", $"{tensor.RawData.Length}")])
                    tensor.ExternalData.Add(new MLNetStyle.Graphs.Onnx.StringStringEntryProto { Key = key, Value = value });
                outside.Write(tensor.RawData.Span);
                (tensor.DataLocation, tensor.RawData) = (MLNetStyle.Graphs.Onnx.TensorProto.Types.DataLocation.External,
                    Google.Protobuf.ByteString.Empty);
            }
        File.Copy(Path.Combine(folder, "weights.bin"), Path.Combine(_folder, "weights.bin"));
        string path = Path.Combine(folder, "model.onnx");
        File.WriteAllBytes(path, Google.Protobuf.MessageExtensions.ToByteArray(model));
        if (refusal is null)
            Assert.Equal(0, NetworkFiles.Difference(Network.Load(NetworkFiles.At("vgg16.onnx")), Network.Load(path), "relu5_3", 48, 48));
        else Assert.Contains(refusal, Assert.Throws<InvalidDataException>(() => Network.Load(path)).Message);
    }

    [NeedsFloatVgg19Theory]
    [InlineData("caffe", "the channel order")]
    [InlineData("levels", "the mean")]
    [InlineData("torchvision", "the scale")]
    [InlineData("oxford", null)]
    public void AConventionThatIsNotTheWeightsIsNamed(string pixels, string? wrong)
    {
        string file = Vgg19.Float.Network.File!;
        Network network = NetworkImport.Read(file, pixels);
        if (wrong is null) Assert.StartsWith("the Oxford VGG-19", NetworkImport.Verify(network, file));
        else
        {
            string message = Assert.Throws<InvalidDataException>(() => NetworkImport.Verify(network, file)).Message;
            Assert.Contains(wrong, message);
            Assert.Contains(file, message);
        }
    }

    [Fact]
    public void TheFileOfTheRepositoryIsRecognised() =>
        Assert.StartsWith("the Oxford VGG-19", NetworkImport.Verify(Vgg19.EightBits.Network, "vgg19"));

    [Fact]
    public void TheManifestSaysWhereToFetchBothNetworks()
    {
        foreach (string name in (string[])["vgg16", "vgg19"])
            Assert.All(KnownModel.Of(name)!.Downloads!, d =>
            {
                Assert.StartsWith("https://", d.Url);
                Assert.EndsWith(d.File, d.Url);
                Assert.True(d.Bytes > 50_000_000);
                Assert.True(d.Sha256?.Length == 64 || d.Md5?.Length == 32);
            });
    }
}
