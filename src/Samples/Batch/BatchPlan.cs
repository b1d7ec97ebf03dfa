using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MLNetStyle.Imaging;

namespace MLNetStyle.Samples.Batch;

/// <summary>What a batch is to do, written once: every picture, and every setting that shapes the results.</summary>
/// <param name="Settings">Name and value: options, hashes of styles and networks, the program's version.</param>
/// <param name="Items">The pictures, in the order that shards count.</param>
internal sealed record BatchPlan(IReadOnlyDictionary<string, string> Settings, IReadOnlyList<BatchItem> Items)
{
    private const int CurrentFormat = 1;
    private const long MostBytes = 1L << 30;

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        WriteIndented = true,
        IndentSize = 1,
    };

    /// <summary>The form of the file.</summary>
    [JsonPropertyOrder(-1)]
    public int Format { get; init; } = CurrentFormat;

    /// <summary>A short name for the settings: equal for equal ones.</summary>
    [JsonIgnore]
    public string Fingerprint => field ??= Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
        Settings.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => new[] { s.Key, s.Value }))))[..16];

    /// <summary>Reads a plan.</summary>
    /// <exception cref="InvalidDataException">It is none; the message says why and what to do.</exception>
    public static BatchPlan Load(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MostBytes) throw new InvalidDataException($"it is larger than {MostBytes} bytes");
            using FileStream stream = File.OpenRead(path);
            BatchPlan plan = JsonSerializer.Deserialize<BatchPlan>(stream, s_json) ?? throw new InvalidDataException("it is empty");
            if (plan.Format != CurrentFormat) throw new InvalidDataException($"its format is {plan.Format}, and this version knows "
                + $"{CurrentFormat}");
            if (plan.Items.FirstOrDefault(i => !IsInside(i.Output)) is { } outside)
                throw new InvalidDataException($"the output '{outside.Output}' leads out of the output folder");
            return plan;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or NotSupportedException)
        {
            throw new InvalidDataException($"The plan '{path}' can't be read: {e.Message}. Give --replan to make it anew.", e);
        }
    }

    /// <summary>Writes the plan; where another process was first, its plan stays and is given back.</summary>
    /// <param name="path">The file.</param>
    /// <param name="replace">Whether one that is there is replaced.</param>
    public BatchPlan Save(string path, bool replace)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(this, s_json);
        if (replace)
        {
            WholeFile.Write(path, bytes);
            return this;
        }
        // A whole file under a name of its own, then the name if it is free: who starts beside sees all of a plan or none.
        while (true)
        {
            string own = WholeFile.TemporaryBeside(path);
            WholeFile.Write(own, bytes);
            try
            {
                File.Move(own, path, overwrite: false);
                return this;
            }
            catch (FileNotFoundException)
            {
                // Another process that starts took it for a leftover: once more.
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(own);
                return Load(path);
            }
        }
    }

    /// <summary>What other settings say otherwise.</summary>
    public IEnumerable<string> Changes(IReadOnlyDictionary<string, string> now)
    {
        foreach (string name in Settings.Keys.Union(now.Keys).Order(StringComparer.Ordinal))
        {
            string? before = Settings.GetValueOrDefault(name), after = now.GetValueOrDefault(name);
            if (before != after) yield return $"{name} was {before ?? "not there"} and is {after ?? "not there"}";
        }
    }

    /// <summary>Whether a relative path stays below where it begins.</summary>
    public static bool IsInside(string relative)
    {
        if (relative.Length == 0 || relative.Contains('\0') || Path.IsPathRooted(relative)) return false;
        string root = Path.GetFullPath(Path.Combine(Path.GetTempPath(), "root")), full = Path.GetFullPath(Path.Combine(root, relative));
        return full.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }
}
