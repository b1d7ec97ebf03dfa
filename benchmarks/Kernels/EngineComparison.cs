using System.Diagnostics;
using System.Globalization;
using MLNetStyle.Benchmarks.SideBySide;
using MLNetStyle.Graphs;
using MLNetStyle.Kernels;
using MLNetStyle.Losses;
using MLNetStyle.Networks;

namespace MLNetStyle.Benchmarks.Kernels;

/// <summary>
/// One evaluation (style at relu1_1 to relu5_1, content at relu4_2, gradient by the image): the CPU engine against the ONNX graph, in
/// turn, in one process.
/// </summary>
internal static class EngineComparison
{
    private static readonly string[] s_style = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"];

    public static int Run(string[] args)
    {
        Arguments arguments = new(args, "--network", "--size", "--repeats", "--threads", "--simd", "--weights", "--onnx");
        int size = arguments.Number("--size", 512), repeats = arguments.Number("--repeats", 7), threads = arguments.Number("--threads", 0);
        SimdPath? path = arguments.Text("--simd", "auto") switch
        {
            "auto" => null,
            "scalar" => SimdPath.Scalar,
            string bits => (SimdPath)int.Parse(bits, CultureInfo.InvariantCulture),
        };
        bool keep = arguments.Text("--weights", "keep") == "keep";
        Network network = Network.Load(arguments.Text("--network", "vgg19"));
        float[] image = TestPictures.Make(1, size, size), gradient = new float[image.Length];

        using ConvolutionEngine engine = NetworkEngine.Create(network, [.. s_style, "relu4_2"], threads, path, keep);
        Dictionary<string, float[]> grams = s_style.ToDictionary(l => l, l => new float[network.Channels(l) * network.Channels(l)]);
        double[] steps = new double[4];
        List<double[]> ours = [];
        List<double> theirs = [], ourProcessor = [], theirProcessor = [];
        GraphSession? session = null;
        Dictionary<string, GraphTensor> inputs = [], outputs = [];
        if (arguments.Text("--onnx", "yes") == "yes")
        {
            Loss[] losses = [new ContentLoss("relu4_2", 1, LossNormalization.Absolute),
                .. s_style.Select(l => new GramStyleLoss(l, 1, LossNormalization.Absolute))];
            session = new GraphSession(LossGraph.OverImage(network, losses), new GraphSessionOptions { Threads = threads });
            inputs[LossGraph.Image] = new GraphTensor(image, 1, 3, size, size);
            inputs[LossGraph.Weights] = new GraphTensor(Enumerable.Repeat(1f, losses.Length).ToArray(), losses.Length);
            using GraphSession statistics = new(LossGraph.Statistics(network, losses));
            foreach (Loss loss in losses) inputs[LossGraph.Target(loss)] = statistics.Run(inputs.Where(i =>
                i.Key == LossGraph.Image).ToDictionary(), LossGraph.Statistic(loss));
            outputs[LossGraph.Terms] = new GraphTensor(new float[losses.Length], losses.Length);
            outputs[LossGraph.Gradient()] = new GraphTensor(new float[image.Length], 1, 3, size, size);
        }
        for (int i = -2; i < repeats; i++)
        {
            double processor = Processor();
            long begun = Stopwatch.GetTimestamp();
            engine.Forward(image, size, size);
            steps[0] = Lap(ref begun);
            foreach (string layer in s_style) engine.Maps[layer].Gram(grams[layer]);
            steps[1] = Lap(ref begun);
            foreach (string layer in s_style) engine.Maps[layer].MultiplyIntoGradient(grams[layer]);
            engine.Maps["relu4_2"].Gradient.Clear();
            steps[2] = Lap(ref begun);
            engine.Backward(gradient);
            steps[3] = Lap(ref begun);
            if (i >= 0)
            {
                ours.Add([.. steps, steps.Sum()]);
                ourProcessor.Add(Processor() - processor);
            }
            if (session is null) continue;
            processor = Processor();
            begun = Stopwatch.GetTimestamp();
            session.Run(inputs, outputs);
            if (i < 0) continue;
            theirs.Add(Lap(ref begun));
            theirProcessor.Add(Processor() - processor);
        }
        session?.Dispose();
        string[] names = ["forward", "Gram matrices", "their gradients", "backward", "evaluation"];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{network.Name}, {size} x {size}, {engine.Path}, {engine.Threads} threads, filters {(keep ? "kept" : "made at each use")}: "
                + $"milliseconds, median (least) of {repeats}"));
        for (int s = 0; s < names.Length; s++) Print(names[s], ours.Select(o => o[s]));
        Print("processor time", ourProcessor);
        if (theirs.Count > 0)
        {
            Print("ONNX graph", theirs);
            Print("processor time", theirProcessor);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{"ratio",16} {Programs.Median(ours.Select(o => o[^1])) / Programs.Median(theirs),8:f3} ({ours.Min(o => o[^1]) / theirs.Min():f3}); of "
                    + $"processor time {Programs.Median(ourProcessor) / Programs.Median(theirProcessor):f3} "
                    + $"({ourProcessor.Min() / theirProcessor.Min():f3})"));
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"engine memory",16} {engine.Memory / 1048576.0,8:f0} MiB; the process's peak "
            + $"{PeakMemory.Bytes / 1048576.0:f0} MiB"));
        return 0;
    }

    /// <summary>Milliseconds that all threads worked: on a busy machine with one thread, a better measure than the clock.</summary>
    private static double Processor()
    {
        using Process self = Process.GetCurrentProcess();
        return self.TotalProcessorTime.TotalMilliseconds;
    }

    private static double Lap(ref long begun)
    {
        long now = Stopwatch.GetTimestamp();
        double milliseconds = Stopwatch.GetElapsedTime(begun, now).TotalMilliseconds;
        begun = now;
        return milliseconds;
    }

    private static void Print(string name, IEnumerable<double> values) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,16} {Programs.Median(values),8:f1} ({values.Min():f1})"));
}
