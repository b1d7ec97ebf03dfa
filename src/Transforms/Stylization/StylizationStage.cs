namespace MLNetStyle.Stylization;

/// <summary>One size of the pyramid or, where networks take turns at a size, one network's part of it.</summary>
/// <param name="LongerSide">The longer side of the picture in pixels.</param>
/// <param name="Iterations">How many iterations it gets; at least 1.</param>
/// <param name="Network">Which of the run's networks evaluates it, from 0.</param>
/// <remarks>Immutable and safe to share between threads.</remarks>
public readonly record struct StylizationStage(int LongerSide, int Iterations, int Network = 0);
