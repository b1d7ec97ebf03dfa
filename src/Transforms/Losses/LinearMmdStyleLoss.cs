using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>Maximum mean discrepancy with the linear kernel: the squared distance of the channels' means.</summary>
/// <remarks>
/// <para>With k(x, y) = x . y the discrepancy of the features at the picture's and at the style's positions is |m - n|^2, m and n their
/// means; L = |m - n|^2 / C; relative: divided by |n|^2 / C. Li, Wang, Liu, Hou, "Demystifying Neural Style Transfer", 2017, section 4.1,
/// equation 8. This is the biased estimate, all pairs with a position's own included, so that it is never negative.</para>
/// <para>Immutable and safe to share between threads.</para>
/// </remarks>
internal sealed class LinearMmdStyleLoss : Loss, IGuidedLoss
{
    /// <summary>Describes a style loss.</summary>
    /// <param name="layer">The layer, for example relu1_1.</param>
    /// <param name="weight">The weight among the style losses; finite and not negative.</param>
    /// <param name="normalization">What the distance is measured against.</param>
    /// <exception cref="ArgumentException">The layer is empty, or the weight negative or not finite.</exception>
    public LinearMmdStyleLoss(string layer, double weight = 1, LossNormalization normalization = LossNormalization.Relative)
        : base(StyleStatistics.LossName(layer, StyleStatistic.MmdLinear), LossKind.Style, layer, weight, normalization) { }

    private IGuidedLoss Guided => this;

    /// <summary>The means of the channels, [1, 1, C].</summary>
    /// <inheritdoc/>
    public override GraphValue? Statistic(GraphBuilder graph, GraphValue map) => Guided.Statistic(graph, map, null);

    /// <inheritdoc/>
    public override string[] StatisticShape(int channels) => ["1", "1", channels.ToString()];

    /// <inheritdoc/>
    public override GraphValue Term(GraphBuilder graph, GraphValue map, GraphValue? target) => Guided.Term(graph, map, target, null);

    GraphValue? IGuidedLoss.Statistic(GraphBuilder graph, GraphValue map, Guide? guide)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return FeatureMoments.Row(graph, FeatureMoments.Mean(graph, map, guide));
    }

    GraphValue IGuidedLoss.Term(GraphBuilder graph, GraphValue map, GraphValue? target, Guide? guide)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return Distance(graph, FeatureMoments.Row(graph, FeatureMoments.Mean(graph, map, guide)), Required(target), 3);
    }
}
