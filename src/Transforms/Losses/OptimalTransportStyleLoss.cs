using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>The relaxed earth mover's distance of the features at sampled positions, with their moments beside it.</summary>
/// <remarks>
/// <para>L = max(R_A, R_B) + M. With C_ij = 1 - cos(A_i, B_j), A_i the picture's and B_j the style's feature vectors at n positions each:
/// R_A = (1/n) sum_j min_i C_ij, R_B = (1/n) sum_i min_j C_ij. With m, S the mean and the covariance of the A_i and m', S' those of the
/// B_j: M = |m - m'|_1 / |m'|_1 + |S - S'|_1 / |S'|_1, the absolute values summed over all entries. Kolkin, Salavon, Shakhnarovich,
/// "Style Transfer by Relaxed Optimal Transport and Self-Similarity", 2019 (arXiv:1904.12785), equations 3 to 6.</para>
/// <para>Where it departs: the paper samples hypercolumns, all layers at once; here every layer is compared by itself. The paper draws
/// new positions at every step; here they are the same ones (<see cref="SampledStyleLoss"/>), so that L-BFGS sees one function, and the
/// gradient reaches what the sampled positions see. The paper's moments are not divided by the style's; here they are, so that the scale of
/// the network doesn't matter, and relative and absolute form are the same. The paper's third term, the transport of colours, is left to
/// <see cref="StylizationOptions.Recolor"/>.</para>
/// <para>Several styles each give samples by their weight. Immutable and safe to share between threads.</para>
/// </remarks>
internal sealed class OptimalTransportStyleLoss : SampledStyleLoss
{
    /// <summary>What is added to the sums that the moments are divided by.</summary>
    internal const float Least = 1e-6f;

    /// <summary>Describes a style loss.</summary>
    /// <param name="layer">The layer, for example relu3_1.</param>
    /// <param name="weight">The weight among the style losses; finite and not negative.</param>
    /// <param name="normalization">Without effect: the loss has one form.</param>
    /// <param name="samples">The number of positions, 1 to 8192.</param>
    /// <exception cref="ArgumentException">The layer is empty, or the weight negative or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of positions is out of range.</exception>
    public OptimalTransportStyleLoss(string layer, double weight = 1, LossNormalization normalization = LossNormalization.Relative,
        int samples = DefaultSamples)
        : base(StyleStatistic.OptimalTransport, layer, weight, normalization, samples) { }

    internal override bool DividesByEnergy => false;

    /// <inheritdoc/>
    public override GraphValue Term(GraphBuilder graph, GraphValue map, GraphValue? target)
    {
        ArgumentNullException.ThrowIfNull(graph);
        GraphValue picture = Sample(graph, map, Samples), style = Required(target);
        GraphValue cost = CosineDistances(graph, picture, style);
        GraphValue transport = graph.Node("Max", [MeanOfLeast(graph, cost, 1), MeanOfLeast(graph, cost, 2)]);
        (GraphValue mean, GraphValue covariance) = Moments(graph, picture);
        (GraphValue styleMean, GraphValue styleCovariance) = Moments(graph, style);
        return graph.Add(transport, graph.Add(Difference(graph, mean, styleMean), Difference(graph, covariance, styleCovariance)));
    }

    /// <summary>The mean of the least costs along an axis. Among equal ones the gradient is shared.</summary>
    private static GraphValue MeanOfLeast(GraphBuilder graph, GraphValue cost, long axis)
    {
        GraphValue least = graph.Node("ReduceMin", [graph.Detach(cost), graph.Indices(axis)], new GraphAttribute("keepdims", 1L));
        GraphValue chosen = graph.Cast(graph.Node("Equal", [graph.Detach(cost), least]), ElementType.Float);
        GraphValue share = graph.Div(chosen, graph.ReduceSum(chosen, true, axis));
        return Mean(graph, graph.ReduceSum(graph.Mul(cost, share), true, axis), 3);
    }

    private (GraphValue Mean, GraphValue Covariance) Moments(GraphBuilder graph, GraphValue columns)
    {
        // A mean by ReduceMean of what is given from outside depends on where its memory begins, in the last bit.
        float[] shares = new float[Samples];
        Array.Fill(shares, 1f / Samples);
        GraphValue mean = graph.MatMul(columns, graph.Constant(shares, Samples, 1)), centred = graph.Sub(columns, mean);
        GraphValue products = graph.MatMul(centred, graph.Transpose(centred, 0, 2, 1));
        return (mean, graph.Div(products, FeatureMoments.Positions(graph, columns)));
    }

    private static GraphValue Difference(GraphBuilder graph, GraphValue value, GraphValue target) =>
        graph.Div(Sum(graph, graph.Node("Abs", [graph.Sub(value, target)]), 3),
            graph.Add(Sum(graph, graph.Node("Abs", [target]), 3), graph.Constant(Least)));
}
