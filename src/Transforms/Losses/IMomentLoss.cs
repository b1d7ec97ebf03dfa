using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>
/// A loss that is a number times the sum of squares of s F F^T - A, F a feature map and A the target: an evaluator can compute it from the
/// second moment F F^T, without the map and without a graph.
/// </summary>
internal interface IMomentLoss
{
    /// <summary>As <see cref="Loss.Statistic"/>, from the moment F F^T, [1, C, C], and the number of positions, H W.</summary>
    GraphValue MomentStatistic(GraphBuilder graph, GraphValue moment, GraphValue positions);

    /// <summary>The s that F F^T is multiplied by.</summary>
    /// <param name="channels">The channels of F.</param>
    /// <param name="positions">Its height times its width.</param>
    double MomentFactor(int channels, long positions);

    /// <summary>The number that the sum of squares is multiplied by.</summary>
    /// <param name="target">A, channels x channels.</param>
    /// <param name="channels">The channels of F.</param>
    /// <param name="positions">Its height times its width.</param>
    double SquaresFactor(ReadOnlySpan<float> target, int channels, long positions);
}
