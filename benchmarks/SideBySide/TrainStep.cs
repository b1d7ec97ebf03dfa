using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MLNetStyle.Stylization;
using MLNetStyle.Training;

namespace MLNetStyle.Benchmarks.SideBySide;

/// <summary>A training step of a fast style network on one thread, beside PyTorch's autograd: processor seconds a photograph.</summary>
internal static class TrainStep
{
    public static int Run(string[] args)
    {
        int size = Number(args, "--size", 256), repeats = Number(args, "--repeats", 8);
        string python = Given(args, "--python") ?? "python3", script = Given(args, "--script") ?? "benchmarks/pytorch_train_step.py";
        double first = Ours(size, repeats);
        ProcessStartInfo start = new(python, [script, "--size", $"{size}", "--repeats", $"{repeats}"]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string line = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            Console.Error.WriteLine($"{script} failed; it needs PyTorch (Debian: apt-get install python3-torch, --python "
                + $"/usr/bin/python3).");
            return 1;
        }
        JsonElement theirs = JsonDocument.Parse(line).RootElement;
        double ours = Math.Min(first, Ours(size, repeats)), other = theirs.GetProperty("processor").GetDouble();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{size} x {size}, one thread, processor seconds a photograph: ours {ours:0.000}, PyTorch "
                + $"{theirs.GetProperty("version").GetString()} {other:0.000}, ratio {ours / other:0.00}"));
        return 0;
    }

    private static double Ours(int size, int repeats)
    {
        FastStyleTrainingOptions options = new() { ImageSize = size, StyleSize = size, Threads = 1, BatchSize = 1 };
        Network network = Network.Load(options.LossNetwork);
        TransformNetwork transform = TransformNetwork.Start(TransformShape.Medium, [.. Enumerable.Range(0, 8).Select(i => $"{i}")], 1);
        TrainingState state = new(transform);
        PlanarImage photograph = Noise.Make(size, size, 1, NoiseKind.Uniform);
        using Stylizer stylizer = new(network, options.LossOptions(1));
        StyleTarget target = stylizer.MeasureStyle(new StyleSource(Noise.Make(size, size, 2, NoiseKind.Uniform)));
        using Painter painter = new(TransformShape.Medium, network, options);
        Result result = new(TransformShape.Medium);
        List<double> seconds = [];
        for (int repeat = 0; repeat <= repeats; repeat++)
        {
            TimeSpan began = Environment.CpuUsage.TotalTime;
            painter.Take(transform);
            painter.Learn(photograph, transform.Norms[repeat % 8], target, result, shared: true, default);
            state.Shared.Update(result.Shared, 1e-3);
            state.Styles[repeat % 8].Update(result.Norms, 1e-3);
            if (repeat > 1) seconds.Add((Environment.CpuUsage.TotalTime - began).TotalSeconds);
        }
        seconds.Sort();
        return seconds[seconds.Count / 2];
    }

    private static int Number(string[] args, string name, int usual) => Given(args, name) is { } text
        ? int.Parse(text, CultureInfo.InvariantCulture) : usual;

    private static string? Given(string[] args, string name) => Array.IndexOf(args, name) is >= 0 and var at ? args[at + 1] : null;
}
