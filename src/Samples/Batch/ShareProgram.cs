using System.Diagnostics;
using System.Globalization;
using MLNetStyle.Queues;
using MLNetStyle.Samples.CommandLine;

namespace MLNetStyle.Samples.Batch;

/// <summary>
/// Makes shares by 'batch --shard' in a process of its own, so that a picture that ends its process leaves the worker alone. The process
/// stops by itself when the worker has gone: its standard input ends then.
/// </summary>
/// <param name="program">The program, with its first arguments.</param>
/// <param name="say">Told what begins and ends.</param>
internal sealed class ShareProgram(IReadOnlyList<string> program, Action<string> say) : IShareRunner
{
    /// <summary>This program.</summary>
    public static IReadOnlyList<string> Own { get; } = Environment.ProcessPath is { } path
        && !Path.GetFileNameWithoutExtension(path).Equals("dotnet", StringComparison.OrdinalIgnoreCase) ? [path]
        : ["dotnet", typeof(ShareProgram).Assembly.Location];

    /// <summary>The variable of a process that stops when its standard input ends.</summary>
    public const string Leash = "MLNETSTYLE_STOP_AT_END_OF_INPUT";

    // A picture may end its process three times; the queue tries a share again later.
    private const int MostStarts = 12;

    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(20), s_signal = TimeSpan.FromSeconds(3);

    public string Run(string folder, IReadOnlyList<string> arguments, int share, int shares, CancellationToken cancellation)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"share {share} of {shares}, '{folder}'");
        if (!Directory.Exists(folder))
            throw new IOException($"'{folder}' does not exist here; a worker must see the folders of a batch under the same names.");
        string[] own = ["batch", "--quiet", "--shard", new BatchShard(share, shares).ToString(), .. arguments];
        say($"{name}: begun");
        long begun = Stopwatch.GetTimestamp();
        for (int start = 1; ; start++)
        {
            (int code, string error) = Start(folder, own, cancellation);
            if (code is 0 or BatchCommand.SomeFailed)
            {
                string end = code == 0 ? "all done" : "some pictures failed, the others are done";
                say(string.Create(CultureInfo.InvariantCulture, $"{name}: {end}, {Stopwatch.GetElapsedTime(begun).TotalSeconds:F0} s"));
                return end;
            }
            // Ctrl-C reaches both processes, and this one may hear of it last.
            if (code == BatchCommand.RunAgain && !cancellation.IsCancellationRequested) cancellation.WaitHandle.WaitOne(s_signal);
            if (cancellation.IsCancellationRequested)
            {
                say($"{name}: given back");
                throw new OperationCanceledException(cancellation);
            }
            string why = $"{name}: exit code {code}{(error.Length > 0 ? $", {error}" : "")}";
            if (code == CommandRunner.WrongArguments) throw new ShareRefusedException(why);
            if (code == CommandRunner.Failed || start == MostStarts) throw new IOException(why);
            say($"{why}; once more");
        }
    }

    private (int Code, string Error) Start(string folder, string[] arguments, CancellationToken cancellation)
    {
        ProcessStartInfo info = new(program[0], [.. program.Skip(1), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [Leash] = "1" },
        };
        string error = "";
        using Process process = Process.Start(info)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) =>
        {
            if (string.IsNullOrEmpty(line.Data)) return;
            Console.Error.WriteLine(Terminal.Plain(line.Data));
            if (line.Data.StartsWith("error: ", StringComparison.Ordinal)) error = line.Data;
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using (cancellation.Register(() => process.StandardInput.Close()))
        {
            while (!process.WaitForExit(TimeSpan.FromMilliseconds(500)))
            {
                if (!cancellation.IsCancellationRequested) continue;
                if (!process.WaitForExit(s_farewell)) process.Kill(entireProcessTree: true);
            }
        }
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
