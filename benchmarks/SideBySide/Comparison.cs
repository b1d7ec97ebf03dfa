using System.Globalization;
using System.Runtime.InteropServices;

namespace MLNetStyle.Benchmarks.SideBySide;

/// <summary>
/// One evaluation of the same losses and gradient, ours and PyTorch's, in turns within one run: medians, their ratio, peak memory, and
/// a check that both computed the same thing.
/// </summary>
internal static class Comparison
{
    public static int Run(string[] args)
    {
        Arguments arguments = new(args, "--network", "--sizes", "--repeats", "--rounds", "--threads", "--python", "--engine");
        string network = Path.GetFullPath(arguments.Text("--network"));
        string script = Path.Combine(AppContext.BaseDirectory, "pytorch_evaluate.py");
        string folder = Directory.CreateTempSubdirectory("mlnetstyle-").FullName;
        try
        {
            Console.WriteLine("size  engine                    median s    ratio   peak MiB   loss            |gradient|");
            foreach (int size in arguments.Text("--sizes", "256,512").Split(',').Select(s => int.Parse(s, CultureInfo.InvariantCulture)))
            {
                List<string> common = ["--network", network, "--width", $"{size}", "--height", $"{size}", "--repeats",
                    arguments.Text("--repeats", "3")];
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
                    ours.Add(Programs.Own(["evaluate", "--engine", arguments.Text("--engine", "cpu"), .. common]));
                    theirs.Add(Programs.Measure(arguments.Text("--python", "python3"), [script, .. common]));
                }
                double our = Programs.Median(ours.SelectMany(r => r.Seconds)), their = Programs.Median(theirs.SelectMany(r => r.Seconds));
                Print(size, ours, our, our / their);
                Print(size, theirs, their, 1);
                double off = Math.Abs(ours[0].Loss / theirs[0].Loss - 1),
                    gradientOff = Math.Abs(ours[0].GradientNorm / theirs[0].GradientNorm - 1);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"      relative difference: loss {off:E1}, gradient norm {gradientOff:E1}"));
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

    private static void Print(int size, List<Measurement> runs, double median, double ratio) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{size,4}  {runs[0].Engine,-24} {median,9:F3} {ratio,8:F3} {runs.Max(r => r.PeakMemoryBytes) / 1048576.0,10:F0}   "
            + $"{runs[0].Loss,-14:G8}  {runs[0].GradientNorm:G7}"));
}
