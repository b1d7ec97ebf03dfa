using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace MLNetStyle.Benchmarks.SideBySide;

/// <summary>
/// One evaluation of the same losses and gradient, ours and PyTorch's, in turns within one run: medians, their ratio, peak memory, and
/// a check that both computed the same thing.
/// </summary>
internal static class Comparison
{
    public static int Run(string[] args)
    {
        Arguments arguments = new(args, "--network", "--sizes", "--repeats", "--rounds", "--threads", "--python");
        string network = Path.GetFullPath(arguments.Text("--network"));
        string script = Path.Combine(AppContext.BaseDirectory, "pytorch_evaluate.py");
        string folder = Directory.CreateTempSubdirectory("mlnetstyle-").FullName;
        try
        {
            Console.WriteLine("size  engine                    median s    ratio   peak MiB   loss            |gradient|");
            foreach (int size in arguments.Text("--sizes", "256,512").Split(',').Select(s => int.Parse(s, CultureInfo.InvariantCulture)))
            {
                List<string> common = ["--network", network, "--width", $"{size}", "--height", $"{size}", "--repeats", arguments.Text("--repeats", "3")];
                common.AddRange(["--threads", arguments.Text("--threads", $"{Environment.ProcessorCount}")]);
                foreach ((string name, int seed) in new[] { ("image", 1), ("style", 2), ("content", 3) })
                {
                    string path = Path.Combine(folder, $"{name}.f32");
                    File.WriteAllBytes(path, MemoryMarshal.AsBytes<float>(TestPictures.Make(seed, size, size)).ToArray());
                    common.AddRange([$"--{name}", path]);
                }
                List<Measurement> ours = [], theirs = [];
                for (int round = 0; round < arguments.Number("--rounds", 3); round++)
                {
                    ours.Add(Measure(Environment.ProcessPath!, [.. Self(), "evaluate", .. common]));
                    theirs.Add(Measure(arguments.Text("--python", "python3"), [script, .. common]));
                }
                double our = Median(ours), their = Median(theirs);
                Print(size, ours, our, our / their);
                Print(size, theirs, their, 1);
                double off = Math.Abs(ours[0].Loss / theirs[0].Loss - 1), gradientOff = Math.Abs(ours[0].GradientNorm / theirs[0].GradientNorm - 1);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"      relative difference: loss {off:E1}, gradient norm {gradientOff:E1}"));
                if (off > 1e-3 || gradientOff > 1e-3)
                {
                    Console.Error.WriteLine("error: the two engines do not compute the same losses; the times can't be compared.");
                    return 1;
                }
            }
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Under 'dotnet benchmarks.dll' the process is dotnet itself, and the first argument is the program.
    private static string[] Self() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Comparison).Assembly.Location] : [];

    private static double Median(List<Measurement> runs)
    {
        double[] all = [.. runs.SelectMany(r => r.Seconds).Order()];
        return all.Length % 2 == 1 ? all[all.Length / 2] : (all[all.Length / 2 - 1] + all[all.Length / 2]) / 2;
    }

    private static void Print(int size, List<Measurement> runs, double median, double ratio) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{size,4}  {runs[0].Engine,-24} {median,9:F3} {ratio,8:F3} {runs.Max(r => r.PeakMemoryBytes) / 1048576.0,10:F0}   {runs[0].Loss,-14:G8}  {runs[0].GradientNorm:G7}"));

    private static Measurement Measure(string program, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with exit code {process.ExitCode}; its message is above.");
        return JsonSerializer.Deserialize<Measurement>(output.Trim().Split('\n')[^1])!;
    }
}
