using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>A loss that can look at a part of a feature map; without a guide it is the plain loss.</summary>
internal interface IGuidedLoss
{
    /// <summary>As <see cref="Loss.Statistic"/>.</summary>
    GraphValue? Statistic(GraphBuilder graph, GraphValue map, Guide? guide);

    /// <summary>As <see cref="Loss.Term"/>.</summary>
    GraphValue Term(GraphBuilder graph, GraphValue map, GraphValue? target, Guide? guide);
}
