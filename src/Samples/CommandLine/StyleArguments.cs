using System.CommandLine;
using System.Globalization;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>The options that name style pictures: for all style layers, or for the coarse or the fine ones.</summary>
internal sealed class StyleArguments
{
    private readonly Option<string[]> _style = Pictures("--style",
        "A picture, or a folder of pictures, to take the style from; several times for a blend, each with a weight if wanted: --style "
        + "a.jpg=2 --style b.jpg=1", "-s");
    private readonly Option<string[]> _coarse = Pictures("--coarse-style",
        "A picture whose strokes and shapes are taken (the layers from relu3_1 on), beside --fine-style; written like --style");
    private readonly Option<string[]> _fine = Pictures("--fine-style",
        "A picture whose lines, dots and colours are taken (relu1_1 and relu2_1), beside --coarse-style; written like --style");

    public IEnumerable<Option> All => [_style, _coarse, _fine];

    /// <summary>The style pictures, their weights and layers; a folder stands for all its pictures.</summary>
    public IReadOnlyList<StyleImage> Styles(ParseResult parsed) => [.. Given(parsed).SelectMany(s => Expand(s.Text, s.Scope))];

    /// <summary>The pictures of each style by itself.</summary>
    public IReadOnlyList<IReadOnlyList<StyleImage>> Groups(ParseResult parsed) =>
        [.. Given(parsed).Select(s => (IReadOnlyList<StyleImage>)[.. Expand(s.Text, s.Scope)])];

    /// <summary>What the styles are called in messages, in their order.</summary>
    public IEnumerable<string> Names(ParseResult parsed) =>
        Given(parsed).Select(s => Path.GetFileName(Path.TrimEndingDirectorySeparator(Split(s.Text).Path)));

    /// <summary>What is wrong with the styles where the way goes from one to another, if anything.</summary>
    public string? TwoStylesRefusal(ParseResult parsed)
    {
        if (Of(parsed, _coarse).Length
            + Of(parsed, _fine).Length > 0) return "--coarse-style and --fine-style have no meaning here: name two styles with --style, "
            + "the first and the last.";
        string[] styles = Of(parsed, _style);
        if (styles.Length != 2) return $"--style is given {styles.Length} times; it takes two styles, the first and the last.";
        return styles.FirstOrDefault(s => Split(s).Path != s) is { } weighted
            ? $"--style '{weighted}': weights have no meaning here; leave '=' and what follows out." : null;
    }

    /// <summary>The pictures and folders of --style, without their weights.</summary>
    public IReadOnlyList<string> Plain(ParseResult parsed) => [.. Of(parsed, _style).Select(s => Split(s).Path)];

    /// <summary>Whether a style is for some layers only.</summary>
    public bool HasScopes(ParseResult parsed) => Of(parsed, _coarse).Length + Of(parsed, _fine).Length > 0;

    /// <summary>The first style that is given a weight; null if none is.</summary>
    public string? Weighted(ParseResult parsed) => Given(parsed).Select(s => s.Text).FirstOrDefault(s => Split(s).Path != s);

    /// <summary>What is wrong with the values, if anything.</summary>
    public IEnumerable<string> Refusals(ParseResult parsed)
    {
        if (Of(parsed, _style).Length == 0)
        {
            bool coarse = Of(parsed, _coarse).Length > 0, fine = Of(parsed, _fine).Length > 0;
            if (!coarse && !fine) yield return "No style is given: name a picture with --style FILE, or one for the coarse and one for "
                + "the fine layers with --coarse-style and --fine-style.";
            else if (!fine) yield return "--coarse-style covers the coarse layers alone: name a picture for the others with "
                + "--fine-style, or with --style one for all.";
            else if (!coarse) yield return "--fine-style covers the fine layers alone: name a picture for the others with "
                + "--coarse-style, or with --style one for all.";
        }
        foreach ((Option option, string text, _) in Given(parsed))
        {
            (string path, double weight) = Split(text);
            if (!(weight > 0 && double.IsFinite(weight))) yield return $"{option.Name} '{text}': the weight after '=' must be a positive "
                + $"number. Leave the picture out to give it no weight.{Numbers.Advice(text[(text.LastIndexOf('=') + 1)..])}";
            else if (Refusal(option.Name, path) is { } refusal) yield return refusal;
        }
    }

    private static string? Refusal(string option, string path)
    {
        if (!Directory.Exists(path)) return ImageFiles.Refusal(path, option);
        try
        {
            StyleImage.Folder(path);
            return null;
        }
        catch (ArgumentException e)
        {
            return $"{option}: {e.Message}";
        }
    }

    private IEnumerable<(Option Option, string Text, StyleScope? Scope)> Given(ParseResult parsed) =>
    [
        .. Of(parsed, _style).Select(s => ((Option)_style, s, (StyleScope?)null)),
        .. Of(parsed, _coarse).Select(s => ((Option)_coarse, s, StyleScope.Coarse)),
        .. Of(parsed, _fine).Select(s => ((Option)_fine, s, StyleScope.Fine)),
    ];

    private static string[] Of(ParseResult parsed, Option<string[]> option) => parsed.GetValue(option) ?? [];

    private static IEnumerable<StyleImage> Expand(string text, StyleScope? scope)
    {
        (string path, double weight) = Split(text);
        return Directory.Exists(path) ? StyleImage.Folder(path, weight, scope) : [new StyleImage(path, weight, scope)];
    }

    // A file whose own name has an equals sign in it is taken as it stands.
    private static (string Path, double Weight) Split(string text)
    {
        int equals = text.LastIndexOf('=');
        if (equals < 0 || Path.Exists(text)) return (text, 1);
        return (text[..equals],
            double.TryParse(text.AsSpan(equals + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double weight) ? weight
            : double.NaN);
    }

    private static Option<string[]> Pictures(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = "FILE|FOLDER[=WEIGHT]" };
}
