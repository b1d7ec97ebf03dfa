namespace MLNetStyle;

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

    /// <summary>The device that it ran on: "cpu" or "cuda:0".</summary>
    public required string Device { get; init; }

    /// <summary>The largest memory of the process so far, in bytes.</summary>
    public required long PeakMemoryBytes { get; init; }
}

/// <summary>One iteration of a finished run.</summary>
/// <param name="Iteration">The iteration over all stages, from 1.</param>
/// <param name="Evaluations">Evaluations since the run started.</param>
/// <param name="Seconds">Seconds since the run started.</param>
/// <param name="Width">The width in pixels then.</param>
/// <param name="Height">The height in pixels then.</param>
/// <param name="Total">The weighted sum of all terms.</param>
/// <param name="Content">The content losses' share.</param>
/// <param name="Style">The style losses' share.</param>
/// <param name="Tv">Total variation's share.</param>
/// <param name="Network">The name of the network that it ran on.</param>
/// <remarks>Immutable and safe to share between threads.</remarks>
public readonly record struct StylizationHistoryEntry(
    int Iteration, int Evaluations, double Seconds, int Width, int Height, double Total, double Content, double Style, double Tv,
        string Network);

/// <summary>How long a phase of a run took.</summary>
/// <param name="Phase">"style", "content", "session", or a stage's size, for example "256 x 171".</param>
/// <param name="Seconds">Its seconds.</param>
/// <remarks>Immutable and safe to share between threads.</remarks>
public readonly record struct PhaseTime(string Phase, double Seconds);

/// <summary>One term of the total loss at one iterate.</summary>
/// <param name="Name">The loss's name, for example "style relu1_1".</param>
/// <param name="Value">Its weighted share of the total.</param>
/// <remarks>Immutable and safe to share between threads.</remarks>
public readonly record struct LossTerm(string Name, double Value);

/// <summary>Why a run ended.</summary>
public enum StopReason
{
    /// <summary>All iterations were done.</summary>
    Completed,

    /// <summary>The last size converged within <see cref="StylizationOptions.Tolerance"/>, or no lower loss could be found there.</summary>
    Converged,

    /// <summary>The caller cancelled; the picture is the best one up to then.</summary>
    Cancelled,
}
