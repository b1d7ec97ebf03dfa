using Spectre.Console;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>Where the program speaks: progress and messages on standard error, results on standard output.</summary>
internal static class Terminal
{
    public static IAnsiConsole Out { get; } = AnsiConsole.Console;

    public static IAnsiConsole Err { get; } = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>True where a live bar may be drawn: standard error is a terminal that understands ANSI.</summary>
    public static bool IsLive => !Console.IsErrorRedirected && Err.Profile.Capabilities is { Ansi: true, Interactive: true };

    public static void Error(string message) => Write("red", "error: ", message);

    public static void Warning(string message) => Write("yellow", "warning: ", message);

    public static void Note(string message) => Console.Error.WriteLine(message);

    private static void Write(string colour, string label, string message)
    {
        if (IsLive) Err.Markup($"[{colour}]{label}[/]");
        else Console.Error.Write(label);
        Console.Error.WriteLine(message);
    }
}
