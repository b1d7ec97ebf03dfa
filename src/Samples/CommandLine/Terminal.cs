using System.Text;
using Spectre.Console;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>Where the program speaks: progress and messages on standard error, results on standard output.</summary>
internal static class Terminal
{
    /// <summary>Whether nothing but warnings and errors is said.</summary>
    public static bool IsQuiet { get; set; }

    /// <summary>Whether standard output is a picture, so that nothing else may go there.</summary>
    public static bool HasData { get; set; }

    public static IAnsiConsole Out { get; } = AnsiConsole.Console;

    public static IAnsiConsole Err { get; } = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>True where a live bar may be drawn: standard error is a terminal that understands ANSI.</summary>
    public static bool IsLive => !Console.IsErrorRedirected && Err.Profile.Capabilities is { Ansi: true, Interactive: true };

    public static void Error(string message) => Write("red", "error: ", message);

    public static void Warning(string message) => Write("yellow", "warning: ", message);

    public static void Note(string message)
    {
        if (!IsQuiet) Console.Error.WriteLine(Plain(message));
    }

    /// <summary>A text whose control characters, as names of files may have them, can't act on a terminal.</summary>
    public static string Plain(string text)
    {
        if (!text.Any(Acts)) return text;
        StringBuilder plain = new();
        foreach (char c in text) plain.Append(Acts(c) ? $"\\x{(int)c:x2}" : c.ToString());
        return plain.ToString();

        static bool Acts(char c) => char.IsControl(c) && c is not ('\n' or '\r' or '\t');
    }

    private static void Write(string colour, string label, string message)
    {
        if (IsLive) Err.Markup($"[{colour}]{label}[/]");
        else Console.Error.Write(label);
        Console.Error.WriteLine(Plain(message));
    }
}
