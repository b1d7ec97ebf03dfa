using System.Diagnostics;
using System.Text.Json;

namespace MLNetStyle.Benchmarks.SideBySide;

/// <summary>Measurements in processes of their own.</summary>
internal static class Programs
{
    /// <summary>Runs this program.</summary>
    public static Measurement Own(IEnumerable<string> arguments) => Measure(Environment.ProcessPath!, [.. Self(), .. arguments]);

    /// <summary>Runs a program and reads the last line that it prints.</summary>
    public static Measurement Measure(string program, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with exit code {process.ExitCode}; its message "
            + $"is above.");
        return JsonSerializer.Deserialize<Measurement>(output.Trim().Split('\n')[^1])!;
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] all = [.. values.Order()];
        return all.Length % 2 == 1 ? all[all.Length / 2] : (all[all.Length / 2 - 1] + all[all.Length / 2]) / 2;
    }

    // Under 'dotnet benchmarks.dll' the process is dotnet itself, and the first argument is the program.
    private static string[] Self() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Programs).Assembly.Location] : [];
}
