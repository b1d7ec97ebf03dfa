using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MLNetStyle.Imaging;

namespace MLNetStyle;

/// <summary>Writes how a picture came about as JSON.</summary>
/// <remarks>
/// The object has network {name, file, sha256, pooling}, the one that finished the picture; networks, all of them in their order; device,
/// engine,
/// options, stages, stopped, loss, evaluations, seconds {total and each phase}, peak_memory_bytes, and history: an entry for each iteration
/// with
/// iteration, evaluations and seconds since the run started, width, height, total, content, style, tv, network. Safe for use by several
/// threads.
/// </remarks>
public static class StylizationReport
{
    private static readonly JsonSerializerOptions s_settings = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new TextConverter<LayerWeight>(),
            new TextConverter<StyleTerm>() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>Writes a report.</summary>
    /// <param name="stream">Receives UTF-8 text; stays open.</param>
    /// <param name="network">The network that finished the picture.</param>
    /// <param name="options">The options of the run.</param>
    /// <param name="result">Its result.</param>
    public static void Write(Stream stream, Network network, StylizationOptions options, StylizationResult result) =>
        Write(stream, network, options, result, null);

    private static void Write(Stream stream, Network network, StylizationOptions options, StylizationResult result,
        Action<Utf8JsonWriter>? first)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(result);
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        first?.Invoke(json);
        json.WriteStartObject("network");
        json.WriteString("name", network.Name);
        json.WriteString("file", network.File);
        json.WriteString("sha256", network.Sha256);
        json.WriteString("pooling", Lower(network.Pooling));
        json.WriteEndObject();
        json.WriteStartArray("networks");
        foreach (Network one in result.Networks)
        {
            json.WriteStartObject();
            json.WriteString("name", one.Name);
            json.WriteString("file", one.File);
            json.WriteString("sha256", one.Sha256);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("device", result.Device);
        json.WriteString("engine", result.Engine);
        json.WritePropertyName("options");
        JsonSerializer.Serialize(json, Reported(options), s_settings);
        json.WriteStartArray("stages");
        foreach (StylizationStage stage in result.Stages)
        {
            json.WriteStartObject();
            json.WriteNumber("size", stage.LongerSide);
            json.WriteNumber("iterations", stage.Iterations);
            json.WriteString("network", result.Networks[stage.Network].Name);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("stopped", Lower(result.Stopped));
        json.WriteNumber("width", result.Image.Width);
        json.WriteNumber("height", result.Image.Height);
        WriteNumber(json, "loss", result.Loss);
        json.WriteNumber("evaluations", result.Evaluations);
        json.WriteStartObject("seconds");
        WriteNumber(json, "total", result.Seconds);
        foreach (PhaseTime phase in result.Phases) WriteNumber(json, phase.Phase, phase.Seconds);
        json.WriteEndObject();
        json.WriteNumber("peak_memory_bytes", result.PeakMemoryBytes);
        WriteHistory(json, result.History);
        json.WriteEndObject();
    }

    /// <summary>Writes a report into a file, which appears complete or not at all.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="network">The network that finished the picture.</param>
    /// <param name="options">The options of the run.</param>
    /// <param name="result">Its result.</param>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static void Save(string path, Network network, StylizationOptions options, StylizationResult result) =>
        Save(path, network, options, result, null);

    /// <summary>The same with properties of the caller's in front.</summary>
    internal static void Save(string path, Network network, StylizationOptions options, StylizationResult result,
        Action<Utf8JsonWriter>? first)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        WholeFile.Write(path, stream => Write(stream, network, options, result, first));
    }

    /// <summary>The options as a report shows them: the step is the one that the optimiser took.</summary>
    private static StylizationOptions Reported(StylizationOptions options)
    {
        StylizationOptions own = options.Clone();
        own.LearningRate = options.EffectiveLearningRate;
        return own;
    }

    private static void WriteHistory(Utf8JsonWriter json, IReadOnlyList<StylizationHistoryEntry> history)
    {
        json.WriteStartArray("history");
        foreach (StylizationHistoryEntry entry in history)
        {
            json.WriteStartObject();
            json.WriteNumber("iteration", entry.Iteration);
            json.WriteNumber("evaluations", entry.Evaluations);
            WriteNumber(json, "seconds", entry.Seconds);
            json.WriteNumber("width", entry.Width);
            json.WriteNumber("height", entry.Height);
            WriteNumber(json, "total", entry.Total);
            WriteNumber(json, "content", entry.Content);
            WriteNumber(json, "style", entry.Style);
            WriteNumber(json, "tv", entry.Tv);
            json.WriteString("network", entry.Network);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>A number, or null for what JSON has no number for.</summary>
    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }

    private static string Lower<T>(T value) where T : struct, Enum => value.ToString().ToLower(CultureInfo.InvariantCulture);

    /// <summary>A value as the text that names it.</summary>
    private sealed class TextConverter<T> : JsonConverter<T>
        where T : notnull
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Reports are written only.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
