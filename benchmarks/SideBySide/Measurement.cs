using System.Text.Json.Serialization;

namespace MLNetStyle.Benchmarks.SideBySide;

/// <summary>What one process measured: a line of JSON, the same from both sides.</summary>
internal sealed record Measurement(
    [property: JsonPropertyName("engine")] string Engine,
    [property: JsonPropertyName("loss")] double Loss,
    [property: JsonPropertyName("gradient_norm")] double GradientNorm,
    [property: JsonPropertyName("seconds")] double[] Seconds,
    [property: JsonPropertyName("peak_memory_bytes")] long PeakMemoryBytes)
{
    /// <summary>What all threads together worked, for each evaluation: on a busy machine a better measure than the clock. Ours
    /// only.</summary>
    [JsonPropertyName("processor_seconds")]
    public double[] ProcessorSeconds { get; init; } = [];
}
