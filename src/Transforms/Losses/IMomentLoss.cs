using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>
/// A loss that sees a feature map F only through the products of its channels: an evaluator may hand it the second moment F F^T, [1, C, C],
/// and the number of positions, H W, instead of the map.
/// </summary>
internal interface IMomentLoss
{
    /// <summary>As <see cref="Loss.Statistic"/>.</summary>
    GraphValue MomentStatistic(GraphBuilder graph, GraphValue moment, GraphValue positions);

    /// <summary>As <see cref="Loss.Term"/>.</summary>
    GraphValue MomentTerm(GraphBuilder graph, GraphValue moment, GraphValue positions, GraphValue? target);
}
