using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>A loss that looks at a part of the picture: a style loss at one region, or a content loss with a weight for each
/// place.</summary>
/// <remarks>
/// <para>Style: with T the region's guidance channel at the layer, 0..1, every position counts with T^2 in the statistic, and the sum of
/// T^2 takes
/// the place of the number of positions. For Gram matrices that is G = (T F)(T F)^T / (C sum T^2): Gatys, Ecker, Bethge, Hertzmann,
/// Shechtman,
/// "Controlling Perceptual Factors in Neural Style Transfer", 2017, section 4 (spatial control, guided Gram matrices), whose channels are
/// scaled so
/// that the sum of squares is 1. Means and covariances are weighted by T^2 alike. A relative term is multiplied by the region's share of
/// the layer, the
/// mean of T^2, so that the sum over regions is a mean weighted by area and content and style keep their balance at every place; absolute
/// terms are plain, as in the paper. With T = 1 everywhere each is the loss without a guide.</para>
/// <para>Content: the squared difference at each position is multiplied by T: L = mean(T (F - P)^2), and so on for the other reductions;
/// what a relative
/// loss is divided by stays that of the whole map, so that half the weight is half the loss.</para>
/// <para>T is the picture's mask brought down as the network's poolings go, by the mean of every 2 x 2. It is an input of the graph,
/// <see cref="LossGraph.Guide"/>, [1, 1, height, width]. Immutable and safe to share between threads.</para>
/// </remarks>
internal sealed class GuidedLoss : Loss
{
    private readonly IGuidedLoss _guided;

    /// <summary>Describes a guided loss.</summary>
    /// <param name="loss">What is compared; its layer, weight and normalisation count.</param>
    /// <param name="guide">The name of the region; for a content loss what the term is called by.</param>
    /// <exception cref="ArgumentException">The name is empty, or the loss can't be guided: says why.</exception>
    public GuidedLoss(Loss loss, string guide)
        : base($"{Checked(loss).Name} {guide}", loss.Kind, loss.Layer, loss.Weight, loss.Normalization)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(guide);
        (Loss, _guided, Guide) = (loss, (IGuidedLoss)loss, guide);
    }

    /// <summary>What is compared.</summary>
    public Loss Loss { get; }

    /// <summary>The name of the region.</summary>
    public string Guide { get; }

    /// <summary>Whether the target is measured through the guide too; a content target is the whole map.</summary>
    public bool MeasuresGuided => Kind is LossKind.Style or LossKind.Neighbors;

    private protected override double AbsoluteDegree => Loss.Degree;

    internal override bool DividesByEnergy => Loss.DividesByEnergy;

    internal override bool BlendsByMean => Loss.BlendsByMean;

    internal override bool BalancesMatches => Loss.BalancesMatches;

    /// <summary>Why a loss can't be guided by masks.</summary>
    /// <param name="loss">The loss.</param>
    /// <returns>The reason; null if it can.</returns>
    public static string? Refusal(Loss loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return loss switch
        {
            IGuidedLoss => null,
            GuidedLoss => $"the loss '{loss.Name}' is guided already",
            SampledStyleLoss =>
                $"the loss '{loss.Name}' compares single positions, the same number on both sides, and regions have different numbers of "
                + $"them",
            HistogramStyleLoss or SlicedWassersteinStyleLoss =>
                $"the loss '{loss.Name}' exchanges the values of all positions by their order, and a position that belongs to a region "
                + $"partly has no place in it",
            SelfSimilarityLoss => $"the loss '{loss.Name}' compares places with each other, and a pair of places has no one weight",
            _ => $"the loss '{loss.Name}' has no form with weights for the positions",
        };
    }

    /// <inheritdoc/>
    public override double SizeFactor(int width, int height) => Loss.SizeFactor(width, height);

    /// <inheritdoc/>
    public override void Blend(ReadOnlySpan<float> statistic, double from, double to, Span<float> blend) =>
        Loss.Blend(statistic, from, to, blend);

    internal override GraphTensor Kept(GraphTensor statistic) => Loss.Kept(statistic);

    internal override float[]? Merge(ReadOnlySpan<float> first, double firstWeight, ReadOnlySpan<float> second, double secondWeight) =>
        Loss.Merge(first, firstWeight, second, secondWeight);

    /// <summary>The plain loss's statistic, of the region.</summary>
    /// <inheritdoc/>
    public override GraphValue? Statistic(GraphBuilder graph, GraphValue map)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return _guided.Statistic(graph, map, MeasuresGuided ? Input(graph) : null);
    }

    /// <inheritdoc/>
    public override string[]? StatisticShape(int channels) => Loss.StatisticShape(channels);

    /// <inheritdoc/>
    public override GraphValue Term(GraphBuilder graph, GraphValue map, GraphValue? target)
    {
        ArgumentNullException.ThrowIfNull(graph);
        Guide guide = Input(graph);
        GraphValue term = _guided.Term(graph, map, target, guide);
        return MeasuresGuided && (Normalization == LossNormalization.Relative || Loss is NearestNeighborStyleLoss)
            ? graph.Mul(term, guide.Share(graph)) : term;
    }

    private Guide Input(GraphBuilder graph) =>
        Losses.Guide.Of(graph, graph.Input(LossGraph.Guide(this), ElementType.Float, "1", "1", $"{Layer} height", $"{Layer} width"), Name);

    private static Loss Checked(Loss loss) => Refusal(loss) is { } reason
        ? throw new ArgumentException($"Masks can't guide this: {reason}. Use another statistic.", nameof(loss)) : loss;
}

/// <summary>A loss that can look at a part of a feature map; without a guide it is the plain loss.</summary>
internal interface IGuidedLoss
{
    /// <summary>As <see cref="Loss.Statistic"/>.</summary>
    GraphValue? Statistic(GraphBuilder graph, GraphValue map, Guide? guide);

    /// <summary>As <see cref="Loss.Term"/>.</summary>
    GraphValue Term(GraphBuilder graph, GraphValue map, GraphValue? target, Guide? guide);
}

/// <summary>A guidance channel as nodes of a graph: how much each position of a feature map belongs to a region.</summary>
/// <param name="Channel">T, [1, 1, height, width], 0..1.</param>
/// <param name="Squares">T^2, what a position counts in moments.</param>
/// <param name="Sum">The sum of T^2 over the positions, a scalar; takes the place of their number.</param>
/// <param name="Name">The name of the guided loss.</param>
internal readonly record struct Guide(GraphValue Channel, GraphValue Squares, GraphValue Sum, string Name)
{
    /// <summary>The smallest sum, so that a region which poolings leave nothing of has moments of zero instead of none.</summary>
    private const float Least = 1e-12f;

    public static Guide Of(GraphBuilder graph, GraphValue channel, string name)
    {
        GraphValue squares = graph.Square(channel);
        // Row by row: one long sum of 32-bit floats loses digits.
        GraphValue sum = graph.ReduceSum(graph.ReduceSum(squares, true, 3));
        return new Guide(channel, squares, graph.Node("Max", [sum, graph.Constant(Least)]), name);
    }

    /// <summary>The part of all positions that the region takes: the mean of T^2, a scalar.</summary>
    public GraphValue Share(GraphBuilder graph) => graph.Div(Sum, graph.Cast(graph.Size(Squares), ElementType.Float));
}
