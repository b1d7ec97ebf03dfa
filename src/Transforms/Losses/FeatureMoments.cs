using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>Means, spreads and products of a feature map's channels over its positions, or over a region of them, as nodes of a
/// graph.</summary>
internal static class FeatureMoments
{
    /// <summary>[1, C, H, W] to [1, C, H W].</summary>
    public static GraphValue Flat(GraphBuilder graph, GraphValue map) => graph.Reshape(map, 0, 0, -1);

    /// <summary>The number of positions of a flat map, as a float.</summary>
    public static GraphValue Positions(GraphBuilder graph, GraphValue flat) =>
        graph.Cast(graph.Gather(graph.Shape(flat), graph.Index(2)), ElementType.Float);

    /// <summary>The mean of every channel, [1, C, 1, 1]; axis by axis, because one long sum of 32-bit floats loses digits.</summary>
    public static GraphValue Mean(GraphBuilder graph, GraphValue map, Guide? guide = null) => guide is not { } region
        ? graph.ReduceMean(graph.ReduceMean(map, true, 3), true, 2)
        : graph.Div(graph.ReduceSum(graph.ReduceSum(graph.Mul(map, region.Squares), true, 3), true, 2), region.Sum);

    /// <summary>The mean of every channel as a row, [1, 1, C].</summary>
    public static GraphValue Row(GraphBuilder graph, GraphValue channels) => graph.Reshape(channels, 0, 1, -1);

    /// <summary>F F^T, [1, C, C], and the number of positions.</summary>
    public static (GraphValue Sum, GraphValue Positions) Products(GraphBuilder graph, GraphValue map, Guide? guide = null)
    {
        GraphValue flat = Flat(graph, guide is { } region ? graph.Mul(map, region.Channel) : map);
        return (graph.MatMul(flat, graph.Transpose(flat, 0, 2, 1)), guide?.Sum ?? Positions(graph, flat));
    }

    /// <summary>F F^T / (H W), [1, C, C].</summary>
    public static GraphValue SecondMoment(GraphBuilder graph, GraphValue map, Guide? guide = null)
    {
        (GraphValue sum, GraphValue positions) = Products(graph, map, guide);
        return graph.Div(sum, positions);
    }

    /// <summary>(F - mean) (F - mean)^T / (H W), [1, C, C].</summary>
    public static GraphValue Covariance(GraphBuilder graph, GraphValue map, Guide? guide = null) =>
        SecondMoment(graph, graph.Sub(map, Mean(graph, map, guide)), guide);

    /// <summary>The unit matrix of a square matrix's size, [C, C].</summary>
    public static GraphValue Unit(GraphBuilder graph, GraphValue matrix) =>
        graph.Node("EyeLike", [graph.Node("Squeeze", [matrix, graph.Indices(0)])], new GraphAttribute("dtype", (long)ElementType.Float));

    /// <summary>The sum of the diagonal of [1, C, C], a scalar.</summary>
    public static GraphValue Trace(GraphBuilder graph, GraphValue matrix, GraphValue unit) =>
        graph.ReduceSum(graph.ReduceSum(graph.Mul(matrix, unit), true, 2));
}

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
