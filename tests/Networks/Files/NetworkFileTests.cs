using System.Diagnostics;
using MLNetStyle.Networks;
using MLNetStyle.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace MLNetStyle.Tests.Networks;

/// <summary>Networks as other programs write them give the features of the file with floats.</summary>
public sealed class NetworkFileTests(ITestOutputHelper output) : IDisposable
{
    private const string Deepest = "relu5_3";
    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetstyle-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Theory]
    [InlineData("vgg19-half.safetensors", 2e-3)]
    [InlineData("vgg19-brain.safetensors", 2e-2)]
    [InlineData("vgg19-notop.h5", 1e-6)]
    [InlineData("vgg19-top.h5", 1e-6)]
    [InlineData("vgg19-keras3.weights.h5", 1e-6)]
    [InlineData("vgg19-gzip.h5", 1e-6)]
    [InlineData("vgg19.mat", 1e-6)]
    [InlineData("vgg19-plain.mat", 1e-6)]
    [InlineData("vgg19-old.mat", 1e-6)]
    [InlineData("vgg19.npz", 1e-6)]
    [InlineData("vgg19-compressed.npz", 1e-6)]
    [InlineData("vgg16-notop.h5", 1e-6)]
    [InlineData("vgg16.mat", 1e-6)]
    [InlineData("vgg16.npz", 1e-6)]
    public void AFileGivesTheFeaturesOfTheFloats(string file, double tolerance)
    {
        Network expected = Network.Load(NetworkFiles.At($"{file[..5]}-float.safetensors")), found = Network.Load(NetworkFiles.At(file));
        Same(expected, found, file, tolerance);
    }

    [Theory]
    [InlineData("vgg19-zip.pth", 1e-6)]
    [InlineData("vgg19-zip-float64.pth", 1e-6)]
    [InlineData("vgg19-zip-float16.pth", 2e-3)]
    [InlineData("vgg19-zip-bfloat16.pth", 2e-2)]
    [InlineData("vgg19-legacy.pth", 1e-6)]
    [InlineData("vgg19-legacy-float64.pth", 1e-6)]
    [InlineData("vgg19-legacy-float16.pth", 2e-3)]
    [InlineData("vgg19-legacy-bfloat16.pth", 2e-2)]
    [InlineData("vgg19-wrapped.pth", 1e-6)]
    [InlineData("vgg16-zip.pth", 1e-6)]
    [InlineData("vgg19.onnx", 1e-6)]
    [InlineData("vgg16.onnx", 1e-6)]
    public void AFileOfPyTorchsTakesTorchvisionsPixels(string file, double tolerance)
    {
        Network found = Network.Load(NetworkFiles.At(file));
        Assert.False(found.IsGraph);
        Assert.Equal(Preprocessing.Torchvision.Mean, found.Preprocessing.Mean);
        Same(WithPixels($"{file[..5]}-float.safetensors", Conventions.Torchvision), found, file, tolerance);
    }

    [Fact]
    public void EightBitsAreTheNearestStepsOfTheFloats()
    {
        SafetensorsFile source = new("float", () => File.OpenRead(NetworkFiles.At("vgg19-float.safetensors")));
        string path = Path.Combine(_folder, "steps.safetensors");
        SafetensorsWriter.Write(path, source.Shapes.ToDictionary(s => s.Key, s => (Steps(source.Read(s.Key), s.Value), s.Value)),
            source.Metadata);
        Same(Network.Load(path), Network.Load(NetworkFiles.At("vgg19-bytes.safetensors")), "vgg19-bytes.safetensors", 1e-6);

        static float[] Steps(float[] values, long[] shape)
        {
            if (shape.Length < 4) return values;
            int each = values.Length / (int)shape[0];
            return [.. values.Chunk(each).SelectMany(filter =>
            {
                float step = filter.Max(v => Math.Abs(v)) / 127;
                return filter.Select(v => MathF.Round(v / step) * step);
            })];
        }
    }

    [Theory]
    [InlineData("vgg19-bn.pth")]
    public void BatchNormalizationBecomesAPartOfTheConvolutions(string file) =>
        Same(WithPixels("vgg19-bn-folded.safetensors", Conventions.Torchvision), Network.Load(NetworkFiles.At(file)), file, 1e-5);

    [Fact]
    public void BatchNormalizationInAGraphIsTheGraphs()
    {
        using Microsoft.ML.OnnxRuntime.InferenceSession session = new(NetworkFiles.At("vgg19-bn.onnx"));
        Network network = Network.Load(NetworkFiles.At("vgg19-bn.onnx"));
        Assert.False(network.IsGraph);
        Assert.Equal(37, network.Layers.Count);
        Assert.Null(Record.Exception(() => LossRunner.Features(network, Deepest, NetworkFiles.Picture(48, 48), 48, 48)));
    }

    [Fact]
    public void KerasTakesBlueFirst()
    {
        Network network = Network.Load(NetworkFiles.At("vgg19-notop.h5"));
        Assert.True(network.Preprocessing.Bgr);
        Assert.Equal([123.68f, 116.779f, 103.939f], network.Preprocessing.Offset());
    }

    [NeedsNetworkToolsTheory]
    [InlineData("torch-zip", "vgg19.pth", 1e-6)]
    [InlineData("torch-legacy", "vgg19.pth", 1e-6)]
    [InlineData("torch-half", "vgg19.pth", 2e-3)]
    [InlineData("caffe-zip", "vgg19.pth", 1e-6)]
    [InlineData("caffe-legacy", "vgg19.pth", 1e-6)]
    [InlineData("keras", "vgg19.h5", 1e-6)]
    [InlineData("matconvnet", "vgg19.mat", 1e-6)]
    [InlineData("matconvnet-plain", "vgg19.mat", 1e-6)]
    [InlineData("npz", "vgg19.npz", 1e-6)]
    [InlineData("onnx", "vgg19.onnx", 1e-6)]
    [InlineData("half", "vgg19.safetensors", 2e-3)]
    [InlineData("brain", "vgg19.safetensors", 2e-2)]
    [InlineData("bytes", "vgg19.safetensors", 2e-2)]
    public void TheRealVgg19InEveryFormat(string format, string name, double tolerance)
    {
        string file = Path.Combine(_folder, name);
        using (Process python = Process.Start(new ProcessStartInfo("/usr/bin/python3",
            [NetworkFiles.At("../../make_network_files.py"), "full", format, Vgg19.Float.Network.File!,
                file])
        { RedirectStandardError = true })!)
        {
            string errors = python.StandardError.ReadToEnd();
            python.WaitForExit();
            Assert.True(python.ExitCode == 0, errors);
        }
        bool unit = format.StartsWith("torch", StringComparison.Ordinal) || format == "onnx";
        Network found = Network.Load(file);
        Same(unit ? InUnits() : Vgg19.Float.Network, found, format, tolerance, 64);
        if (!unit) Assert.Equal("the Oxford VGG-19", KnownWeights.Verify(found, file));
    }

    /// <summary>The float file's network for torchvision's pixels: its first filters times 255 standard deviations.</summary>
    private Network InUnits()
    {
        double[] std = [0.229, 0.224, 0.225];
        SafetensorsFile source = new("float", () => File.OpenRead(Vgg19.Float.Network.File!));
        string path = Path.Combine(_folder, "units.safetensors");
        SafetensorsWriter.Write(path, source.Shapes.ToDictionary(s => s.Key, s => (s.Key != "features.0.weight" ? source.Read(s.Key)
            : [.. source.Read(s.Key).Select((v, i) => (float)(v * (255 * std[i / 9 % 3])))], s.Value)));
        return Network.Load(path);
    }

    private Network WithPixels(string file, IReadOnlyDictionary<string, string> pixels)
    {
        Func<Stream> open = () => File.OpenRead(NetworkFiles.At(file));
        SafetensorsFile source = new(file, open);
        string path = Path.Combine(_folder, "pixels.safetensors");
        SafetensorsWriter.Write(path, source.Shapes.ToDictionary(s => s.Key, s => (source.Read(s.Key), s.Value)),
            new Dictionary<string, string>(pixels) { ["architecture"] = source.Metadata["architecture"] });
        return Network.Load(path);
    }

    private void Same(Network expected, Network found, string what, double tolerance, int side = 48)
    {
        Assert.Equal(expected.Layers, found.Layers);
        double most = 0;
        foreach (string layer in (string[])["conv1_1", "relu2_1", "relu3_3", "relu4_2", Deepest])
            most = Math.Max(most, NetworkFiles.Difference(expected, found, layer, side, side));
        output.WriteLine($"{what}: {most:g3}");
        Assert.True(most <= tolerance, $"{what}: {most}");
    }
}
