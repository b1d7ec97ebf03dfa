using System.Text.RegularExpressions;

namespace MLNetStyle.Samples.Batch;

/// <summary>The names of a batch's results.</summary>
/// <param name="template">With {folder}, {name}, {style}, {ext} and {number} in it; null for the names of the originals.</param>
/// <param name="style">What {style} is where a picture has no style of its own.</param>
internal sealed partial class BatchNames(string? template, string style)
{
    private const int MostRefusals = 5;

    /// <summary>What is wrong with a template, if anything.</summary>
    public static string? Refusal(string? template)
    {
        if (template is null) return null;
        if (Part().Matches(template).FirstOrDefault(m =>
            m.Groups[1].Value is not ("folder" or "name" or "style" or "ext" or "number")) is { } part)
            return $"--output-name '{template}' has {part.Value}; known are {{folder}}, {{name}}, {{style}}, {{ext}} and {{number}}.";
        string sample = new BatchNames(template, "s").Of(new BatchRow("a/b.png"), 0);
        if (!BatchPlan.IsInside(sample)) return $"--output-name '{template}' leads out of the output folder.";
        return PictureFile.CanWrite(sample) ? null : $"--output-name '{template}' ends in no .png, .jpg, .jpeg, .webp or {{ext}}.";
    }

    /// <summary>The result's path below the output folder.</summary>
    public string Of(BatchRow row, int number)
    {
        if (row.Output is not null) return row.Output;
        bool full = Path.IsPathRooted(row.Path) || !BatchPlan.IsInside(row.Path);
        string path = row.Path.Replace('\\', '/');
        string folder = full || !path.Contains('/') ? "" : path[..path.LastIndexOf('/')], name = path[(path.LastIndexOf('/') + 1)..];
        if (template is null)
        {
            string own = PictureFile.CanWrite(name) ? name : name + ".png";
            return folder.Length == 0 ? own : $"{folder}/{own}";
        }
        string made = Part().Replace(template, m => m.Groups[1].Value switch
        {
            "folder" => folder.Length == 0 ? "." : folder,
            "name" => Path.GetFileNameWithoutExtension(name),
            "style" => row.Styles is { } styles ? string.Join('+', styles.Select(s => Path.GetFileNameWithoutExtension(s))) : style,
            "number" => FormattableString.Invariant($"{number:D5}"),
            _ => PictureFile.CanWrite(name) ? Path.GetExtension(name) : ".png",
        });
        return string.Join('/', made.Split('/').Where(p => p is not ("." or "")));
    }

    /// <summary>What is wrong with the names of pictures together, if anything.</summary>
    public static IEnumerable<string> Collisions(IEnumerable<BatchItem> items)
    {
        StringComparer comparer = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase
            : StringComparer.Ordinal;
        Dictionary<string, BatchItem> taken = new(comparer);
        return items.Where(i => !taken.TryAdd(i.Output, i)).Take(MostRefusals).Select(i => $"'{taken[i.Output].Path}' and '{i.Path}' would "
            + $"both be written to '{i.Output}'. Give --output-name with {{folder}}, {{name}}, {{style}} or {{number}}, or other outputs "
                + $"in the list.");
    }

    [GeneratedRegex(@"\{(\w*)\}")]
    private static partial Regex Part();
}
