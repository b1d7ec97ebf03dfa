using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>How alike the places of the picture are to each other, beside how alike they are in the content.</summary>
/// <remarks>
/// <para>L = (1/n^2) sum_ij |D_ij / d_j - E_ij / e_j|, D_ij = 1 - cos(F_i, F_j) for the picture's feature vectors at n positions,
/// E_ij the same for the content's, d_j and e_j the means of their columns. Kolkin, Salavon, Shakhnarovich, "Style Transfer by Relaxed
/// Optimal Transport and Self-Similarity", 2019 (arXiv:1904.12785), equation 7. It holds the content's layout, not its features: parts
/// that look alike go on looking alike, in whatever paint. 0 to 2.</para>
/// <para>Where it departs: the paper compares hypercolumns, all layers at once; here every layer is compared by itself. The paper divides
/// by n once more, which only changes the weight, and draws new positions at every step; here they are the same ones
/// (<see cref="SampledStyleLoss"/>), <see cref="Samples"/> of them. <see cref="Least"/> is added to the means, so
/// that a flat content isn't measured by its noise, and absolute values are rounded off at 0 (<see cref="Rounding"/>). Immutable and safe
/// to share between threads.</para>
/// </remarks>
internal sealed class SelfSimilarityLoss : Loss
{
    /// <summary>The most positions that are compared.</summary>
    public const int Samples = 1024;

    /// <summary>What is added to a column's mean distance.</summary>
    internal const float Least = 1e-2f;

    /// <summary>How far from 0 absolute values are rounded off.</summary>
    internal const float Rounding = 0.05f;

    /// <summary>Describes a content loss.</summary>
    /// <param name="layer">The layer, for example relu4_2.</param>
    /// <param name="weight">The weight among the content losses; finite and not negative.</param>
    /// <param name="normalization">Without effect: the loss has one form.</param>
    /// <exception cref="ArgumentException">The layer is empty, or the weight negative or not finite.</exception>
    public SelfSimilarityLoss(string layer, double weight = 1, LossNormalization normalization = LossNormalization.Relative)
        : base($"self-similarity {layer ?? throw new ArgumentNullException(nameof(layer))}", LossKind.Content, layer, weight, normalization)
    { }

    private protected override double AbsoluteDegree => 0;

    internal override bool DividesByEnergy => false;

    /// <summary>The features at the sampled positions, [1, C, samples].</summary>
    /// <inheritdoc/>
    public override GraphValue? Statistic(GraphBuilder graph, GraphValue map)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return SampledStyleLoss.Sample(graph, map, Samples);
    }

    /// <inheritdoc/>
    public override string[] StatisticShape(int channels) => ["1", channels.ToString(), Samples.ToString()];

    /// <inheritdoc/>
    public override GraphValue Term(GraphBuilder graph, GraphValue map, GraphValue? target)
    {
        ArgumentNullException.ThrowIfNull(graph);
        GraphValue picture = Shares(graph, SampledStyleLoss.Sample(graph, map, Samples)), content = Shares(graph, Required(target));
        // sqrt(x^2 + r^2) - r in the place of |x|: a run from the content itself begins at 0, where |x| has a kink that no step leaves.
        GraphValue squares = graph.Add(graph.Square(graph.Sub(picture, content)), graph.Constant(Rounding * Rounding));
        return Mean(graph, graph.Sub(graph.Node("Sqrt", [squares]), graph.Constant(Rounding)), 3);
    }

    /// <summary>The distances of all pairs over the mean of their column.</summary>
    private static GraphValue Shares(GraphBuilder graph, GraphValue columns)
    {
        GraphValue distances = SampledStyleLoss.CosineDistances(graph, columns, columns);
        return graph.Div(distances, graph.Add(graph.ReduceMean(distances, true, 1), graph.Constant(Least)));
    }
}
