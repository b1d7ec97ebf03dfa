using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>The squared distance of covariance matrices: Gram matrices without what the channels' means add to them.</summary>
/// <remarks>
/// <para>S = (F - m) (F - m)^T / (H W), F the feature map as a matrix of C channels by H W positions, m its mean over the positions;
/// L = mean((S - T)^2) over the C x C entries, T the style's covariance; relative: divided by mean(T^2). The second central moment of Li,
/// Fang, Yang, Wang, Lu, Yang, "Universal Style Transfer via Feature Transforms", 2017, section 3, as a loss.</para>
/// <para>Immutable and safe to share between threads.</para>
/// </remarks>
internal sealed class CovarianceStyleLoss : Loss, IGuidedLoss
{
    /// <summary>Describes a style loss.</summary>
    /// <param name="layer">The layer, for example relu1_1.</param>
    /// <param name="weight">The weight among the style losses; finite and not negative.</param>
    /// <param name="normalization">What the distance is measured against.</param>
    /// <exception cref="ArgumentException">The layer is empty, or the weight negative or not finite.</exception>
    public CovarianceStyleLoss(string layer, double weight = 1, LossNormalization normalization = LossNormalization.Relative)
        : base(StyleStatistics.LossName(layer, StyleStatistic.Covariance), LossKind.Style, layer, weight, normalization) { }

    private IGuidedLoss Guided => this;

    private protected override double AbsoluteDegree => 4;

    /// <summary>The covariance matrix, [1, C, C].</summary>
    /// <inheritdoc/>
    public override GraphValue? Statistic(GraphBuilder graph, GraphValue map) => Guided.Statistic(graph, map, null);

    /// <inheritdoc/>
    public override string[] StatisticShape(int channels) => ["1", channels.ToString(), channels.ToString()];

    /// <inheritdoc/>
    public override GraphValue Term(GraphBuilder graph, GraphValue map, GraphValue? target) => Guided.Term(graph, map, target, null);

    GraphValue? IGuidedLoss.Statistic(GraphBuilder graph, GraphValue map, Guide? guide)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return FeatureMoments.Covariance(graph, map, guide);
    }

    GraphValue IGuidedLoss.Term(GraphBuilder graph, GraphValue map, GraphValue? target, Guide? guide)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return Distance(graph, FeatureMoments.Covariance(graph, map, guide), Required(target), 3);
    }
}
