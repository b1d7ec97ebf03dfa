using System.Globalization;

namespace MLNetStyle.Benchmarks.SideBySide;

/// <summary>
/// One evaluation of the same losses and gradient on both of our engines, in turns, each time in a process of its own: medians and least
/// values of
/// the clock and of processor time, their ratios, and peak memory.
/// </summary>
internal static class EngineRounds
{
    public static int Run(string[] args)
    {
        Arguments arguments = new(args, "--network", "--compact", "--cases", "--repeats", "--rounds", "--threads");
        string network = arguments.Text("--network", "vgg19"), compact = arguments.Text("--compact", "compact");
        Dictionary<string, Case> all = new Case[]
        {
            new("vgg19-512", network, 512, true, []),
            new("vgg19-256", network, 256, true, []),
            new("compact-512", compact, 512, true, []),
            new("avx2-512", network, 512, true, ["--simd", "256"]),
            new("filters-512", network, 512, true, ["--filters", "use"]),
            new("vgg19-1536", network, 1536, false, []),
        }.ToDictionary(c => c.Name);
        string[] names = arguments.Text("--cases", "all") is var wanted && wanted == "all" ? [.. all.Keys] : wanted.Split(',');
        if (names.FirstOrDefault(n =>
            !all.ContainsKey(n)) is { } unknown) throw new ArgumentException($"There is no case '{unknown}'; there are "
            + $"{string.Join(", ", all.Keys)}.");
        Console.WriteLine("seconds an evaluation: median (least); processor time is that of all threads");
        Console.WriteLine("case         engine                        clock           processor time    peak MiB   loss");
        Dictionary<string, double> ours = [];
        bool agree = true;
        foreach (Case one in names.Select(n => all[n]))
        {
            List<string> common = ["evaluate", "--network", one.Network, "--width", $"{one.Size}", "--repeats",
                arguments.Text("--repeats", one.Size > 1000 ? "2" : "5")];
            common.AddRange(["--threads", arguments.Text("--threads", "0")]);
            List<Measurement> cpu = [], onnx = [];
            for (int round = 0; round < arguments.Number("--rounds", 3); round++)
            {
                cpu.Add(Programs.Own([.. common, "--engine", "cpu", .. one.Options]));
                if (one.BothEngines) onnx.Add(Programs.Own([.. common, "--engine", "onnx"]));
            }
            Print(one.Name, cpu);
            ours[one.Name] = Median(cpu, m => m.ProcessorSeconds);
            if (onnx.Count > 0)
            {
                Print("", onnx);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"             ratio                         {Median(cpu, Clock) / Median(onnx, Clock):F3} "
                        + $"({Least(cpu, Clock) / Least(onnx, Clock):F3})   {Median(cpu, Work) / Median(onnx, Work):F3} "
                        + $"({Least(cpu, Work) / Least(onnx, Work):F3})"));
                agree &= Math.Abs(cpu[0].Loss / onnx[0].Loss - 1) < 1e-3 && Math.Abs(cpu[0].GradientNorm / onnx[0].GradientNorm - 1) < 1e-3;
            }
            else if (ours.TryGetValue("vgg19-512", out double base512))
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"             processor time over that of vgg19-512: {ours[one.Name] / base512:F2}"));
            }
        }
        if (agree) return 0;
        Console.Error.WriteLine("error: the two engines do not compute the same losses; the times can't be compared.");
        return 1;
    }

    private static double[] Clock(Measurement m) => m.Seconds;

    private static double[] Work(Measurement m) => m.ProcessorSeconds;

    private static double Median(List<Measurement> runs, Func<Measurement, double[]> values) => Programs.Median(runs.SelectMany(values));

    private static double Least(List<Measurement> runs, Func<Measurement, double[]> values) => runs.SelectMany(values).Min();

    private static void Print(string name, List<Measurement> runs) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{name,-12} {runs[0].Engine,-28} {Median(runs, Clock),6:F3} ({Least(runs, Clock):F3})  {Median(runs, Work),7:F3} "
            + $"({Least(runs, Work):F3}) {runs.Max(r => r.PeakMemoryBytes) / 1048576.0,8:F0}   {runs[0].Loss:G8}"));

    private sealed record Case(string Name, string Network, int Size, bool BothEngines, string[] Options);
}
