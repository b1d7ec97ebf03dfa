namespace MLNetStyle.Stylization;

/// <summary>One size of the pyramid.</summary>
/// <param name="LongerSide">The longer side of the picture in pixels.</param>
/// <param name="Iterations">How many iterations it gets; at least 1.</param>
/// <remarks>Immutable and safe to share between threads.</remarks>
public readonly record struct StylizationStage(int LongerSide, int Iterations);
