namespace MLNetStyle;

/// <summary>Where a run stands after an iteration.</summary>
/// <remarks>Immutable and safe to share between threads.</remarks>
public sealed record StylizationProgress
{
    /// <summary>The current stage, from 1.</summary>
    public required int Stage { get; init; }

    /// <summary>The number of stages.</summary>
    public required int Stages { get; init; }

    /// <summary>The iteration over all stages, from 1.</summary>
    public required int Iteration { get; init; }

    /// <summary>
    /// The planned number of iterations. A stage that converges early leaves its remaining iterations out, so
    /// <see cref="Iteration"/> may end lower.
    /// </summary>
    public required int Iterations { get; init; }

    /// <summary>How often losses and gradient were computed since the run started.</summary>
    public required int Evaluations { get; init; }

    /// <summary>Seconds since the run started.</summary>
    public required double Seconds { get; init; }

    /// <summary>How much of the whole work is done, 0 to 1, by the pixels of every planned iteration and the size of its network.</summary>
    public required double Fraction { get; init; }

    /// <summary>The current width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>The current height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>The name of the network that the current stage runs on.</summary>
    public required string Network { get; init; }

    /// <summary>The weighted sum of all terms.</summary>
    public required double Total { get; init; }

    /// <summary>The part of <see cref="Total"/> that the content losses make.</summary>
    public required double Content { get; init; }

    /// <summary>The part of <see cref="Total"/> that the style losses make.</summary>
    public required double Style { get; init; }

    /// <summary>The part of <see cref="Total"/> that total variation makes.</summary>
    public required double TotalVariation { get; init; }

    /// <summary>Every term with its share of <see cref="Total"/>.</summary>
    public required IReadOnlyList<LossTerm> Terms { get; init; }

    /// <summary>
    /// The seconds that the rest would take at the speed of the iterations so far, at the current size where there were some; null before
    /// there is
    /// a speed. What was measured and prepared before the first iteration does not count.
    /// </summary>
    public double? SecondsLeft { get; init; }
}
