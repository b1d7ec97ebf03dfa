using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>The squared distance of feature maps: what is where in the picture.</summary>
/// <remarks>
/// <para>L = mean((F - P)^2) over channels and positions, F the picture's and P the content's feature map; relative: divided by
/// mean(P^2). Gatys, Ecker, Bethge, "A Neural Algorithm of Artistic Style", 2015, equation 1, has half the sum instead of the
/// mean.</para>
/// <para>Immutable and safe to share between threads.</para>
/// </remarks>
public sealed class ContentLoss : Loss
{
    /// <summary>Describes a content loss.</summary>
    /// <param name="layer">The layer, for example relu4_2.</param>
    /// <param name="weight">The weight among the content losses; finite and not negative.</param>
    /// <param name="normalization">What the distance is measured against.</param>
    /// <exception cref="ArgumentException">The layer is empty, or the weight negative or not finite.</exception>
    public ContentLoss(string layer, double weight = 1, LossNormalization normalization = LossNormalization.Relative)
        : base($"content {layer ?? throw new ArgumentNullException(nameof(layer))}", LossKind.Content, layer, weight, normalization) { }

    /// <summary>The feature map itself.</summary>
    /// <inheritdoc/>
    public override GraphValue? Statistic(GraphBuilder graph, GraphValue map) => map;

    /// <inheritdoc/>
    public override string[] StatisticShape(int channels) => ["1", channels.ToString(), $"{Layer} height", $"{Layer} width"];

    /// <inheritdoc/>
    public override GraphValue Term(GraphBuilder graph, GraphValue map, GraphValue? target)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return Distance(graph, map, Required(target), 4);
    }
}
