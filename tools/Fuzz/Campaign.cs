using System.Diagnostics;
using System.Globalization;

namespace MLNetStyle.Fuzz;

/// <summary>Lets processes of their own try cases, and watches them: a crash, a hang or too much memory ends one, and the next goes on
/// behind it.</summary>
internal sealed class Campaign(Target target, int seed, string? corpus)
{
    private const int AtOnce = 2000;

    /// <summary>A case that has computed for so long hangs. Processor time, so that a busy machine makes no hangs.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly SortedDictionary<string, int> _counts = [];
    private readonly List<string> _findings = [];

    /// <summary>Runs cases, and prints what came of them.</summary>
    /// <returns>The number of findings.</returns>
    public int Run(int first, int cases)
    {
        Stopwatch watch = Stopwatch.StartNew();
        for (int next = first; next < first + cases;) next = Watch(next, Math.Min(AtOnce, first + cases - next));
        Console.WriteLine($"{target.Name}: {cases} cases from {first} on, seed {seed}, {watch.Elapsed.TotalSeconds:F0} s: "
            + string.Join(", ", _counts.Select(c => $"{c.Value} {c.Key}")) + $"; {_findings.Count} findings");
        foreach (string finding in _findings) Console.WriteLine("  " + finding);
        return _findings.Count;
    }

    /// <summary>A worker's own process: "case N" before each case, "finding TEXT", and what it has counted.</summary>
    public static int Work(Target target, int seed, int first, int cases, string? corpus)
    {
        string folder = Directory.CreateTempSubdirectory("mlnetstyle-fuzz-").FullName;
        try
        {
            Worker worker = new(target, seed, folder, corpus);
            for (int i = first; i < first + cases; i++)
            {
                Console.WriteLine($"case {i}");
                if (worker.Try(i) is { } finding) Console.WriteLine($"finding {finding}");
            }
            Console.WriteLine($"count {worker.Accepted} read");
            foreach ((string name, int count) in worker.Refused) Console.WriteLine($"count {count} {name}");
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <returns>The case to go on with.</returns>
    private int Watch(int first, int cases)
    {
        string[] arguments = [typeof(Campaign).Assembly.Location, "--worker", "--targets", target.Name, "--seed", $"{seed}",
            "--first", $"{first}", "--cases", $"{cases}", .. corpus is null ? (string[])[] : ["--corpus", corpus]];
        using Process process = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        string errors = "";
        process.ErrorDataReceived += (_, e) => errors += e.Data is null || errors.Length > 2000 ? "" : e.Data + " ";
        process.BeginErrorReadLine();
        int at = first - 1;
        TimeSpan began = TimeSpan.Zero;
        bool hung = false;
        Task reading = Task.Run(() =>
        {
            while (process.StandardOutput.ReadLine() is { } line)
            {
                if (line.StartsWith("case ", StringComparison.Ordinal))
                {
                    began = Computed(process);
                    at = int.Parse(line.AsSpan(5), CultureInfo.InvariantCulture);
                }
                else if (line.StartsWith("finding ", StringComparison.Ordinal)) _findings.Add($"case {at}: {line[8..]}");
                else if (line.Split(' ', 3) is ["count", var count, var name])
                    _counts[name] = _counts.GetValueOrDefault(name) + int.Parse(count, CultureInfo.InvariantCulture);
            }
        });
        while (!process.WaitForExit(500))
        {
            if (at < first || Computed(process) - began < s_patience) continue; // its start takes longer than a case may
            hung = true;
            process.Kill();
        }
        reading.Wait();
        if (process.ExitCode == 0) return first + cases;
        _findings.Add(hung ? $"case {at}: hangs" : $"case {at}: the process ends with {process.ExitCode}: {errors}");
        return at + 1;
    }

    private static TimeSpan Computed(Process process)
    {
        try
        {
            lock (process)
            {
                process.Refresh();
                return process.TotalProcessorTime;
            }
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return TimeSpan.Zero; // it has ended
        }
    }
}
