using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>Each place of the picture beside the place of the style that is most like it.</summary>
/// <remarks>
/// <para>L = (1/N) sum_i w_i (1 - cos(F_i - m, S_j(i) - m)), F_i the picture's feature vector at position i of N, S_j the style's, m the
/// mean of the style's, j(i) the style vector whose direction from m is nearest to that of what the search was told of position i. Kolkin,
/// Kucera, Paris, Sýkora, Shechtman, Shakhnarovich, "Neural Neighbor Style Transfer", 2022 (arXiv:2203.13215), section 3.2 and equation 3:
/// zero-centred cosine distance to matches that are held. Where it departs: the paper centres both pictures by their own means and matches
/// hypercolumns of many layers at once; here one mean serves both, so that what is far from the style is drawn to it, and every layer is
/// matched by itself.</para>
/// <para>An evaluator finds the matches, from <see cref="ContentShare"/> of the content's features and the rest of the picture's own, and
/// holds them until it is told to search again (<see cref="LossGraph.Matches"/>), so that the loss is smooth in between. The gradient is
/// that by F alone.</para>
/// <para>Balanced matches depart further, for a loss beside others that paint as well: where little is seen in the content the picture
/// has a larger part in the search, and vectors that many positions found cost more at the next one, so that all of the style has its part
/// (<c>NeighborTarget.Share</c> and <c>Charge</c>).</para>
/// <para>The statistic holds up to <see cref="Vectors"/> of the style's vectors, spread evenly over its map, the best spread first, so that
/// any number of the first ones is spread evenly too; columns of zeros at the end hold none. Positions that the network's zero padding
/// reaches most, at the border of the map, are left out. Of several styles each gives vectors by its weight. In a region only positions
/// with at least half of it count, and the statistic's mean is the region's. 0 to 2, whatever the scale of the activations; relative and
/// absolute form are the same.</para>
/// <para>Immutable and safe to share between threads.</para>
/// </remarks>
internal sealed class NearestNeighborStyleLoss : Loss, IGuidedLoss
{
    /// <summary>The most style vectors that a loss may be asked to keep.</summary>
    public const int MostVectors = 12_000;

    /// <summary>The number of style vectors that are kept unless another is asked for.</summary>
    public const int DefaultVectors = 2048;

    /// <summary>The share of the content's features in what matches are searched for.</summary>
    public const double ContentShare = 0.75;

    /// <summary>What is added to squared lengths, so that a vector of zeros has a direction of none.</summary>
    internal const float Least = 1e-12f;

    /// <summary>Describes a style loss.</summary>
    /// <param name="layer">The layer, for example relu3_1.</param>
    /// <param name="weight">The weight among the losses of its kind; finite and not negative.</param>
    /// <param name="normalization">Without effect: the loss has one form.</param>
    /// <param name="vectors">The most style vectors that are kept, 1 to <see cref="MostVectors"/>.</param>
    /// <param name="kind"><see cref="LossKind.Style"/> or <see cref="LossKind.Neighbors"/>: which weight it counts with.</param>
    /// <param name="balanced">Whether matches are balanced.</param>
    /// <exception cref="ArgumentException">The layer is empty, the weight negative or not finite, or the kind another one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of vectors is out of range.</exception>
    public NearestNeighborStyleLoss(
        string layer, double weight = 1, LossNormalization normalization = LossNormalization.Relative, int vectors = DefaultVectors,
            LossKind kind = LossKind.Style, bool balanced = false)
        : base(kind == LossKind.Neighbors ? $"neighbors {layer ?? throw new ArgumentNullException(nameof(layer))}"
            : StyleStatistics.LossName(layer, StyleStatistic.NearestNeighbor),
            kind, layer, weight, normalization)
    {
        if (kind is not (LossKind.Style or LossKind.Neighbors))
            throw new ArgumentException($"The kind must be {LossKind.Style} or {LossKind.Neighbors}; it is {kind}.", nameof(kind));
        if (vectors is < 1 or > MostVectors) throw new ArgumentOutOfRangeException(nameof(vectors), vectors,
            $"The number of style vectors must be 1 to {MostVectors}.");
        (Vectors, BalancesMatches) = (vectors, balanced);
    }

