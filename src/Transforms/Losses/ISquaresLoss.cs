namespace MLNetStyle.Losses;

/// <summary>A loss that may be a number times the sum of squared differences of map and target, which an evaluator can compute without a graph.</summary>
internal interface ISquaresLoss
{
    /// <summary>Whether it is.</summary>
    bool IsSquares { get; }

    /// <summary>The number.</summary>
    /// <param name="target">The target.</param>
    double SquaresFactor(ReadOnlySpan<float> target);
}
