using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>The squared distance of feature maps: what is where in the picture.</summary>
/// <remarks>
/// <para>L = mean((F - P)^2) over channels and positions, F the picture's and P the content's feature map; relative: divided by
/// mean(P^2). Gatys, Ecker, Bethge, "A Neural Algorithm of Artistic Style", 2015, equation 1, has half the sum instead of the
/// mean.</para>
/// <para>Immutable and safe to share between threads.</para>
/// </remarks>
internal sealed class ContentLoss : Loss, ISquaresLoss, IGuidedLoss
{
    /// <summary>Describes a content loss.</summary>
    /// <param name="layer">The layer, for example relu4_2.</param>
    /// <param name="weight">The weight among the content losses; finite and not negative.</param>
    /// <param name="normalization">What the distance is measured against.</param>
    /// <param name="reduction">How differences become one number; anything but the mean is for absolute losses only.</param>
    /// <exception cref="ArgumentException">
    /// The layer is empty, the weight negative or not finite, the reduction unknown, or a relative loss has another than the mean.
    /// </exception>
    public ContentLoss(string layer, double weight = 1, LossNormalization normalization = LossNormalization.Relative,
        ContentReduction reduction = ContentReduction.Mean)
        : base($"content {layer ?? throw new ArgumentNullException(nameof(layer))}", LossKind.Content, layer, weight, normalization)
    {
        if (!Enum.IsDefined(reduction)) throw new ArgumentException($"The reduction {reduction} is unknown.", nameof(reduction));
        if (reduction != ContentReduction.Mean && normalization == LossNormalization.Relative)
            throw new ArgumentException($"The loss '{Name}' is relative, so it can't have the reduction {reduction}. Make it absolute, "
                + $"or take the mean.", nameof(reduction));
        Reduction = reduction;
    }

    /// <summary>How differences become one number.</summary>
    public ContentReduction Reduction { get; }

    private IGuidedLoss Guided => this;

    private protected override double AbsoluteDegree => Reduction == ContentReduction.Scaled ? 1 : 2;

    bool ISquaresLoss.IsSquares => Reduction != ContentReduction.Scaled;

    double ISquaresLoss.SquaresFactor(ReadOnlySpan<float> target)
    {
        if (Reduction != ContentReduction.Mean) return Reduction == ContentReduction.Sum ? 1 : 0.5;
        double energy = Normalization == LossNormalization.Relative ? Energy(target) : 0;
        return energy > 0 ? 1 / energy : 1.0 / target.Length;
    }

    /// <summary>The feature map itself.</summary>
    /// <inheritdoc/>
    public override GraphValue? Statistic(GraphBuilder graph, GraphValue map) => map;

    /// <inheritdoc/>
    public override string[] StatisticShape(int channels) => ["1", channels.ToString(), $"{Layer} height", $"{Layer} width"];

    /// <inheritdoc/>
    public override GraphValue Term(GraphBuilder graph, GraphValue map, GraphValue? target) => Guided.Term(graph, map, target, null);

    GraphValue? IGuidedLoss.Statistic(GraphBuilder graph, GraphValue map, Guide? guide) => map;

    GraphValue IGuidedLoss.Term(GraphBuilder graph, GraphValue map, GraphValue? target, Guide? guide)
    {
        ArgumentNullException.ThrowIfNull(graph);
        GraphValue content = Required(target);
        if (Reduction == ContentReduction.Mean && guide is null) return Distance(graph, map, content, 4);
        GraphValue difference = graph.Sub(map, content), squares = graph.Square(difference);
        if (guide is { } weight) squares = graph.Mul(squares, weight.Channel);
        if (Reduction == ContentReduction.Mean) return Weighted(graph, Mean(graph, squares, 4), content);
        GraphValue sum = Sum(graph, squares, 4);
        return Reduction switch
        {
            ContentReduction.Sum => sum,
            ContentReduction.HalfSum => graph.Mul(sum, graph.Constant(0.5f)),
            _ => graph.Div(sum, graph.Add(Sum(graph, graph.Node("Abs", [difference]), 4), graph.Constant(1e-8f))),
        };
    }

    private GraphValue Weighted(GraphBuilder graph, GraphValue mean, GraphValue content) =>
        Normalization == LossNormalization.Absolute ? mean : Over(graph, mean, Mean(graph, graph.Square(content), 4));
}

/// <summary>A loss that may be a number times the sum of squared differences of map and target, which an evaluator can compute without a
/// graph.</summary>
internal interface ISquaresLoss
{
    /// <summary>Whether it is.</summary>
    bool IsSquares { get; }

    /// <summary>The number.</summary>
    /// <param name="target">The target.</param>
    double SquaresFactor(ReadOnlySpan<float> target);
}
