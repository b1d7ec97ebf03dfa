using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>The squared 2-Wasserstein distance of the two Gaussians that have the features' means and covariances.</summary>
/// <remarks>
/// <para>W = |m - n|^2 + tr(S + T - 2 (T^1/2 S T^1/2)^1/2), m and S the picture's mean and covariance over the positions, n and T the
/// style's; L = W / C; relative: divided by (|n|^2 + tr T) / C, the distance to nothing at all. Dowson, Landau, "The Fréchet Distance
/// between Multivariate Normal Distributions", 1982, equation 3; Olkin, Pukelsheim, 1982.</para>
/// <para>Square roots are <see cref="Iterations"/> steps of the coupled Newton-Schulz iteration (Higham, "Functions of Matrices", 2008,
/// equation
/// 6.35) on the matrix over its Frobenius norm. Features of a ReLU network are nearly dependent, so <see cref="Regularisation"/> of the
/// mean variance
/// is added to every variance, on both sides alike. The gradient is the exact one of the trace, tr dA A^-1/2 / 2, with the
/// inverse root that the iteration gives beside the root; differentiating every step would cost three times as much and be less exact.
/// In 32-bit floats more steps would raise what rounding leaves of directions without variance; with these, directions whose variance is
/// far below the largest have not converged and count as a little smaller than they are, so that the distance is too large by about a
/// thousandth.</para>
/// <para>The statistic holds the root of the covariance, so several styles are blended by the mean of their roots: the barycentre of
/// Gaussians
/// whose covariances commute. Immutable and safe to share between threads.</para>
/// </remarks>
internal sealed class WassersteinStyleLoss : Loss, IGuidedLoss
{
    /// <summary>The steps of the matrix square root.</summary>
    public const int Iterations = 20;

    /// <summary>What is added to every variance, as a part of the mean variance.</summary>
    public const double Regularisation = 1e-3;

    /// <summary>Describes a style loss.</summary>
    /// <param name="layer">The layer, for example relu1_1.</param>
    /// <param name="weight">The weight among the style losses; finite and not negative.</param>
    /// <param name="normalization">What the distance is measured against.</param>
    /// <exception cref="ArgumentException">The layer is empty, or the weight negative or not finite.</exception>
    public WassersteinStyleLoss(string layer, double weight = 1, LossNormalization normalization = LossNormalization.Relative)
        : base(StyleStatistics.LossName(layer, StyleStatistic.Wasserstein), LossKind.Style, layer, weight, normalization) { }

    private IGuidedLoss Guided => this;

    /// <summary>The means in a row above the root of the covariance, [1, 1 + C, C].</summary>
    /// <inheritdoc/>
    public override GraphValue? Statistic(GraphBuilder graph, GraphValue map) => Guided.Statistic(graph, map, null);

    /// <inheritdoc/>
    public override string[] StatisticShape(int channels) => ["1", (channels + 1).ToString(), channels.ToString()];

    /// <inheritdoc/>
    public override GraphValue Term(GraphBuilder graph, GraphValue map, GraphValue? target) => Guided.Term(graph, map, target, null);

    GraphValue? IGuidedLoss.Statistic(GraphBuilder graph, GraphValue map, Guide? guide)
    {
        ArgumentNullException.ThrowIfNull(graph);
        GraphValue covariance = Regular(graph, map, guide, out GraphValue unit, out _);
        return graph.Concat(1, FeatureMoments.Row(graph, FeatureMoments.Mean(graph, map, guide)), Roots(graph, covariance, unit).Root);
    }

    GraphValue IGuidedLoss.Term(GraphBuilder graph, GraphValue map, GraphValue? target, Guide? guide)
    {
        ArgumentNullException.ThrowIfNull(graph);
        GraphValue all = Required(target);
        GraphValue n = graph.Slice(all, [0], [1], [1]), root = graph.Slice(all, [1], [long.MaxValue], [1]);
        GraphValue covariance = Regular(graph, map, guide, out GraphValue unit, out GraphValue variance);
        GraphValue product = graph.MatMul(graph.MatMul(root, covariance), root);
        (GraphValue middle, GraphValue inverse) = Roots(graph, graph.Detach(product), unit);
        // tr A^1/2 by value, with A^-1/2 / 2 for its gradient: the sum below is 0 whatever A is.
        GraphValue slope = Sum(graph, graph.Mul(graph.Mul(inverse, graph.Constant(0.5f)), graph.Sub(product, graph.Detach(product))), 3);
        GraphValue trace = graph.Add(FeatureMoments.Trace(graph, middle, unit), slope);
        GraphValue channels = graph.Cast(graph.Gather(graph.Shape(all), graph.Index(2)), ElementType.Float);
        GraphValue other = graph.Div(Sum(graph, graph.Square(root), 3), channels);
        GraphValue means = Mean(graph, graph.Square(graph.Sub(FeatureMoments.Row(graph, FeatureMoments.Mean(graph, map, guide)), n)), 3);
        GraphValue spread = graph.Sub(graph.Add(variance, other), graph.Div(graph.Mul(trace, graph.Constant(2)), channels));
        GraphValue distance = graph.Add(means, spread);
        return Normalization == LossNormalization.Absolute ? distance
            : Over(graph, distance, graph.Add(Mean(graph, graph.Square(n), 3), other));
    }

    /// <summary>The covariance with the regularisation, and its trace over C.</summary>
    private static GraphValue Regular(GraphBuilder graph, GraphValue map, Guide? guide, out GraphValue unit, out GraphValue variance)
    {
        GraphValue covariance = FeatureMoments.Covariance(graph, map, guide);
        unit = FeatureMoments.Unit(graph, covariance);
        GraphValue channels = graph.Cast(graph.Gather(graph.Shape(map), graph.Index(1)), ElementType.Float);
        GraphValue plain = graph.Div(FeatureMoments.Trace(graph, covariance, unit), channels);
        GraphValue added = graph.Add(graph.Mul(plain, graph.Constant((float)Regularisation)), graph.Constant(1e-6f));
        variance = graph.Add(plain, added);
        return graph.Add(covariance, graph.Mul(unit, added));
    }

    /// <summary>A matrix's square root and the root's inverse, [1, C, C].</summary>
    private static (GraphValue Root, GraphValue Inverse) Roots(GraphBuilder graph, GraphValue matrix, GraphValue unit)
    {
        GraphValue norm = graph.Node("Sqrt", [Sum(graph, graph.Square(matrix), 3)]), size = graph.Node("Sqrt", [norm]);
        GraphValue y = graph.Div(matrix, norm), z = unit, three = graph.Mul(unit, graph.Constant(1.5f)), half = graph.Constant(0.5f);
        for (int i = 0; i < Iterations; i++)
        {
            GraphValue step = graph.Sub(three, graph.Mul(graph.MatMul(z, y), half));
            (y, z) = (graph.MatMul(y, step), graph.MatMul(step, z));
        }
        return (graph.Mul(y, size), graph.Div(z, size));
    }
}
