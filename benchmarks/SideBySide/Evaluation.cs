using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using MLNetStyle.Graphs;
using MLNetStyle.Losses;
using MLNetStyle.Stylization;

namespace MLNetStyle.Benchmarks.SideBySide;

/// <summary>Our side: content, Gram and total variation losses and the gradient, in a process of its own so that its peak memory is its
/// own.</summary>
internal static class Evaluation
{
    public static readonly Loss[] Losses =
    [
        new ContentLoss("relu4_2", 1, LossNormalization.Absolute),
        .. Array.ConvertAll(["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"], layer =>
            new GramStyleLoss(layer, 1, LossNormalization.Absolute)),
        new TotalVariationLoss(1, LossNormalization.Absolute),
    ];

    public static int Run(string[] args)
    {
        Arguments arguments = new(args, "--network", "--image", "--style", "--content", "--width", "--height", "--repeats", "--threads",
            "--engine", "--simd", "--filters");
        int width = arguments.Number("--width", 256), height = arguments.Number("--height", width),
            repeats = arguments.Number("--repeats", 3);
        Network network = Network.Load(arguments.Text("--network"));
        IStyleEngine engine = Engine(network, arguments);
        IReadOnlyList<GraphTensor?> targets = Targets(engine, Read("--content", 3), Read("--style", 2));

        using IStyleEvaluator evaluator = engine.CreateEvaluator(Losses, new LossWeights(5, 100, 1e-3));
        evaluator.SetTargets(targets);
        float[] image = Read("--image", 1).Samples, gradient = new float[image.Length];
        double[] terms = new double[Losses.Length], seconds = new double[repeats], processor = new double[repeats];
        double loss = evaluator.Evaluate(image, width, height, gradient, terms);
        for (int i = 0; i < repeats; i++)
        {
            double before = Processor();
            long begun = Stopwatch.GetTimestamp();
            loss = evaluator.Evaluate(image, width, height, gradient, terms);
            seconds[i] = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            processor[i] = Processor() - before;
        }
        double norm = Math.Sqrt(gradient.Sum(g => (double)g * g));
        Console.WriteLine(JsonSerializer.Serialize(new Measurement($"MLNetStyle {Name(engine)}", loss, norm, seconds,
            PeakMemory.Bytes)
        { ProcessorSeconds = processor }));
        return 0;

        PlanarImage Read(string option, int seed) => new(width, height, arguments.Text(option, "") is { Length: > 0 } path
            ? MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray()
            : TestPictures.Make(seed, width, height));
    }

    private static IStyleEngine Engine(Network network, Arguments arguments)
    {
        int threads = arguments.Number("--threads", 0);
        SimdPath? path = arguments.Text("--simd", "auto") switch
        {
            "auto" => null,
            "scalar" => SimdPath.Scalar,
            string bits => (SimdPath)int.Parse(bits, CultureInfo.InvariantCulture),
        };
        return arguments.Text("--engine", "cpu") switch
        {
            "cpu" => new CpuEngine(network, threads, path, arguments.Text("--filters", "keep") == "keep"),
            "onnx" => new OnnxEngine(network, ComputeDevice.Cpu, threads),
            string other => throw new ArgumentException($"--engine is '{other}'; there are cpu and onnx."),
        };
    }

    private static string Name(IStyleEngine engine) => engine is CpuEngine cpu ? $"cpu, {cpu.Path}" : engine.Name;

    private static List<GraphTensor?> Targets(IStyleEngine engine, PlanarImage content, PlanarImage style)
    {
        using IStyleMeter meter = engine.CreateMeter([.. Losses.Where(l => l.HasTarget)]);
        IReadOnlyList<GraphTensor> ofContent = meter.Measure(content), ofStyle = meter.Measure(style);
        List<GraphTensor?> targets = [];
        int next = 0;
        foreach (Loss loss in Losses) targets.Add(!loss.HasTarget ? null : (loss.Kind == LossKind.Content ? ofContent : ofStyle)[next++]);
        return targets;
    }

    private static double Processor()
    {
        using Process self = Process.GetCurrentProcess();
        return self.TotalProcessorTime.TotalSeconds;
    }
}
