using System.CommandLine;
using System.Reflection;
using System.Text.Json;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>What a run was made from, as its report tells: enough to make the picture again.</summary>
/// <param name="parsed">The arguments.</param>
/// <param name="preset">The preset; null if none was asked for.</param>
/// <param name="styles">The style pictures.</param>
internal sealed class RunRecord(ParseResult parsed, string? preset, IReadOnlyList<StyleImage> styles)
{
    private static readonly string s_version = typeof(RunRecord).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>Writes it into a report.</summary>
    /// <param name="json">The report, within its object.</param>
    /// <param name="files">The content and its masks.</param>
    /// <param name="output">Where the picture went.</param>
    public void Write(Utf8JsonWriter json, ContentFiles files, string output)
    {
        json.WriteStartObject("run");
        json.WriteString("program", "mlnetstyle");
        json.WriteString("version", s_version);
        json.WriteStartArray("arguments");
        foreach (System.CommandLine.Parsing.Token token in parsed.Tokens) json.WriteStringValue(token.Value);
        json.WriteEndArray();
        json.WriteString("content", files.Path);
        json.WriteStartArray("styles");
        foreach (StyleImage style in styles)
        {
            json.WriteStartObject();
            json.WriteString("file", style.Path);
            json.WriteNumber("weight", style.Weight);
            json.WriteString("layers", style.Scope?.ToString());
            json.WriteString("region", style.Region);
            Strings("masks", style.Masks ?? []);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        Strings("masks", files.Masks);
        json.WriteString("weight_mask", files.Weight);
        json.WriteString("preset", preset);
        json.WriteString("output", output);
        json.WriteEndObject();

        void Strings(string name, IEnumerable<string> values)
        {
            json.WriteStartArray(name);
            foreach (string value in values) json.WriteStringValue(value);
            json.WriteEndArray();
        }
    }
}