    /// <summary>The most style vectors that are kept.</summary>
    public int Vectors { get; }

    /// <summary>Whether a name of a term, of a region or not, is that of such a loss.</summary>
    internal static bool IsOne(string name)
    {
        string[] words = name.Split(' ');
        if (words[0] == "then") words = words[1..]; // of a network that takes over
        return words[0] == "neighbors" || words.ElementAtOrDefault(2) == StyleStatistics.NameOf(StyleStatistic.NearestNeighbor);
    }

    private IGuidedLoss Guided => this;

    private protected override double AbsoluteDegree => 0;

    internal override bool BlendsByMean => false;

    internal override bool BalancesMatches { get; }

    /// <summary>The mean in the first column, then the vectors, then zeros: [1, C, 1 + vectors].</summary>
    /// <inheritdoc/>
    public override GraphValue? Statistic(GraphBuilder graph, GraphValue map) => Guided.Statistic(graph, map, null);

    /// <inheritdoc/>
    public override string[] StatisticShape(int channels) => ["1", channels.ToString(), (1 + Vectors).ToString()];

    /// <inheritdoc/>
    public override GraphValue Term(GraphBuilder graph, GraphValue map, GraphValue? target) => Guided.Term(graph, map, target, null);

    /// <summary>
    /// Two statistics as one: their vectors by turns as the weights say, as long as both have some, and the mean of their means.
    /// </summary>
    /// <inheritdoc/>
    internal override float[] Merge(ReadOnlySpan<float> first, double firstWeight, ReadOnlySpan<float> second, double secondWeight) =>
        NeighborVectors.Merge(first, firstWeight, second, secondWeight, 1 + Vectors);

    internal override GraphTensor Kept(GraphTensor statistic)
    {
        float[] values = statistic.Values.ToArray();
        NeighborVectors.Round(values, 1 + Vectors);
        return new GraphTensor(values, [.. statistic.Shape]);
    }

    /// <summary>The statistic of a whole map, without a graph: the same positions in the same order.</summary>
    /// <param name="map">[channels, height, width].</param>
    /// <param name="channels">The map's channels.</param>
    /// <param name="height">Its height.</param>
    /// <param name="width">Its width.</param>
    /// <returns>[1, channels, 1 + vectors].</returns>
    internal GraphTensor Measure(ReadOnlySpan<float> map, int channels, int height, int width)
    {
        int area = height * width, columns = 1 + Vectors;
        int top = Math.Min((int)MathF.Floor(height * 0.125f), NeighborVectors.Border),
            left = Math.Min((int)MathF.Floor(width * 0.125f), NeighborVectors.Border);
        float[] ranks = new float[area];
        for (int y = top; y < height - top; y++)
        {
            for (int x = left; x < width - left; x++)
            {
                float sum = (y * 0.7548777f) + (x * 0.5698403f);
                ranks[(y * width) + x] = sum - MathF.Floor(sum) + 1;
            }
        }
        int[] chosen = [.. Enumerable.Range(0, area).Where(i => ranks[i] > 0).OrderByDescending(i => ranks[i]).Take(Vectors)];
        float[] statistic = new float[channels * columns];
        for (int c = 0; c < channels; c++)
        {
            ReadOnlySpan<float> plane = map.Slice(c * area, area);
            double mean = 0;
            foreach (float value in plane) mean += value;
            statistic[c * columns] = (float)(mean / area);
            for (int k = 0; k < chosen.Length; k++) statistic[(c * columns) + 1 + k] = plane[chosen[k]];
        }
        return new GraphTensor(statistic, 1, channels, columns);
    }

