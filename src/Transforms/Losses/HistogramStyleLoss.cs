using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>The squared distance to the feature map whose channels have the style's histograms.</summary>
/// <remarks>
/// <para>L = mean((F - R)^2) over channels and positions, R what becomes of the picture's map F when the values of each channel are
/// exchanged,
/// in their order, for the style's; relative: divided by mean(R^2). Risser, Wilmot, Barnes, "Stable and Controllable Neural Texture
/// Synthesis and Style Transfer Using Histogram Losses", 2017, section 4.1, equation 3: meant beside a Gram loss, whose blending of values
/// it prevents.</para>
/// <para>A channel is sorted, the value at place i of n is exchanged for the style's value at the fraction (i + 1/2) / n, and goes
/// back to where it was. R is made anew at every evaluation and has no gradient of its own, as in the paper: it moves by
/// jumps, when two values change places, and between jumps L's gradient is 2 (F - R) / (C H W). The paper matches histograms of 256
/// bins; here the style is kept as <see cref="Levels"/> quantiles a channel, with straight lines between them, the outermost ones cut flat.
/// So L at the style
/// picture itself is small, not 0. Several styles are blended by the mean of their quantiles, the barycentre of one-dimensional optimal
/// transport.</para>
/// <para>Sorting takes its time on the large maps of shallow layers; the paper uses relu1_1 and relu4_1. Immutable and safe to share
/// between threads.</para>
/// </remarks>
internal sealed class HistogramStyleLoss : Loss
{
    /// <summary>The number of quantiles that are kept of every channel.</summary>
    public const int Levels = 256;

    /// <summary>Describes a style loss.</summary>
    /// <param name="layer">The layer, for example relu1_1.</param>
    /// <param name="weight">The weight among the style losses; finite and not negative.</param>
    /// <param name="normalization">What the distance is measured against.</param>
    /// <exception cref="ArgumentException">The layer is empty, or the weight negative or not finite.</exception>
    public HistogramStyleLoss(string layer, double weight = 1, LossNormalization normalization = LossNormalization.Relative)
        : base(StyleStatistics.LossName(layer, StyleStatistic.Histogram), LossKind.Style, layer, weight, normalization) { }

    /// <summary>The quantiles of every channel, ascending, [1, C, levels].</summary>
    /// <inheritdoc/>
    public override GraphValue? Statistic(GraphBuilder graph, GraphValue map)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return Quantiles.Of(graph, FeatureMoments.Flat(graph, map), Levels);
    }

    /// <inheritdoc/>
    public override string[] StatisticShape(int channels) => ["1", channels.ToString(), Levels.ToString()];

    /// <inheritdoc/>
    public override GraphValue Term(GraphBuilder graph, GraphValue map, GraphValue? target)
    {
        ArgumentNullException.ThrowIfNull(graph);
        GraphValue matched = Quantiles.Exchanged(graph, FeatureMoments.Flat(graph, map), Required(target), Levels);
        // Back in two dimensions, so that means are taken row by row.
        return Distance(graph, map, graph.Reshape(matched, graph.Shape(map)), 4);
    }
}
