using System.CommandLine;
using System.Text.RegularExpressions;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>The library's messages name its properties; whoever types a command knows its options.</summary>
internal static partial class PropertyNames
{
    private static readonly Dictionary<string, string> s_others = new()
    {
        ["Start"] = "--init",
        ["StyleTerms"] = "--style-statistic",
        ["VectorPath"] = "--simd",
        ["Regions"] = "--content-mask",
        ["ContentWeightByMask"] = "--content-weight-mask",
    };

    // The name of a column that the program made says nothing to whoever named a file.
    private const string WeightColumn = $"{nameof(StyleTransferOptions.ContentWeightColumn)} is '{nameof(TransferRow.Weight)}'";

    /// <summary>A message with options in the place of properties, where the command has them.</summary>
    /// <param name="message">For example "TvWeight is -1; allowed is ...".</param>
    /// <param name="command">The command that was typed.</param>
    public static string AsOptions(string message, Command command) => Name().Replace(Plain(message), found =>
    {
        if (typeof(StyleTransferOptions).GetProperty(found.Value) is null && typeof(PictureReadOptions).GetProperty(found.Value) is null) return found.Value;
        string option = s_others.TryGetValue(found.Value, out string? other) ? other : "--" + Hump().Replace(found.Value, "-$0").ToLowerInvariant();
        return command.Options.Any(o => o.Name == option) ? option : found.Value;
    });

    private static string Plain(string message) =>
        Parameter().Replace(message, "").Replace(WeightColumn, "--content-weight-mask is given", StringComparison.Ordinal);

    // What is quoted is a value or a file: left as it is.
    [GeneratedRegex(@"(?<!\w)'.*?'(?!\w)|(?<![-.'/\\\w])[A-Z][a-z]+(?:[A-Z][a-z]+)*(?![-/\\\w]|\.\w)")]
    private static partial Regex Name();

    [GeneratedRegex(" \\(Parameter '\\w+'\\)$")]
    private static partial Regex Parameter();

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex Hump();
}
