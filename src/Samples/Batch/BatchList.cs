using System.Globalization;
using System.Text;
using System.Text.Json;
using MLNetStyle.Samples.CommandLine;

namespace MLNetStyle.Samples.Batch;

/// <summary>Reads a list of pictures: CSV or TSV with a head line, or a JSON object a line.</summary>
internal static class BatchList
{
    private const long MostBytes = 1L << 28;
    private static readonly string[] s_columns = ["path", "style", "strength", "mask", "output"];
    private static readonly string[] s_endings = [".csv", ".tsv", ".jsonl", ".ndjson"];

    /// <summary>Whether a file is a list by its name.</summary>
    public static bool Is(string path) => s_endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a list. Paths in it begin from its own folder.</summary>
    /// <exception cref="UsageException">It can't be read; the message names file and line.</exception>
    public static BatchSource Read(string file)
    {
        if (new FileInfo(file).Length > MostBytes) throw new UsageException([$"The list '{file}' has more than {MostBytes} bytes."]);
        string ending = Path.GetExtension(file).ToLowerInvariant();
        IEnumerable<(int Line, Dictionary<string, string> Fields)> rows = ending switch
        {
            ".csv" => Table(file, ','),
            ".tsv" => Table(file, '\t'),
            _ => Objects(file),
        };
        string root = Path.GetDirectoryName(Path.GetFullPath(file))!;
        return new BatchSource(root, [.. rows.Select(r => Row(file, root, r.Line, r.Fields))], []);
    }

    private static BatchRow Row(string file, string root, int line, Dictionary<string, string> fields)
    {
        if (!fields.TryGetValue("path", out string? path) || path.Length == 0) throw Wrong(file, line, "there is no path");
        double? strength = null;
        if (fields.GetValueOrDefault("strength") is { Length: > 0 } text)
        {
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !(value is >= 0 and <= 100))
                throw Wrong(file, line, $"the strength is '{text}'; it must be 0 to 100");
            strength = value;
        }
        string? output = fields.GetValueOrDefault("output") is { Length: > 0 } named ? named.Replace('\\', '/') : null;
        if (output is not null && !BatchPlan.IsInside(output)) throw Wrong(file, line, $"the output '{output}' leads out of the output "
            + $"folder");
        if (output is not null && !PictureFile.CanWrite(output))
            throw Wrong(file, line, $"the output '{output}' is no .png, .jpg, .jpeg or .webp");
        return new BatchRow(path)
        {
            Styles = fields.GetValueOrDefault("style") is { Length: > 0 } styles
                ? [.. styles.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Full)] : null,
            Strength = strength,
            Mask = fields.GetValueOrDefault("mask") is { Length: > 0 } mask ? Full(mask) : null,
            Output = output,
        };

        string Full(string p) => Path.GetFullPath(Path.Combine(root, p));
    }

    private static IEnumerable<(int, Dictionary<string, string>)> Objects(string file)
    {
        int line = 0;
        foreach (string text in File.ReadLines(file))
        {
            line++;
            if (string.IsNullOrWhiteSpace(text)) continue;
            Dictionary<string, string> fields = new(StringComparer.OrdinalIgnoreCase);
            try
            {
                using JsonDocument json = JsonDocument.Parse(text);
                foreach (JsonProperty property in json.RootElement.EnumerateObject())
                    if (property.Value.ValueKind != JsonValueKind.Null) fields[Known(file, line,
                        property.Name)] = property.Value.ToString();
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                throw Wrong(file, line, $"it is no JSON object: {e.Message}");
            }
            yield return (line, fields);
        }
    }

    private static IEnumerable<(int, Dictionary<string, string>)> Table(string file, char separator)
    {
        string[]? head = null;
        foreach ((int line, List<string> cells) in Records(file, separator))
        {
            if (head is null)
            {
                head = [.. cells.Select(c => Known(file, line, c.Trim()))];
                if (!head.Contains("path")) throw Wrong(file, line, "the head names no column 'path'");
                continue;
            }
            if (cells.Count == 1 && cells[0].Length == 0) continue;
            if (cells.Count != head.Length) throw Wrong(file, line, $"it has {cells.Count} fields, and the head has {head.Length}");
            Dictionary<string, string> fields = [];
            for (int i = 0; i < head.Length; i++) fields[head[i]] = cells[i];
            yield return (line, fields);
        }
        if (head is null) throw new UsageException([$"The list '{file}' is empty."]);
    }

    // Fields in quotes may hold separators, ends of lines and doubled quotes (RFC 4180).
    private static IEnumerable<(int Line, List<string> Cells)> Records(string file, char separator)
    {
        string text = File.ReadAllText(file);
        List<string> cells = [];
        StringBuilder cell = new();
        bool quoted = false;
        int line = 1, begun = 1;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '\n') line++;
            if (quoted)
            {
                if (c != '"') cell.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"') cell.Append(text[i++]);
                else quoted = false;
            }
            else if (c == '"' && cell.Length == 0) quoted = true;
            else if (c == separator) End();
            else if (c == '\n')
            {
                End();
                yield return (begun, cells);
                (cells, begun) = ([], line);
            }
            else if (c != '\r') cell.Append(c);
        }
        if (quoted) throw Wrong(file, begun, "a quote is not closed");
        if (cells.Count == 0 && cell.Length == 0) yield break;
        End();
        yield return (begun, cells);

        void End()
        {
            cells.Add(cell.ToString());
            cell.Clear();
        }
    }

    private static string Known(string file, int line, string name) =>
        s_columns.FirstOrDefault(c => c.Equals(name.TrimStart('\uFEFF'), StringComparison.OrdinalIgnoreCase))
            ?? throw Wrong(file, line, $"'{name}' is none of the columns {string.Join(", ", s_columns)}");

    private static UsageException Wrong(string file, int line, string what) => new([$"The list '{file}', line {line}: {what}."]);
}
