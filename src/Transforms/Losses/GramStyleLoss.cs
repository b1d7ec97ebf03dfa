using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>The squared distance of Gram matrices: which features go together, wherever they are.</summary>
/// <remarks>
/// <para>G = F F^T / (C H W), F the feature map as a matrix of C channels by H W positions; L = mean((G - A)^2) over the C x C entries, A
/// the style's Gram matrix; relative: divided by mean(A^2). Gatys, Ecker, Bethge, "A Neural Algorithm of Artistic Style", 2015, equations
/// 3 and 4, with the division inside the Gram matrix, so that pictures of different sizes compare (Johnson, Alahi, Fei-Fei,
/// "Perceptual Losses for Real-Time Style Transfer and Super-Resolution", 2016, equation 3).</para>
/// <para>The articles differ in what they divide by; <see cref="GramNormalization"/> and <see cref="StyleDivisor"/> name their
/// forms.</para>
/// <para>Immutable and safe to share between threads.</para>
/// </remarks>
internal sealed class GramStyleLoss : Loss, IMomentLoss, IGuidedLoss
{
    /// <summary>Describes a style loss.</summary>
    /// <param name="layer">The layer, for example relu1_1.</param>
    /// <param name="weight">The weight among the style losses; finite and not negative.</param>
    /// <param name="normalization">What the distance is measured against.</param>
    /// <param name="gram">What the Gram matrices are divided by.</param>
    /// <param name="divisor">What the sum of squares is divided by; anything but the number of entries is for absolute losses only.</param>
    /// <exception cref="ArgumentException">
    /// The layer is empty, the weight negative or not finite, a form unknown, or a relative loss has a divisor.
    /// </exception>
    public GramStyleLoss(string layer, double weight = 1, LossNormalization normalization = LossNormalization.Relative,
        GramNormalization gram = GramNormalization.Elements, StyleDivisor divisor = StyleDivisor.Entries)
        : base(StyleStatistics.LossName(layer, StyleStatistic.Gram), LossKind.Style, layer, weight, normalization)
    {
        if (!Enum.IsDefined(gram)) throw new ArgumentException($"The normalisation {gram} of Gram matrices is unknown.", nameof(gram));
        if (!Enum.IsDefined(divisor)) throw new ArgumentException($"The divisor {divisor} is unknown.", nameof(divisor));
        if (divisor != StyleDivisor.Entries && normalization == LossNormalization.Relative)
            throw new ArgumentException($"The loss '{Name}' is relative, so a divisor ({divisor}) would cancel out. Make it absolute, or "
                + $"leave the divisor at Entries.", nameof(divisor));
        (GramNormalization, Divisor) = (gram, divisor);
    }

    /// <summary>What the Gram matrices are divided by.</summary>
    public GramNormalization GramNormalization { get; }

    /// <summary>What the sum of squares is divided by.</summary>
    public StyleDivisor Divisor { get; }

    private IGuidedLoss Guided => this;

    private protected override double AbsoluteDegree => 4;

    /// <summary>The Gram matrix, [1, C, C].</summary>
    /// <inheritdoc/>
    public override GraphValue? Statistic(GraphBuilder graph, GraphValue map) => Guided.Statistic(graph, map, null);

    /// <inheritdoc/>
    public override string[] StatisticShape(int channels) => ["1", channels.ToString(), channels.ToString()];

    /// <inheritdoc/>
    public override GraphValue Term(GraphBuilder graph, GraphValue map, GraphValue? target) => Guided.Term(graph, map, target, null);

    /// <summary>1 / (4 * 3^2 * (H W)^2) where <see cref="StyleDivisor.ImageArea"/> asks for it.</summary>
    /// <inheritdoc/>
    public override double SizeFactor(int width, int height) => Divisor == StyleDivisor.ImageArea
        ? 1 / (36.0 * width * width * height * height) : 1;

    GraphValue? IGuidedLoss.Statistic(GraphBuilder graph, GraphValue map, Guide? guide) => Gram(graph, map, GramNormalization, guide);

    GraphValue IGuidedLoss.Term(GraphBuilder graph, GraphValue map, GraphValue? target, Guide? guide)
    {
        ArgumentNullException.ThrowIfNull(graph);
        (GraphValue moment, GraphValue positions) = FeatureMoments.Products(graph, map, guide);
        GraphValue gram = Gram(graph, moment, positions, GramNormalization), style = Required(target);
        if (Divisor is StyleDivisor.None or StyleDivisor.ImageArea) return Sum(graph, graph.Square(graph.Sub(gram, style)), 3);
        GraphValue distance = Distance(graph, gram, style, 3);
        return Divisor == StyleDivisor.Entries ? distance : graph.Div(distance, graph.Mul(Channels(graph, moment), positions));
    }

    GraphValue IMomentLoss.MomentStatistic(GraphBuilder graph, GraphValue moment, GraphValue positions) =>
        Gram(graph, moment, positions, GramNormalization);

    double IMomentLoss.MomentFactor(int channels, long positions) => GramNormalization switch
    {
        GramNormalization.None => 1,
        GramNormalization.Positions => 1.0 / positions,
        _ => 1.0 / ((double)channels * positions),
    };

    double IMomentLoss.SquaresFactor(ReadOnlySpan<float> target, int channels, long positions)
    {
        double energy = Normalization == LossNormalization.Relative ? Energy(target) : 0, entries = (double)channels * channels;
        return Divisor switch
        {
            StyleDivisor.None or StyleDivisor.ImageArea => 1,
            StyleDivisor.MapElements => 1 / (entries * channels * positions),
            _ => 1 / (energy > 0 ? energy : entries),
        };
    }

    /// <summary>Adds the Gram matrix of a feature map to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="map">Shape [batch, C, height, width].</param>
    /// <returns>Shape [batch, C, C]: F F^T / (C H W), with H and W of the map at hand.</returns>
    public static GraphValue Gram(GraphBuilder graph, GraphValue map) => Gram(graph, map, GramNormalization.Elements);

    /// <summary>Adds the Gram matrix of a feature map to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="map">Shape [batch, C, height, width].</param>
    /// <param name="normalization">What the products are divided by.</param>
    /// <returns>Shape [batch, C, C].</returns>
    public static GraphValue Gram(GraphBuilder graph, GraphValue map, GramNormalization normalization) =>
        Gram(graph, map, normalization, null);

    private static GraphValue Gram(GraphBuilder graph, GraphValue map, GramNormalization normalization, Guide? guide)
    {
        ArgumentNullException.ThrowIfNull(graph);
        (GraphValue moment, GraphValue positions) = FeatureMoments.Products(graph, map, guide);
        // Divided after the product: C x C divisions instead of C x H W.
        return Gram(graph, moment, positions, normalization);
    }

    private static GraphValue Gram(GraphBuilder graph, GraphValue moment, GraphValue positions, GramNormalization normalization) =>
        normalization switch
        {
            GramNormalization.None => moment,
            GramNormalization.Positions => graph.Div(moment, positions),
            _ => graph.Div(moment, graph.Mul(Channels(graph, moment), positions)),
        };

    private static GraphValue Channels(GraphBuilder graph, GraphValue map) =>
        graph.Cast(graph.Gather(graph.Shape(map), graph.Index(1)), ElementType.Float);
}
