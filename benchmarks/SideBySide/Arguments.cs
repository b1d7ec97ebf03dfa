using System.Globalization;

namespace MLNetStyle.Benchmarks.SideBySide;

/// <summary>Arguments as --name value pairs; an unknown or missing one is an error that lists what there is.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = [];

    public Arguments(string[] args, params string[] known)
    {
        if (args.Length % 2 != 0) throw new ArgumentException($"'{args[^1]}' has no value.");
        for (int i = 0; i < args.Length; i += 2)
        {
            if (!known.Contains(args[i])) throw new ArgumentException($"'{args[i]}' is unknown; there are {string.Join(", ", known)}.");
            _values[args[i]] = args[i + 1];
        }
    }

    public string Text(string name, string? otherwise = null) =>
        _values.TryGetValue(name, out string? value) ? value : otherwise ?? throw new ArgumentException($"{name} is missing.");

    public int Number(string name, int otherwise) => _values.TryGetValue(name, out string? value)
        ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
}
