namespace MLNetStyle;

/// <summary>Where a training stands.</summary>
/// <remarks>Immutable and safe to share between threads.</remarks>
public sealed record FastStyleProgress
{
    /// <summary>Steps done, those before a resumption included.</summary>
    public required int Iteration { get; init; }

    /// <summary>Steps to do at most.</summary>
    public required int Iterations { get; init; }

    /// <summary>How much is done, 0 to 1, by steps or by time, whichever is further.</summary>
    public required double Fraction { get; init; }

    /// <summary>Seconds of training, those before a resumption included.</summary>
    public required double Seconds { get; init; }

    /// <summary>Photographs a second over the last steps.</summary>
    public required double ImagesPerSecond { get; init; }

    /// <summary>The learning rate of the last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The mean loss of the last photographs.</summary>
    public required double Loss { get; init; }

    /// <summary>Its share of content.</summary>
    public required double Content { get; init; }

    /// <summary>Its share of style.</summary>
    public required double Style { get; init; }

    /// <summary>Each style's loss over its last photographs; not a number before its first.</summary>
    public required IReadOnlyDictionary<string, double> Styles { get; init; }

    /// <summary>The validation photographs' loss at the last checkpoint; null without any.</summary>
    public double? Validation { get; init; }
}
