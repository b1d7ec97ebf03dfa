using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>A style loss that compares the features at a fixed number of positions of picture and style.</summary>
/// <remarks>Immutable and safe to share between threads.</remarks>
internal abstract class SampledStyleLoss : Loss
{
    /// <summary>The number of positions unless another is asked for.</summary>
    public const int DefaultSamples = 1024;

    /// <summary>Describes a style loss.</summary>
    /// <param name="statistic">Which.</param>
    /// <param name="layer">The layer, for example relu4_1.</param>
    /// <param name="weight">The weight among the style losses; finite and not negative.</param>
    /// <param name="normalization">What the distance is measured against.</param>
    /// <param name="samples">The number of positions, 1 to 8192; it costs some square matrices of that side.</param>
    /// <exception cref="ArgumentException">The layer is empty, or the weight negative or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of positions is out of range.</exception>
    private protected SampledStyleLoss(StyleStatistic statistic, string layer, double weight, LossNormalization normalization, int samples)
        : base(StyleStatistics.LossName(layer, statistic), LossKind.Style, layer, weight, normalization)
    {
        if (samples is < 1 or > 8192) throw new ArgumentOutOfRangeException(nameof(samples), samples,
            "The number of sampled positions must be 1 to 8192.");
        Samples = samples;
    }

    /// <summary>The number of positions.</summary>
    public int Samples { get; }

    private protected override double AbsoluteDegree => 0;

    /// <inheritdoc/>
    internal override bool BlendsByMean => false;

    /// <summary>Whether a name of a term is that of such a loss.</summary>
    internal static bool IsOne(string name) => ((StyleStatistic[])[StyleStatistic.MmdGaussian, StyleStatistic.OptimalTransport])
        .Any(s => name.EndsWith($" {StyleStatistics.NameOf(s)}", StringComparison.Ordinal));

    /// <summary>The features at the sampled positions, [1, C, samples].</summary>
    /// <inheritdoc/>
    public override GraphValue? Statistic(GraphBuilder graph, GraphValue map)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return Sample(graph, map, Samples);
    }

    /// <inheritdoc/>
    public override string[] StatisticShape(int channels) => ["1", channels.ToString(), Samples.ToString()];

    /// <summary>A picture gives as many of the blend's samples as its weight asks for: means of features would be features of
    /// nothing.</summary>
    /// <inheritdoc/>
    public override void Blend(ReadOnlySpan<float> statistic, double from, double to, Span<float> blend)
    {
        if (statistic.Length != blend.Length) throw new ArgumentException($"The statistic has {statistic.Length} values and the blend "
            + $"{blend.Length}.", nameof(blend));
        int first = (int)Math.Round(from * Samples), last = to >= 1 - 1e-9 ? Samples : (int)Math.Round(to * Samples);
        for (int row = 0; row + Samples <= statistic.Length; row += Samples)
            statistic[(row + first)..(row + last)].CopyTo(blend[(row + first)..]);
    }

    /// <summary>
    /// The columns of [1, C, H W] at sampled positions: sample k is at the fractions (0.7548777 k mod 1, 0.5698403 k mod 1) of height and
    /// width, a sequence that covers the map evenly (Roberts, "The Unreasonable Effectiveness of Quasirandom Sequences", 2018).
    /// </summary>
    internal static GraphValue Sample(GraphBuilder graph, GraphValue map, int samples)
    {
        GraphValue shape = graph.Shape(map), height = graph.Gather(shape, graph.Index(2)), width = graph.Gather(shape, graph.Index(3));
        GraphValue index = graph.Add(graph.Mul(At(0.7548776662466927, height), width), At(0.5698402909980532, width));
        return graph.Gather(FeatureMoments.Flat(graph, map), index, 2);

        GraphValue At(double step, GraphValue size)
        {
            float[] fractions = [.. Enumerable.Range(0, samples).Select(k => (float)((k + 0.5) * step % 1))];
            GraphValue place = graph.Mul(graph.Constant(fractions, samples), graph.Cast(size, ElementType.Float));
            // A fraction next to 1 may be rounded up to the size itself.
            return graph.Node("Min", [graph.Cast(place, ElementType.Int64), graph.Sub(size, graph.Index(1))]);
        }
    }

    /// <summary>1 - cos(x_i, y_j) for every pair of columns of [1, C, n] and [1, C, m], [1, n, m].</summary>
    internal static GraphValue CosineDistances(GraphBuilder graph, GraphValue x, GraphValue y)
    {
        GraphValue product = graph.MatMul(graph.Transpose(Units(x), 0, 2, 1), Units(y));
        return graph.Sub(graph.Constant(1), product);

        GraphValue Units(GraphValue columns) => graph.Div(columns, graph.Node("Sqrt",
            [graph.Add(graph.ReduceSum(graph.Square(columns), true, 1), graph.Constant(NearestNeighborStyleLoss.Least))]));
    }
}
