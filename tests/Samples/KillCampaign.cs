using System.Diagnostics;
using System.Globalization;
using MLNetStyle.Imaging;
using MLNetStyle.Samples.CommandLine;
using MLNetStyle.Tests.Support;

namespace MLNetStyle.Tests.Samples;

/// <summary>
/// Batches that are killed, again and again, and started again until they are done: KILL and TERM at moments of a seeded generator, half of
/// them
/// in the middle of writing a file. Afterwards every picture must be there whole and once, equal to that of an unbroken run.
/// </summary>
/// <remarks>The large one: dotnet MLNetStyle.Tests.dll kill-campaign KILLS MINUTES PICTURES SEED.</remarks>
internal static class KillCampaign
{
    public const string Command = "kill-campaign";

    private static readonly string[] s_broken = ["broken.png", "cut.png"];

    public static int Execute(string[] arguments)
    {
        int[] numbers = [.. arguments.Select(a => int.Parse(a, CultureInfo.InvariantCulture))];
        Counts counts = Run(numbers[0], TimeSpan.FromMinutes(numbers[1]), numbers[2], numbers[3], Console.WriteLine);
        Console.WriteLine(counts);
        return counts.Bad == 0 ? 0 : 1;
    }

    /// <summary>Runs a campaign.</summary>
    /// <param name="kills">How many processes are killed.</param>
    /// <param name="limit">After this time no more are.</param>
    /// <param name="pictures">The pictures of a batch.</param>
    /// <param name="seed">The same seed gives the same plan of kills.</param>
    /// <param name="say">Told how it gets on.</param>
    public static Counts Run(int kills, TimeSpan limit, int pictures, int seed, Action<string> say)
    {
        using TinyNetwork network = new();
        string folder = Directory.CreateTempSubdirectory("mlnetstyle-kills-").FullName;
        try
        {
            string input = Directory.CreateDirectory(Path.Combine(folder, "in")).FullName;
            for (int i = 0; i < pictures; i++) PictureFile.Save(CommandLineTests.Picture(i + 1, 24, 20), Path.Combine(input,
                $"{i:D5}.png"));
            File.WriteAllText(Path.Combine(input, s_broken[0]), "no picture");
            File.WriteAllBytes(Path.Combine(input, s_broken[1]), File.ReadAllBytes(Path.Combine(input, "00000.png"))[..90]);
            PictureFile.Save(CommandLineTests.Picture(2, 30, 30), Path.Combine(folder, "style.png"));
            string[] Batch(string output) => ["batch", "in", "--style", "style.png", "--output-dir", output, "--network", network.File,
                "--size",
                "24", "--iterations", "3", "--quiet"];

            (int code, _, string errors) = BatchProcess.Run(folder, BatchProcess.Sound, Batch("whole"));
            if (code != BatchCommand.SomeFailed) throw new InvalidOperationException($"the unbroken run ended with {code}: {errors}");
            Dictionary<string, byte[]> whole = BatchProcess.Pictures(Path.Combine(folder, "whole"));
            if (whole.Count != pictures) throw new InvalidOperationException($"the unbroken run made {whole.Count} pictures");

            Random random = new(seed);
            Stopwatch watch = Stopwatch.StartNew();
            Counts counts = new();
            int round = 0;
            while (counts.Kills < kills && watch.Elapsed < limit)
            {
                string output = $"out{round++}";
                bool over = false;
                while (!over && counts.Kills < kills && watch.Elapsed < limit)
                {
                    bool terminate = random.Next(2) == 0;
                    over = random.Next(2) == 0 ? InWrite(terminate, random) : AtTime(terminate, random);
                    foreach ((string name, byte[] bytes) in BatchProcess.Pictures(Path.Combine(folder, output)))
                        if (!whole.TryGetValue(name, out byte[]? right) || !right.AsSpan().SequenceEqual(bytes)) counts.Wrong++;
                }
                // To the end, in peace.
                (code, _, errors) = BatchProcess.Run(folder, BatchProcess.Sound, Batch(output));
                string[] failed = Failures(output);
                counts.SetAside += failed.Except(s_broken).Count();
                if (failed.Except(s_broken).Any() || code == BatchCommand.RunAgain)
                    (code, _, errors) = BatchProcess.Run(folder, BatchProcess.Sound, [.. Batch(output), "--retry-failed"]);
                if (code != BatchCommand.SomeFailed) say($"the last run ended with {code}: {errors}");
                Dictionary<string, byte[]> made = BatchProcess.Pictures(Path.Combine(folder, output));
                counts.Batches++;
                counts.Pictures += made.Count;
                counts.Lost += whole.Keys.Except(made.Keys).Count();
                counts.Wrong += made.Count(p => !whole.TryGetValue(p.Key, out byte[]? right) || !right.AsSpan().SequenceEqual(p.Value));
                counts.NotNamed += s_broken.Except(Failures(output)).Count();
                counts.Leftovers += Directory.EnumerateFiles(Path.Combine(folder, output), "*", new EnumerationOptions
                {
                    RecurseSubdirectories = true,
                    AttributesToSkip = 0,
                }).Count(WholeFile.IsTemporary);
                say(string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds:F0} s: {counts}"));
                Directory.Delete(Path.Combine(folder, output), recursive: true);

                // True if the batch came to its end before.
                bool InWrite(bool terminate, Random random)
                {
                    string fault = BatchProcess.Fault(terminate ? "term" : "kill", random.GetItems(Enum.GetValues<WriteStep>(), 1)[0],
                        random.Next(1, (3 * pictures / 4) + 2));
                    (int code, _, _) = BatchProcess.Run(folder, fault, Batch(output));
                    return Ended(code, inWrite: true, terminate);
                }

                bool AtTime(bool terminate, Random random)
                {
                    using Process process = BatchProcess.Start(folder, BatchProcess.Sound, Batch(output));
                    Thread.Sleep(random.Next(0, 3000));
                    if (!process.HasExited)
                    {
                        if (terminate) BatchProcess.Terminated(process);
                        else process.Kill();
                    }
                    return Ended(Cli.Finish(process).Code, inWrite: false, terminate);
                }

                bool Ended(int code, bool inWrite, bool terminate)
                {
                    if (code is 0 or BatchCommand.SomeFailed) return true;
                    counts.Kills++;
                    if (inWrite) counts.InWrite++;
                    if (terminate) counts.Terminated++;
                    return false;
                }
            }
            return counts;

            string[] Failures(string output) => Directory.Exists(Path.Combine(folder, output, "failed"))
                ? [.. Directory.GetFiles(Path.Combine(folder, output, "failed")).Select(f => Path.GetFileNameWithoutExtension(f))] : [];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What came of it.</summary>
    internal sealed record Counts
    {
        public int Kills { get; set; }

        public int InWrite { get; set; }

        public int Terminated { get; set; }

        public int Batches { get; set; }

        public int Pictures { get; set; }

        public int Lost { get; set; }

        public int Wrong { get; set; }

        public int Leftovers { get; set; }

        /// <summary>Broken files that no note names.</summary>
        public int NotNamed { get; set; }

        /// <summary>Sound pictures that were set aside as killers of the process, until --retry-failed.</summary>
        public int SetAside { get; set; }

        public int Bad => Lost + Wrong + Leftovers + NotNamed;
    }
}