    GraphValue? IGuidedLoss.Statistic(GraphBuilder graph, GraphValue map, Guide? guide)
    {
        ArgumentNullException.ThrowIfNull(graph);
        GraphValue shape = graph.Shape(map), rows = graph.Gather(shape, graph.Index(2)), columns = graph.Gather(shape, graph.Index(3));
        GraphValue row = graph.Reshape(Numbers(rows), 1, 1, -1, 1), column = graph.Reshape(Numbers(columns), 1, 1, 1, -1);
        // Fractions whose upper part is spread evenly whatever its share (Roberts 2018, as in the Gaussian kernel's samples).
        GraphValue sum = graph.Add(graph.Mul(row, graph.Constant(0.7548777f)), graph.Mul(column, graph.Constant(0.5698403f)));
        GraphValue rank = graph.Add(graph.Sub(sum, graph.Node("Floor", [sum])), graph.Constant(1));
        rank = graph.Mul(graph.Mul(rank, Inside(row, rows)), Inside(column, columns));
        if (guide is { } region) rank = graph.Mul(rank, graph.Cast(graph.Node("GreaterOrEqual", [region.Channel, graph.Constant(0.5f)]),
            ElementType.Float));
        GraphValue flat = graph.Reshape(rank, -1L), count = graph.Node("Min", [graph.Size(flat), graph.Index(Vectors)]);
        GraphValue[] chosen = graph.Nodes("TopK", 2, [flat, graph.Reshape(count, 1L)], new GraphAttribute("axis", 0L));
        GraphValue vectors = graph.Gather(FeatureMoments.Flat(graph, map), chosen[1], 2);
        vectors = graph.Mul(vectors, graph.Cast(graph.Node("Greater", [chosen[0], graph.Constant(0)]), ElementType.Float));
        GraphValue missing = graph.Reshape(graph.Sub(graph.Index(Vectors), count), 1L);
        GraphValue none = graph.Node("Expand", [graph.Constant(0), graph.Concat(0, graph.Slice(shape, [0], [2], [0]), missing)]);
        GraphValue mean = graph.Reshape(FeatureMoments.Mean(graph, map, guide), 0, 0, 1);
        return graph.Concat(2, mean, vectors, none);

        GraphValue Numbers(GraphValue size) => graph.Cast(graph.Node("Range", [graph.Index(0), size, graph.Index(1)]), ElementType.Float);

        // An eighth of a side at most, so that small maps keep their middle.
        GraphValue Inside(GraphValue at, GraphValue size)
        {
            GraphValue length = graph.Cast(size, ElementType.Float);
            GraphValue edge = graph.Node("Min", [graph.Node("Floor", [graph.Mul(length, graph.Constant(0.125f))]),
                graph.Constant(NeighborVectors.Border)]);
            GraphValue after = graph.Node("GreaterOrEqual", [at, edge]), before = graph.Node("Less", [at, graph.Sub(length, edge)]);
            return graph.Cast(graph.Node("And", [after, before]), ElementType.Float);
        }
    }

    GraphValue IGuidedLoss.Term(GraphBuilder graph, GraphValue map, GraphValue? target, Guide? guide)
    {
        ArgumentNullException.ThrowIfNull(graph);
        GraphValue style = Required(target), mean = graph.Slice(style, [0], [1], [2]);
        GraphValue matches = graph.Input(LossGraph.Matches(guide?.Name ?? Name), ElementType.Float, "1", "2", $"{Layer} height",
            $"{Layer} width");
        GraphValue index = graph.Cast(graph.Reshape(graph.Slice(matches, [0], [1], [1]), -1L), ElementType.Int64);
        GraphValue weight = graph.Slice(matches, [1], [2], [1]);
        GraphValue own = graph.Sub(FeatureMoments.Flat(graph, map), mean), other = graph.Sub(graph.Gather(style, index, 2), mean);
        GraphValue product = graph.ReduceSum(graph.Mul(own, other), true, 1);
        GraphValue cosine = graph.Div(product, graph.Mul(Length(own), Length(other)));
        GraphValue distance = graph.Sub(graph.Constant(1), graph.Reshape(cosine, graph.Shape(weight)));
        GraphValue weighted = graph.Mul(distance, weight);
        if (guide is not { } region) return Mean(graph, weighted, 4);
        return graph.Div(Sum(graph, graph.Mul(weighted, region.Squares), 4), region.Sum);

        GraphValue Length(GraphValue vectors) =>
            graph.Node("Sqrt", [graph.Add(graph.ReduceSum(graph.Square(vectors), true, 1), graph.Constant(Least))]);
    }
}
