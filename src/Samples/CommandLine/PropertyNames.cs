using System.CommandLine;
using System.Text.RegularExpressions;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>The library's messages name its properties; whoever types a command knows its options.</summary>
internal static partial class PropertyNames
{
    // What the program reads itself, so that no flag stands for the property.
    private static readonly Dictionary<string, string> s_others = new()
    {
        [nameof(StylizationOptions.Regions)] = "--content-mask",
        [nameof(StylizationOptions.ContentWeightByMask)] = "--content-weight-mask",
        [nameof(StylizationOptions.PaintByMask)] = "--paint-mask",
        [nameof(StylizationOptions.MaskSoftness)] = "--mask-softness",
        [nameof(StylizationOptions.PreviewEvery)] = "--preview-every",
    };

    // The name of a column that the program made says nothing to whoever named a file.
    private const string WeightColumn = $"{nameof(StyleTransferOptions.ContentWeightColumn)} is '{nameof(TransferRow.Weight)}'";

    /// <summary>A message with options in the place of properties, where the command has them.</summary>
    /// <param name="message">For example "TvWeight is -1; allowed is ...".</param>
    /// <param name="command">The command that was typed.</param>
    public static string AsOptions(string message, Command command) => Value().Replace(
        Name().Replace(Plain(message), found =>
            command.Options.FirstOrDefault(o => Flag.Of(o)?.Properties.Contains(found.Value)
                ?? s_others.GetValueOrDefault(found.Value) == o.Name)?.Name ?? found.Value),
        found => found.Groups[1].Value
            + found.Groups[2].Value switch { "True" => "given", "False" => "not given", var value => value.ToLowerInvariant() });

    private static string Plain(string message) =>
        Parameter().Replace(message, "").Replace(WeightColumn, "--content-weight-mask is given", StringComparison.Ordinal);

    // What is quoted is a value or a file: left as it is.
    [GeneratedRegex(@"(?<!\w)'.*?'(?!\w)|(?<![-.'/\\\w])[A-Z][a-z]+(?:[A-Z][a-z]+)*(?![-/\\\w]|\.\w)")]
    private static partial Regex Name();

    // A value as the library writes it, behind an option.
    [GeneratedRegex(@"(--[a-z-]+ (?:is )?)(True|False|None|Luminance|Histogram)(?!\w)")]
    private static partial Regex Value();

    [GeneratedRegex(" \\(Parameter '\\w+'\\)$")]
    private static partial Regex Parameter();
}
