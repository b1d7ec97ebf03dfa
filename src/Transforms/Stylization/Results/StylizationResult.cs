using MLNetStyle.Imaging;
using MLNetStyle.Networks;

namespace MLNetStyle.Stylization;

/// <summary>A finished picture and how it came about.</summary>
/// <remarks>Immutable but for the image's samples, which belong to the receiver.</remarks>
public sealed class StylizationResult
{
    /// <summary>The picture, values within 0..255.</summary>
    public required PlanarImage Image { get; init; }

    /// <summary>Why the run ended.</summary>
    public required StopReason Stopped { get; init; }

    /// <summary>One entry for each iteration.</summary>
    public required IReadOnlyList<StylizationHistoryEntry> History { get; init; }

    /// <summary>The sizes that the run went through, or would have gone through, with their planned iterations.</summary>
    public required IReadOnlyList<StylizationStage> Stages { get; init; }

    /// <summary>The networks that the stages ran on, in the order in which they took over; mostly one.</summary>
    public required IReadOnlyList<Network> Networks { get; init; }

    /// <summary>The total loss of the picture at the last size; not a number if no iteration was finished there.</summary>
    public required double Loss { get; init; }

    /// <summary>How often losses and gradient were computed.</summary>
    public required int Evaluations { get; init; }

    /// <summary>The seconds of the whole run.</summary>
    public required double Seconds { get; init; }

    /// <summary>The seconds of each phase, in order.</summary>
    public required IReadOnlyList<PhaseTime> Phases { get; init; }

    /// <summary>The engine that evaluated the network, for example "onnx".</summary>
    public required string Engine { get; init; }

    /// <summary>The largest memory of the process so far, in bytes.</summary>
    public required long PeakMemoryBytes { get; init; }
}
