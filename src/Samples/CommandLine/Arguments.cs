using System.CommandLine;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>What people type, before and after it is parsed.</summary>
internal static class Arguments
{
    /// <summary>A command's arguments one by one: an option with its value, or a value by itself.</summary>
    /// <param name="command">The command.</param>
    /// <param name="given">What is given to it.</param>
    public static IReadOnlyList<ArgumentPart> Parts(Command command, string[] given)
    {
        List<ArgumentPart> parts = [];
        int at = 0;
        for (; at < given.Length && given[at] != "--";)
        {
            int equals = given[at].IndexOfAny(['=', ':']);
            Option? option = given[at].StartsWith('-')
                ? All(command).FirstOrDefault(o => Names(o, given[at]) || (equals > 0 && Names(o, given[at][..equals]))) : null;
            bool takes = option is not null && Names(option, given[at])
                && (option.ValueType != typeof(bool) || (at + 1 < given.Length && bool.TryParse(given[at + 1], out _)));
            int count = takes && at + 1 < given.Length ? 2 : 1;
            parts.Add(new ArgumentPart(option, given[at..(at + count)]));
            at += count;
        }
        if (at < given.Length) parts.Add(new ArgumentPart(null, given[at..]));
        return parts;
    }

    /// <summary>Leaves out options that take one value and are given again later: the last one counts.</summary>
    public static string[] LastOnes(RootCommand root, string[] given)
    {
        Command command = given.Length > 0
            && root.Subcommands.FirstOrDefault(c => c.Name == given[0] || c.Aliases.Contains(given[0])) is { } named ? named : root;
        IReadOnlyList<ArgumentPart> parts = Parts(command, given);
        return [.. parts
            .Where((p, i) => p.Option is null || !Single(p.Option) || !parts.Skip(i + 1).Any(later => later.Option == p.Option))
            .SelectMany(p => p.Tokens)];
    }

    /// <summary>The name that a mistyped one was most likely meant to be; null if none is near.</summary>
    public static string? Meant(string typed, Command command)
    {
        string[] names = typed.StartsWith('-')
            ? [.. command.Options.SelectMany(o => o.Aliases.Append(o.Name)).Where(n => n.StartsWith("--", StringComparison.Ordinal))]
            : [.. command.Subcommands.Select(c => c.Name)];
        string plain = typed.Split('=')[0];
        (string Name, int Distance) best = names.Select(n => (n, Distance(plain, n))).DefaultIfEmpty(("", int.MaxValue)).MinBy(n =>
            n.Item2);
        return best.Distance <= Math.Max(1, plain.TrimStart('-').Length / 3) ? best.Name : null;
    }

    // Its own options and those that it has from the command above it.
    private static IEnumerable<Option> All(Command command) => command.Options.Concat(command.Parents.OfType<Command>()
        .SelectMany(parent => parent.Options.Where(o => o.Recursive)));

    private static bool Single(Option option) => option.Arity.MaximumNumberOfValues == 1;

    private static bool Names(Option option, string name) => option.Name == name || option.Aliases.Contains(name);

    // Insertions, deletions, changes and exchanges of neighbours that lead from one text to the other.
    private static int Distance(string a, string b)
    {
        int[,] cost = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) cost[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) cost[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int change = a[i - 1] == b[j - 1] ? 0 : 1;
                cost[i, j] = Math.Min(Math.Min(cost[i - 1, j] + 1, cost[i, j - 1] + 1), cost[i - 1, j - 1] + change);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2]
                    + 1);
            }
        }
        return cost[a.Length, b.Length];
    }
}

/// <summary>An option with its value as it was typed, or a value by itself.</summary>
/// <param name="Option">The option; null for a value by itself, and for what follows "--".</param>
/// <param name="Tokens">What was typed.</param>
internal sealed record ArgumentPart(Option? Option, string[] Tokens);
