using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>Maximum mean discrepancy with the polynomial kernel of degree 2: means and second moments together.</summary>
/// <remarks>
/// <para>k(x, y) = (x . y / C + c)^2. Over all pairs of positions the discrepancy is L = |M - N|^2 / C^2 + 2 c |m - n|^2 / C, M = F F^T /
/// (H W)
/// and m the picture's second moments and means, N and n the style's: exact, with nothing sampled. c is <see cref="Offset"/> times the
/// style's mean square activation, so that the kernel keeps its shape when activations are scaled; 0 leaves the distance of Gram matrices.
/// Relative: divided by |N|^2 / C^2 + 2 c |n|^2 / C. Li, Wang, Liu, Hou, "Demystifying Neural Style Transfer", 2017, section 4.1,
/// equation 9. The biased estimate, so that it is never negative.</para>
/// <para>Immutable and safe to share between threads.</para>
/// </remarks>
internal sealed class PolynomialMmdStyleLoss : Loss, IGuidedLoss
{
    /// <summary>Describes a style loss.</summary>
    /// <param name="layer">The layer, for example relu1_1.</param>
    /// <param name="weight">The weight among the style losses; finite and not negative.</param>
    /// <param name="normalization">What the distance is measured against.</param>
    /// <param name="offset">The kernel's constant in units of the style's mean square activation; finite and not negative.</param>
    /// <exception cref="ArgumentException">The layer is empty, or the weight or the offset negative or not finite.</exception>
    public PolynomialMmdStyleLoss(string layer, double weight = 1, LossNormalization normalization = LossNormalization.Relative,
        double offset = 1)
        : base(StyleStatistics.LossName(layer, StyleStatistic.MmdPolynomial), LossKind.Style, layer, weight, normalization)
    {
        if (!(offset >= 0 && offset <= float.MaxValue)) throw new ArgumentException($"The offset of the kernel must be finite and not "
            + $"negative; it is {offset}.", nameof(offset));
        Offset = offset;
    }

    /// <summary>The kernel's constant in units of the style's mean square activation.</summary>
    public double Offset { get; }

    private IGuidedLoss Guided => this;

    private protected override double AbsoluteDegree => 4;

    /// <summary>The means in a row above the second moments, [1, 1 + C, C].</summary>
    /// <inheritdoc/>
    public override GraphValue? Statistic(GraphBuilder graph, GraphValue map) => Guided.Statistic(graph, map, null);

    /// <inheritdoc/>
    public override string[] StatisticShape(int channels) => ["1", (channels + 1).ToString(), channels.ToString()];

    /// <inheritdoc/>
    public override GraphValue Term(GraphBuilder graph, GraphValue map, GraphValue? target) => Guided.Term(graph, map, target, null);

    GraphValue? IGuidedLoss.Statistic(GraphBuilder graph, GraphValue map, Guide? guide)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Concat(1, FeatureMoments.Row(graph, FeatureMoments.Mean(graph, map, guide)),
            FeatureMoments.SecondMoment(graph, map, guide));
    }

    GraphValue IGuidedLoss.Term(GraphBuilder graph, GraphValue map, GraphValue? target, Guide? guide)
    {
        ArgumentNullException.ThrowIfNull(graph);
        GraphValue all = Required(target);
        GraphValue mean = graph.Slice(all, [0], [1], [1]), moment = graph.Slice(all, [1], [long.MaxValue], [1]);
        GraphValue trace = FeatureMoments.Trace(graph, moment, FeatureMoments.Unit(graph, moment));
        GraphValue channels = graph.Cast(graph.Gather(graph.Shape(all), graph.Index(2)), ElementType.Float);
        GraphValue twice = graph.Mul(graph.Div(trace, channels), graph.Constant((float)(2 * Offset)));
        GraphValue squares = Mean(graph, graph.Square(graph.Sub(FeatureMoments.SecondMoment(graph, map, guide), moment)), 3);
        GraphValue means = Mean(graph, graph.Square(graph.Sub(FeatureMoments.Row(graph, FeatureMoments.Mean(graph, map, guide)), mean)), 3);
        GraphValue distance = graph.Add(squares, graph.Mul(twice, means));
        return Normalization == LossNormalization.Absolute ? distance
            : Over(graph, distance, graph.Add(Mean(graph, graph.Square(moment), 3), graph.Mul(twice, Mean(graph, graph.Square(mean), 3))));
    }
}
