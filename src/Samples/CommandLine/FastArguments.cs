using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>The options of stylize and batch that paint with a trained network, instead of optimising each picture.</summary>
internal sealed class FastArguments
{
    /// <summary>The name of the network that comes with the program.</summary>
    public const string Shipped = "fast-styles";

    private static readonly HashSet<string> s_others =
    [
        "--output", "--output-dir", "--quality", "--bit-depth", "--background", "--threads", "--strength", "--skip-existing",
        "--max-pixels", "--accept-truncated", "--skip-unreadable", "--recursive", "--pattern", "--output-name", "--plan", "--replan",
        "--retry-failed", "--status", "--shard", "--queue", "--share-size", "--page", "--sheet", "--no-clobber", "--quiet",
    ];

    private readonly Option<string?> _fast = HelpGroups.Put(new Option<string?>("--fast")
    {
        Description = "Paint in one pass with a trained network, in one of its styles or a blend, instead of --style: a file of "
            + "'mlnetstyle train', a feed-forward style "
            + $"model of others, or {Shipped}, which comes with the program",
        HelpName = "FILE[=NAME[:WEIGHT],...]",
    }, HelpGroups.Style);

    public void AddTo(Command command) => command.Options.Add(_fast);

    /// <summary>Whether a picture is painted by a network.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_fast) is not null;

    /// <summary>What is wrong with the values, if anything.</summary>
    public IEnumerable<string> Refusals(ParseResult parsed)
    {
        if (!IsGiven(parsed)) yield break;
        foreach (OptionResult other in parsed.CommandResult.Children.OfType<OptionResult>())
            if (!other.Implicit && other.Option != _fast && !s_others.Contains(other.Option.Name))
                yield return $"{other.Option.Name} has no meaning beside --fast: the network was trained for its styles, and pictures "
                    + $"keep their size. Leave one of the two out.";
        (string file, IReadOnlyDictionary<string, double>? weights) = Split(parsed);
        if (Locate(file) is null) yield return $"--fast '{file}' does not exist; name an .onnx file, or {Shipped}.";
        if (weights is null) yield return $"--fast '{parsed.GetValue(_fast)}': after '=' stand styles with weights of 0 or more, as in "
            + $"{file}=NAME or {file}=NAME:0.3,NAME:0.7.";
        if (!(Strength(parsed) is >= 0 and <= 100))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                    $"--strength is {Strength(parsed)}; it may be 0 (the picture itself) to 100 (the style in full).");
        }
    }

    // The option that runs without a network have too; a network's style is taken in full unless it is given.
    private static double Strength(ParseResult parsed) =>
        parsed.CommandResult.Children.OfType<OptionResult>().FirstOrDefault(o => o.Option.Name == "--strength" && !o.Implicit) is { } given
            ? given.GetValueOrDefault<double>()
            : 100;

    /// <summary>The network's file.</summary>
    public string File(ParseResult parsed) => Locate(Split(parsed).File)!;

    /// <summary>What the style is called in messages.</summary>
    public string Name(ParseResult parsed) => Split(parsed) is { Weights.Count: > 0 } split ? string.Join(" and ", split.Weights.Keys)
        : Path.GetFileNameWithoutExtension(Split(parsed).File);

    /// <summary>How to paint.</summary>
    public FastStyleTransferOptions ToOptions(ParseResult parsed, int threads) => new()
    {
        StyleWeights = Split(parsed).Weights!,
        Strength = Strength(parsed) / 100,
        Threads = threads,
    };

    /// <summary>The file of a network by path or name; null if there is none.</summary>
    public static string? Locate(string file) => System.IO.File.Exists(file) ? file : file == Shipped ? ModelFiles.Find(file) : null;

    // Null weights: they can't be read. A file whose own name has an equals sign in it is taken as it stands.
    private (string File, IReadOnlyDictionary<string, double>? Weights) Split(ParseResult parsed)
    {
        string text = parsed.GetValue(_fast)!;
        int equals = text.LastIndexOf('=');
        Dictionary<string, double> weights = [];
        if (equals < 0 || System.IO.File.Exists(text)) return (text, weights);
        foreach (string part in text[(equals + 1)..].Split(',', StringSplitOptions.TrimEntries))
        {
            int colon = part.LastIndexOf(':');
            double weight = 1;
            if (colon >= 0 && !double.TryParse(part.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture,
                out weight)) return (text[..equals], null);
            string name = colon < 0 ? part : part[..colon].Trim();
            if (name.Length == 0 || !(weight >= 0 && double.IsFinite(weight)) || !weights.TryAdd(name, weight)) return (text[..equals],
                null);
        }
        return (text[..equals], weights);
    }
}
