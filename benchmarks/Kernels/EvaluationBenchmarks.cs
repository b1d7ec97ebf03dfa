using BenchmarkDotNet.Attributes;
using MLNetStyle.Benchmarks.SideBySide;
using MLNetStyle.Kernels;
using MLNetStyle.Networks;

namespace MLNetStyle.Benchmarks.Kernels;

/// <summary>
/// The CPU engine's steps of one evaluation: style at relu1_1 to relu5_1, content at relu4_2, gradient by the image. Each vector path that
/// the
/// processor has.
/// </summary>
[ShortRunJob]
[MemoryDiagnoser]
public class EvaluationBenchmarks
{
    private static readonly string[] s_style = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"];
    private readonly Dictionary<string, float[]> _grams = [];
    private ConvolutionEngine _engine = null!;
    private float[] _image = [];
    private float[] _gradient = [];

    /// <summary>The network's name.</summary>
    [Params("compact", "vgg19")]
    public string Network { get; set; } = "";

    /// <summary>The picture's side in pixels.</summary>
    [Params(256)]
    public int Size { get; set; }

    /// <summary>The vector path.</summary>
    [ParamsSource(nameof(Paths))]
    public SimdPath Path { get; set; }

    /// <summary>The vector paths of this processor.</summary>
    public static IEnumerable<SimdPath> Paths => SimdPaths.Supported.Where(p => p != SimdPath.Scalar);

    /// <summary>Makes the engine and runs it once.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Network network = MLNetStyle.Network.Load(Network);
        _image = TestPictures.Make(1, Size, Size);
        _gradient = new float[_image.Length];
        _engine = NetworkEngine.Create(network, [.. s_style, "relu4_2"], 0, Path, true);
        foreach (string layer in s_style) _grams[layer] = new float[network.Channels(layer) * network.Channels(layer)];
        Evaluation();
    }

    /// <summary>Releases the engine.</summary>
    [GlobalCleanup]
    public void Cleanup() => _engine.Dispose();

    /// <summary>The feature maps.</summary>
    [Benchmark]
    public void Forward() => _engine.Forward(_image, Size, Size);

    /// <summary>The Gram matrices of the maps that the last evaluation left.</summary>
    [Benchmark]
    public void GramMatrices()
    {
        foreach (string layer in s_style) _engine.Maps[layer].Gram(_grams[layer]);
    }

    /// <summary>All of one evaluation.</summary>
    [Benchmark(Baseline = true)]
    public void Evaluation()
    {
        Forward();
        GramMatrices();
        foreach (string layer in s_style) _engine.Maps[layer].MultiplyIntoGradient(_grams[layer]);
        _engine.Maps["relu4_2"].Gradient.Clear();
        _engine.Backward(_gradient);
    }
}
