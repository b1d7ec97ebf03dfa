using System.CommandLine;
using System.Text.Json;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>--from-report FILE: the arguments of the run that a report tells of, before those that are typed beside it.</summary>
internal static class ReportArguments
{
    public const string Name = "--from-report";

    private const int MostBytes = 64 << 20;

    public static Option<string?> Option() => new(Name)
    {
        Description = "Make the picture of a --report again, from the folder of that run; what is typed beside it counts instead",
        HelpName = "FILE.json",
    };

    /// <summary>The arguments with those of the report in the place of --from-report, where it is given.</summary>
    /// <exception cref="UsageException">The file is no report of a command that can be run again.</exception>
    public static string[] Expand(RootCommand root, string[] given)
    {
        int at = Array.FindIndex(given, g => g == Name || g.StartsWith(Name + "=", StringComparison.Ordinal));
        if (at < 1 || root.Subcommands.FirstOrDefault(c => c.Name == given[0] && c.Options.Any(o => o.Name == Name)) is not { } command)
            return given;
        bool joined = given[at] != Name;
        if (!joined && at + 1 == given.Length) return given; // the parser says what is missing
        string file = joined ? given[at][(Name.Length + 1)..] : given[at + 1];
        IReadOnlyList<ArgumentPart> typed = Arguments.Parts(command, [.. given[1..at], .. given[(at + (joined ? 1 : 2))..]]),
            told = Arguments.Parts(command, Read(file, command.Name));
        HashSet<Option?> own = [.. typed.Select(p => p.Option)];
        return [command.Name, .. told.Where(p => !own.Contains(p.Option) && p.Option?.Name is not (Name or "--report"))
            .Concat(typed).SelectMany(p => p.Tokens)];
    }

    private static string[] Read(string file, string command)
    {
        if (ImageFiles.FileRefusal(file, Name) is { } refusal) throw new UsageException([refusal]);
        if (new FileInfo(file).Length > MostBytes) throw Not("is larger than any report");
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
            if (!document.RootElement.TryGetProperty("run", out JsonElement run)
                || !run.TryGetProperty("arguments", out JsonElement arguments)
                || arguments.ValueKind != JsonValueKind.Array || arguments.GetArrayLength() == 0) throw Not("tells of no run");
            string[] all = [.. arguments.EnumerateArray().Select(a => a.GetString() ?? "")];
            return all[0] == command ? all[1..] : throw Not($"is of the command '{all[0]}'");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Not($"is no JSON that a report has ({e.Message})");
        }

        UsageException Not(string why) => new([$"{Name} '{file}' {why}; give a file that '{command} --report' wrote."]);
    }
}
