using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using MLNetStyle.Graphs;
using MLNetStyle.Imaging;
using MLNetStyle.Losses;
using MLNetStyle.Networks;
using MLNetStyle.Stylization;

namespace MLNetStyle.Benchmarks.SideBySide;

/// <summary>Our side: content, Gram and total variation losses and the gradient, in a process of its own so that its peak memory is its own.</summary>
internal static class Evaluation
{
    public static readonly Loss[] Losses =
    [
        new ContentLoss("relu4_2", 1, LossNormalization.Absolute),
        .. Array.ConvertAll(["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"], layer => new GramStyleLoss(layer, 1, LossNormalization.Absolute)),
        new TotalVariationLoss(1, LossNormalization.Absolute),
    ];

    public static int Run(string[] args)
    {
        Arguments arguments = new(args, "--network", "--image", "--style", "--content", "--width", "--height", "--repeats", "--threads");
        int width = arguments.Number("--width", 256), height = arguments.Number("--height", width), repeats = arguments.Number("--repeats", 3);
        GraphSessionOptions session = new() { Threads = arguments.Number("--threads", 0) };
        Network network = Network.Load(arguments.Text("--network"));
        IReadOnlyList<GraphTensor?> targets = Targets(network, session, Read(arguments.Text("--content")), Read(arguments.Text("--style")));

        using OnnxEvaluator evaluator = new(network, Losses, new LossWeights(5, 100, 1e-3), session);
        evaluator.SetTargets(targets);
        float[] image = Read(arguments.Text("--image")).Samples, gradient = new float[image.Length];
        double[] terms = new double[Losses.Length], seconds = new double[repeats];
        double loss = evaluator.Evaluate(image, width, height, gradient, terms);
        for (int i = 0; i < repeats; i++)
        {
            long begun = Stopwatch.GetTimestamp();
            loss = evaluator.Evaluate(image, width, height, gradient, terms);
            seconds[i] = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        }
        double norm = Math.Sqrt(gradient.Sum(g => (double)g * g));
        Console.WriteLine(JsonSerializer.Serialize(new Measurement("MLNetStyle", loss, norm, seconds, PeakMemory.Bytes)));
        return 0;

        PlanarImage Read(string path) => new(width, height, MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray());
    }

    private static List<GraphTensor?> Targets(Network network, GraphSessionOptions options, PlanarImage content, PlanarImage style)
    {
        using GraphSession session = new(LossGraph.Statistics(network, Losses), options);
        List<GraphTensor?> targets = [];
        foreach (Loss loss in Losses)
        {
            PlanarImage picture = loss.Kind == LossKind.Content ? content : style;
            Dictionary<string, GraphTensor> inputs = new() { [LossGraph.Image] = new GraphTensor(picture.Samples, 1, 3, picture.Height, picture.Width) };
            targets.Add(loss.HasTarget ? session.Run(inputs, LossGraph.Statistic(loss)) : null);
        }
        return targets;
    }
}
