using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>A loss that looks at a part of the picture: a style loss at one region, or a content loss with a weight for each place.</summary>
/// <remarks>
/// <para>Style: with T the region's guidance channel at the layer, 0..1, every position counts with T^2 in the statistic, and the sum of T^2 takes
/// the place of the number of positions. For Gram matrices that is G = (T F)(T F)^T / (C sum T^2): Gatys, Ecker, Bethge, Hertzmann, Shechtman,
/// "Controlling Perceptual Factors in Neural Style Transfer", 2017, section 4 (spatial control, guided Gram matrices), whose channels are scaled so
/// that the sum of squares is 1. Means and covariances are weighted by T^2 alike. A relative term is multiplied by the region's share of the layer, the
/// mean of T^2, so that the sum over regions is a mean weighted by area and content and style keep their balance at every place; absolute
/// terms are plain, as in the paper. With T = 1 everywhere each is the loss without a guide.</para>
/// <para>Content: the squared difference at each position is multiplied by T: L = mean(T (F - P)^2), and so on for the other reductions; what a relative
/// loss is divided by stays that of the whole map, so that half the weight is half the loss.</para>
/// <para>T is the picture's mask brought down as the network's poolings go, by the mean of every 2 x 2. It is an input of the graph,
/// <see cref="LossGraph.Guide"/>, [1, 1, height, width]. Immutable and safe to share between threads.</para>
/// </remarks>
public sealed class GuidedLoss : Loss
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

    internal override bool BlendsByMean => Loss.BlendsByMean;

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
            GaussianMmdStyleLoss => $"the loss '{loss.Name}' compares single positions, the same number on both sides, and regions have different numbers of them",
            HistogramStyleLoss => $"the loss '{loss.Name}' exchanges the values of all positions by their order, and a position that belongs to a region partly has no place in it",
            _ => $"the loss '{loss.Name}' has no form with weights for the positions",
        };
    }

    /// <inheritdoc/>
    public override double SizeFactor(int width, int height) => Loss.SizeFactor(width, height);

    /// <inheritdoc/>
    public override void Blend(ReadOnlySpan<float> statistic, double from, double to, Span<float> blend) => Loss.Blend(statistic, from, to, blend);

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
        return MeasuresGuided && (Normalization == LossNormalization.Relative || Loss is NearestNeighborStyleLoss) ? graph.Mul(term, guide.Share(graph)) : term;
    }

    private Guide Input(GraphBuilder graph) => Losses.Guide.Of(graph, graph.Input(LossGraph.Guide(this), ElementType.Float, "1", "1", $"{Layer} height", $"{Layer} width"), Name);

    private static Loss Checked(Loss loss) => Refusal(loss) is { } reason ? throw new ArgumentException($"Masks can't guide this: {reason}. Use another statistic.", nameof(loss)) : loss;
}
