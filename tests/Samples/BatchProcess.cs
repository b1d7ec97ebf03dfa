using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using MLNetStyle.Imaging;
using MLNetStyle.Samples.CommandLine;

namespace MLNetStyle.Tests.Samples;

/// <summary>The program's batch in a process of its own that breaks in the middle of writing a file, where it is told to.</summary>
internal static partial class BatchProcess
{
    public const string Command = "run-batch";

    private const int Terminate = 15;

    /// <summary>No fault.</summary>
    public const string Sound = "none";

    /// <summary>A fault: what happens ("kill", "term", "full") when a step of a write is reached for the n-th time, from 1.</summary>
    public static string Fault(string what, WriteStep step, int at) => string.Create(CultureInfo.InvariantCulture, $"{what}:{step}:{at}");

    /// <summary>A fault: the process is killed when it writes a file of this name.</summary>
    public static string Poison(string name) => $"kill:{name}";

    /// <summary>Starts it.</summary>
    /// <param name="folder">The working folder.</param>
    /// <param name="fault">The fault.</param>
    /// <param name="arguments">What the program is given, from "batch" on.</param>
    public static Process Start(string folder, string fault, IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo("dotnet",
        [typeof(BatchProcess).Assembly.Location, Command, fault, .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = folder,
    })!;

    /// <summary>Runs it to its end.</summary>
    public static (int Code, string Out, string Err) Run(string folder, string fault, params string[] arguments)
    {
        using Process process = Start(folder, fault, arguments);
        return Cli.Finish(process);
    }

    public static int Execute(string[] arguments)
    {
        if (arguments[0].Split(':') is [var what, var step, var at])
        {
            WriteStep where = Enum.Parse<WriteStep>(step);
            int left = int.Parse(at, CultureInfo.InvariantCulture);
            WholeFile.Fault = (reached, _) =>
            {
                if (reached == where && Interlocked.Decrement(ref left) == 0) Break(what);
            };
        }
        else if (arguments[0].Split(':') is [var kill, var name])
        {
            WholeFile.Fault = (_, file) =>
            {
                if (Path.GetFileName(file) == name) Break(kill);
            };
        }
        return CommandRunner.RunAsync([BatchCommand.Create()], arguments[1..]).Result;
    }

    private static void Break(string what)
    {
        if (what == "full") throw new IOException("No space left on device");
        if (what == "term") _ = Kill(Environment.ProcessId, Terminate);
        else Process.GetCurrentProcess().Kill();
    }

    /// <summary>The pictures of a folder by name, those alone that are finished; none where there is no folder.</summary>
    public static Dictionary<string, byte[]> Pictures(string folder) => Directory.Exists(folder)
        ? Directory.GetFiles(folder, "*.png").Where(f => !WholeFile.IsTemporary(f)).ToDictionary(f => Path.GetFileName(f),
            File.ReadAllBytes) : [];

    /// <summary>Sends SIGTERM.</summary>
    public static void Terminated(Process process) => _ = Kill(process.Id, Terminate);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
