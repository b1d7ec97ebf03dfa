using System.Globalization;
using System.Text.Json;

namespace MLNetStyle;

/// <summary>Writes how a picture came about as JSON.</summary>
/// <remarks>
/// The object has network {name, file, sha256}, device, engine, options, stages, stopped, loss, evaluations, seconds {total and
/// each phase}, peak_memory_bytes, and history: an entry for each iteration with iteration, evaluations and seconds since the run
/// started, width, height, total, content, style, tv. Safe for use by several threads.
/// </remarks>
public static class StylizationReport
{
    /// <summary>Writes a report.</summary>
    /// <param name="stream">Receives UTF-8 text; stays open.</param>
    /// <param name="network">The network.</param>
    /// <param name="options">The options of the run.</param>
    /// <param name="result">Its result.</param>
    public static void Write(Stream stream, Network network, StylizationOptions options, StylizationResult result)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(result);
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteStartObject("network");
        json.WriteString("name", network.Name);
        json.WriteString("file", network.File);
        json.WriteString("sha256", network.Sha256);
        json.WriteString("pooling", Lower(network.Pooling));
        json.WriteEndObject();
        json.WriteString("device", options.Device.ToString());
        json.WriteString("engine", result.Engine);
        WriteOptions(json, options);
        json.WriteStartArray("stages");
        foreach (StylizationStage stage in result.Stages)
        {
            json.WriteStartObject();
            json.WriteNumber("size", stage.LongerSide);
            json.WriteNumber("iterations", stage.Iterations);
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
    /// <param name="network">The network.</param>
    /// <param name="options">The options of the run.</param>
    /// <param name="result">Its result.</param>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static void Save(string path, Network network, StylizationOptions options, StylizationResult result)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path), temporary = $"{full}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew)) Write(stream, network, options, result);
            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static void WriteOptions(Utf8JsonWriter json, StylizationOptions options)
    {
        json.WriteStartObject("options");
        json.WriteNumber("size", options.Size);
        json.WriteNumber("iterations", options.Iterations);
        json.WriteString("optimizer", Lower(options.Optimizer));
        WriteNumber(json, "learning_rate", options.EffectiveLearningRate);
        WriteNumber(json, "beta1", options.Beta1);
        WriteNumber(json, "beta2", options.Beta2);
        WriteNumber(json, "epsilon", options.Epsilon);
        json.WriteNumber("history", options.History);
        WriteLayers(json, "content_layers", options.ContentLayers);
        WriteLayers(json, "style_layers", options.StyleLayers);
        json.WriteStartArray("style_terms");
        foreach (StyleTerm term in options.StyleTerms) json.WriteStringValue(term.ToString());
        json.WriteEndArray();
        WriteNumber(json, "content_weight", options.ContentWeight);
        WriteNumber(json, "style_weight", options.StyleWeight);
        WriteNumber(json, "neighbor_weight", options.NeighborWeight);
        WriteLayers(json, "neighbor_layers", options.NeighborLayers);
        json.WriteBoolean("neighbor_rotations", options.NeighborRotations);
        WriteNumber(json, "recolor", options.Recolor);
        WriteNumber(json, "tv_weight", options.TvWeight);
        json.WriteString("normalization", Lower(options.Normalization));
        json.WriteString("gram_normalization", Lower(options.GramNormalization));
        json.WriteString("style_divisor", Lower(options.StyleDivisor));
        json.WriteString("content_reduction", Lower(options.ContentReduction));
        json.WriteString("tv_kind", Lower(options.TvKind));
        json.WriteString("activation_scale", Lower(options.ActivationScale));
        json.WriteString("init", Lower(options.Start));
        WriteNumber(json, "style_scale", options.StyleScale);
        WriteNumber(json, "stroke_size", options.StrokeSize);
        json.WriteBoolean("fit_style", options.FitStyle);
        json.WriteString("size_of", Lower(options.SizeOf));
        json.WriteString("noise_kind", Lower(options.NoiseKind));
        WriteNumber(json, "noise_deviation", options.NoiseDeviation);
        json.WriteNumber("stage_iterations", options.StageIterations);
        json.WriteString("preserve_color", options.PreserveColor == PreserveColorMode.HistogramAfter ? "histogram_after" : Lower(options.PreserveColor));
        json.WriteString("luminance_space", Lower(options.LuminanceSpace));
        json.WriteBoolean("match_luminance", options.MatchLuminance);
        json.WriteString("color_matching", options.ColorMatching == ColorMatching.SquareRoot ? "square_root" : Lower(options.ColorMatching));
        json.WriteStartArray("regions");
        foreach (string region in options.Regions) json.WriteStringValue(region);
        json.WriteEndArray();
        WriteNumber(json, "mask_softness", options.MaskSoftness);
        json.WriteBoolean("content_weight_by_mask", options.ContentWeightByMask);
        WriteNumber(json, "pyramid_factor", options.PyramidFactor);
        json.WriteNumber("coarsest_size", options.CoarsestSize);
        WriteNumber(json, "stage_decay", options.StageDecay);
        json.WriteBoolean("average_iterates", options.AverageIterates);
        WriteNumber(json, "average_decay", options.AverageDecay);
        json.WriteNumber("seed", options.Seed);
        json.WriteNumber("threads", options.Threads);
        json.WriteString("engine", Lower(options.Engine));
        json.WriteString("vector_path", options.VectorPath is { } path ? Lower(path) : null);
        json.WriteBoolean("keep_transformed_weights", options.KeepTransformedWeights);
        WriteNumber(json, "tolerance", options.Tolerance);
        json.WriteEndObject();
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
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteLayers(Utf8JsonWriter json, string name, IReadOnlyList<LayerWeight> layers)
    {
        json.WriteStartArray(name);
        foreach (LayerWeight layer in layers) json.WriteStringValue(layer.ToString());
        json.WriteEndArray();
    }

    /// <summary>A number, or null for what JSON has no number for.</summary>
    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }

    private static string Lower<T>(T value) where T : struct, Enum => value.ToString().ToLower(CultureInfo.InvariantCulture);
}
