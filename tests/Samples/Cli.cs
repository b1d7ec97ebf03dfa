using System.Diagnostics;
using MLNetStyle.Samples.CommandLine;

namespace MLNetStyle.Tests.Samples;

/// <summary>Runs the program in a process of its own, in a folder of its own.</summary>
internal sealed class Cli : IDisposable
{
    private static readonly string s_program = typeof(CommandRunner).Assembly.Location;

    public string Folder { get; } = Directory.CreateTempSubdirectory("mlnetstyle-cli-").FullName;

    public string At(string name) => Path.Combine(Folder, name);

    public (int Code, string Out, string Err) Run(params string[] arguments)
    {
        using Process process = Start(arguments);
        return Finish(process);
    }

    public Process Start(params string[] arguments)
    {
        Process process = StartWithInput(arguments);
        process.StandardInput.Close();
        return process;
    }

    /// <summary>The same with standard input left open, to be written to.</summary>
    public Process StartWithInput(params string[] arguments) => StartWith([], arguments);

    /// <summary>The same with environment variables.</summary>
    public Process StartWith(Dictionary<string, string> environment, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [s_program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public static (int Code, string Out, string Err) Finish(Process process, string alreadyRead = "")
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = alreadyRead + process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Result, errors);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
