using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>The squared distance of every channel's mean and standard deviation: the statistics of batch normalisation.</summary>
/// <remarks>
/// <para>L = mean((m - n)^2) + mean((s - t)^2) over the channels, m and s the picture's means and standard deviations over the positions, n
/// and t the style's; relative: divided by mean(n^2) + mean(t^2). Li, Wang, Liu, Hou, "Demystifying Neural Style Transfer", 2017, section
/// 4.2, equation 12. Deviations are those of the whole population, sqrt(var + 1e-12), so that a channel that is constant has a
/// gradient.</para>
/// <para>Immutable and safe to share between threads.</para>
/// </remarks>
internal sealed class MeanStdStyleLoss : Loss, IGuidedLoss
{
    /// <summary>Describes a style loss.</summary>
    /// <param name="layer">The layer, for example relu1_1.</param>
    /// <param name="weight">The weight among the style losses; finite and not negative.</param>
    /// <param name="normalization">What the distance is measured against.</param>
    /// <exception cref="ArgumentException">The layer is empty, or the weight negative or not finite.</exception>
    public MeanStdStyleLoss(string layer, double weight = 1, LossNormalization normalization = LossNormalization.Relative)
        : base(StyleStatistics.LossName(layer, StyleStatistic.MeanStd), LossKind.Style, layer, weight, normalization) { }

    private IGuidedLoss Guided => this;

    /// <summary>The means in a row above the standard deviations, [1, 2, C].</summary>
    /// <inheritdoc/>
    public override GraphValue? Statistic(GraphBuilder graph, GraphValue map) => Guided.Statistic(graph, map, null);

    /// <inheritdoc/>
    public override string[] StatisticShape(int channels) => ["1", "2", channels.ToString()];

    /// <inheritdoc/>
    public override GraphValue Term(GraphBuilder graph, GraphValue map, GraphValue? target) => Guided.Term(graph, map, target, null);

    GraphValue? IGuidedLoss.Statistic(GraphBuilder graph, GraphValue map, Guide? guide)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return Moments(graph, map, guide);
    }

    GraphValue IGuidedLoss.Term(GraphBuilder graph, GraphValue map, GraphValue? target, Guide? guide)
    {
        ArgumentNullException.ThrowIfNull(graph);
        GraphValue distance = Distance(graph, Moments(graph, map, guide), Required(target), 3);
        // A mean over both rows is half the sum of their means; in a ratio that cancels out.
        return Normalization == LossNormalization.Absolute ? graph.Mul(distance, graph.Constant(2)) : distance;
    }

    private static GraphValue Moments(GraphBuilder graph, GraphValue map, Guide? guide)
    {
        GraphValue mean = FeatureMoments.Mean(graph, map, guide);
        GraphValue variance = FeatureMoments.Mean(graph, graph.Square(graph.Sub(map, mean)), guide);
        GraphValue deviation = graph.Node("Sqrt", [graph.Add(variance, graph.Constant(1e-12f))]);
        return graph.Concat(1, FeatureMoments.Row(graph, mean), FeatureMoments.Row(graph, deviation));
    }
}
