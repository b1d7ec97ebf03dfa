using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>The squared distance of Gram matrices: which features go together, wherever they are.</summary>
/// <remarks>
/// <para>G = F F^T / (C H W), F the feature map as a matrix of C channels by H W positions; L = mean((G - A)^2) over the C x C entries, A
/// the style's Gram matrix; relative: divided by mean(A^2). Gatys, Ecker, Bethge, "A Neural Algorithm of Artistic Style", 2015, equations
/// 3 and 4, with the division inside the Gram matrix, so that pictures of different sizes compare (Johnson, Alahi, Fei-Fei,
/// "Perceptual Losses for Real-Time Style Transfer and Super-Resolution", 2016, equation 3).</para>
/// <para>Immutable and safe to share between threads.</para>
/// </remarks>
public sealed class GramStyleLoss : Loss
{
    /// <summary>Describes a style loss.</summary>
    /// <param name="layer">The layer, for example relu1_1.</param>
    /// <param name="weight">The weight among the style losses; finite and not negative.</param>
    /// <param name="normalization">What the distance is measured against.</param>
    /// <exception cref="ArgumentException">The layer is empty, or the weight negative or not finite.</exception>
    public GramStyleLoss(string layer, double weight = 1, LossNormalization normalization = LossNormalization.Relative)
        : base($"style {layer ?? throw new ArgumentNullException(nameof(layer))}", LossKind.Style, layer, weight, normalization) { }

    /// <summary>The Gram matrix, [1, C, C].</summary>
    /// <inheritdoc/>
    public override GraphValue? Statistic(GraphBuilder graph, GraphValue map) => Gram(graph, map);

    /// <inheritdoc/>
    public override string[] StatisticShape(int channels) => ["1", channels.ToString(), channels.ToString()];

    /// <inheritdoc/>
    public override GraphValue Term(GraphBuilder graph, GraphValue map, GraphValue? target) => Distance(graph, Gram(graph, map), Required(target), 3);

    /// <summary>Adds the Gram matrix of a feature map to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="map">Shape [batch, C, height, width].</param>
    /// <returns>Shape [batch, C, C]: F F^T / (C H W), with H and W of the map at hand.</returns>
    public static GraphValue Gram(GraphBuilder graph, GraphValue map)
    {
        ArgumentNullException.ThrowIfNull(graph);
        GraphValue f = graph.Reshape(map, 0, 0, -1);
        GraphValue shape = graph.Shape(f);
        GraphValue count = graph.Cast(graph.Mul(graph.Gather(shape, graph.Index(1)), graph.Gather(shape, graph.Index(2))), ElementType.Float);
        // Divided after the product: C x C divisions instead of C x H W.
        return graph.Div(graph.MatMul(f, graph.Transpose(f, 0, 2, 1)), count);
    }
}
