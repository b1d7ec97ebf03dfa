using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>The squared sliced 2-Wasserstein distance: the features' distributions compared along many directions.</summary>
/// <remarks>
/// <para>L = mean over directions v and places i of (s_v(F)_i - s_v(S)_i)^2, s_v the features' products with the direction v, in ascending
/// order; relative: divided by the mean of s_v(S)^2. Heitz, Vanhoey, Chambon, Belcour, "A Sliced Wasserstein Loss for Neural Texture
/// Synthesis", 2021 (arXiv:2006.07229), equations 2 and 3. Unlike Gram matrices it sees the whole distribution: it is 0 only where the
/// features' distributions along the directions are the same.</para>
/// <para>There are as many directions as channels, as in the paper. Where it departs: the paper draws new directions at every
/// evaluation; here they are drawn once, so that L-BFGS sees one function, and the style is kept as <see cref="HistogramStyleLoss.Levels"/>
/// quantiles a direction with straight lines between them, so that pictures of different sizes can be compared, the outermost quantiles
/// cut flat. L at the style picture itself is small, not 0. The order is found anew at every evaluation and has no gradient of its own.
/// Several styles are blended by the mean of their quantiles.</para>
/// <para>Sorting takes its time on the large maps of shallow layers. Immutable and safe to share between threads.</para>
/// </remarks>
internal sealed class SlicedWassersteinStyleLoss : Loss
{
    /// <summary>Directions are drawn for so many channels; those of wider layers repeat.</summary>
    private const int Drawn = 512;

    private static readonly float[] s_directions = Draw();

    /// <summary>Describes a style loss.</summary>
    /// <param name="layer">The layer, for example relu2_1.</param>
    /// <param name="weight">The weight among the style losses; finite and not negative.</param>
    /// <param name="normalization">What the distance is measured against.</param>
    /// <exception cref="ArgumentException">The layer is empty, or the weight negative or not finite.</exception>
    public SlicedWassersteinStyleLoss(string layer, double weight = 1, LossNormalization normalization = LossNormalization.Relative)
        : base(StyleStatistics.LossName(layer, StyleStatistic.SlicedWasserstein), LossKind.Style, layer, weight, normalization) { }

    /// <summary>The quantiles along every direction, ascending, [1, C, levels].</summary>
    /// <inheritdoc/>
    public override GraphValue? Statistic(GraphBuilder graph, GraphValue map)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return Quantiles.Of(graph, Projected(graph, map), HistogramStyleLoss.Levels);
    }

    /// <inheritdoc/>
    public override string[] StatisticShape(int channels) => ["1", channels.ToString(), HistogramStyleLoss.Levels.ToString()];

    /// <inheritdoc/>
    public override GraphValue Term(GraphBuilder graph, GraphValue map, GraphValue? target)
    {
        ArgumentNullException.ThrowIfNull(graph);
        GraphValue slices = Projected(graph, map);
        GraphValue matched = Quantiles.Exchanged(graph, slices, Required(target), HistogramStyleLoss.Levels);
        // Back in two dimensions, so that means are taken row by row.
        return Distance(graph, graph.Reshape(slices, graph.Shape(map)), graph.Reshape(matched, graph.Shape(map)), 4);
    }

    /// <summary>The features along unit vectors, [1, C, H W].</summary>
    private static GraphValue Projected(GraphBuilder graph, GraphValue map)
    {
        GraphValue flat = FeatureMoments.Flat(graph, map), channels = graph.Gather(graph.Shape(flat), graph.Index(1));
        GraphValue range = graph.Node("Range", [graph.Index(0), channels, graph.Index(1)]);
        GraphValue index = graph.Node("Mod", [range, graph.Index(Drawn)]);
        GraphValue all = graph.Constant(s_directions, Drawn, Drawn);
        GraphValue some = graph.Gather(graph.Gather(all, index, 0), index, 1);
        GraphValue length = graph.Node("Sqrt", [graph.ReduceSum(graph.Square(some), true, 1)]);
        return graph.MatMul(graph.Div(some, length), flat);
    }

    private static float[] Draw()
    {
        Random random = new(20060722);
        float[] values = new float[Drawn * Drawn];
        for (int i = 0; i < values.Length; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            values[i] = (float)(radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
        return values;
    }
}
