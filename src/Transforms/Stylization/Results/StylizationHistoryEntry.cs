namespace MLNetStyle.Stylization;

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
    int Iteration, int Evaluations, double Seconds, int Width, int Height, double Total, double Content, double Style, double Tv, string Network);
