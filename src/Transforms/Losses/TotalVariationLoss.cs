using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>The squared differences of neighbouring pixels: high-frequency noise.</summary>
/// <remarks>
/// <para>Absolute: the sum over channels and positions of (x[i+1, j] - x[i, j])^2 and of (x[i, j+1] - x[i, j])^2, x the picture in 0..255.
/// Mahendran, Vedaldi, "Understanding Deep Image Representations by Inverting Them", 2015, section 3 (total variation with beta = 2). Used
/// for style transfer by Johnson, Alahi, Fei-Fei, "Perceptual Losses for Real-Time Style Transfer and Super-Resolution", 2016, section 3.2.
/// Relative: the mean of the vertical squares plus the mean of the horizontal ones, in units of 255 squared, so that it does not depend on
/// the size.</para>
/// <para>The picture must be at least 2 pixels high and wide. Immutable and safe to share between threads.</para>
/// </remarks>
public sealed class TotalVariationLoss : Loss
{
    /// <summary>Describes a total variation loss.</summary>
    /// <param name="weight">The weight of the term; finite and not negative.</param>
    /// <param name="normalization">What the differences are measured against.</param>
    /// <exception cref="ArgumentException">The weight is negative or not finite.</exception>
    public TotalVariationLoss(double weight = 1, LossNormalization normalization = LossNormalization.Relative)
        : base("tv", LossKind.TotalVariation, null, weight, normalization) { }

    /// <summary>Total variation has no target.</summary>
    /// <inheritdoc/>
    public override GraphValue? Statistic(GraphBuilder graph, GraphValue map) => null;

    /// <inheritdoc/>
    public override string[]? StatisticShape(int channels) => null;

    /// <inheritdoc/>
    public override GraphValue Term(GraphBuilder graph, GraphValue map, GraphValue? target)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (target is not null) throw new ArgumentException("Total variation has no target.", nameof(target));
        GraphValue vertical = Squares(graph, map, 2), horizontal = Squares(graph, map, 3);
        return Normalization == LossNormalization.Absolute
            ? graph.Add(Sum(graph, vertical, 4), Sum(graph, horizontal, 4))
            : graph.Mul(graph.Add(Mean(graph, vertical, 4), Mean(graph, horizontal, 4)), graph.Constant(1f / (255 * 255)));
    }

    private static GraphValue Squares(GraphBuilder graph, GraphValue image, long axis) =>
        graph.Square(graph.Sub(graph.Slice(image, [1], [long.MaxValue], [axis]), graph.Slice(image, [0], [-1], [axis])));
}
