using System.Diagnostics;
using System.Globalization;
using MLNetStyle.Optimization;

namespace MLNetStyle.Benchmarks.SideBySide;

/// <summary>What an iteration of the optimisers takes beside the evaluation: on a function that costs next to nothing, whose time is left
/// out.</summary>
internal static class OptimizerTimes
{
    public static int Run(string[] args)
    {
        Arguments arguments = new(args, "--width", "--history", "--iterations", "--threads");
        int width = arguments.Number("--width", 512), history = arguments.Number("--history", 20),
            iterations = arguments.Number("--iterations", 60);
        int length = 3 * width * width, threads = arguments.Number("--threads", 0);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{width} x {width}, milliseconds an iteration beside the evaluation: median (least)"));
        using LbfgsOptimizer lbfgs = new(length, history, lower: 0, upper: 255, threads: threads);
        using AdamOptimizer adam = new(length, lower: 0, upper: 255, threads: threads);
        Print("L-BFGS", lbfgs, length, history, iterations);
        Print("Adam", adam, length, history, iterations);
        return 0;
    }

    private static void Print(string name, ImageOptimizer optimizer, int length, int skipped, int iterations)
    {
        double inside = 0;
        float[] centre = TestPictures.Make(1, length / 3 / 64, 64), start = TestPictures.Make(2, length / 3 / 64, 64);
        optimizer.Start(start, (point, gradient) =>
        {
            long begun = Stopwatch.GetTimestamp();
            double sum = 0;
            for (int i = 0; i < point.Length; i++)
            {
                float curvature = 1 + i % 997, d = point[i] - centre[i];
                sum += 0.5 * curvature * d * d;
                gradient[i] = curvature * d;
            }
            inside += Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            return sum;
        });
        List<double> times = [];
        for (int i = 0; i < skipped + iterations; i++)
        {
            inside = 0;
            long begun = Stopwatch.GetTimestamp();
            if (!optimizer.Step()) break;
            double time = Stopwatch.GetElapsedTime(begun).TotalMilliseconds - inside;
            if (i >= skipped) times.Add(time);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-8} {Programs.Median(times):F2} ({times.Min():F2}), {times.Count} iterations, {optimizer.Evaluations} evaluations"));
    }
}
