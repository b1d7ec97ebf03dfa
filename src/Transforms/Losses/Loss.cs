using System.Numerics.Tensors;
using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>
/// One term of what a picture is optimised for: a function of one feature map, or of the picture itself, written as nodes of a graph.
/// </summary>
/// <remarks>
/// A loss is a description without values: it serves every evaluator, joined to a network's graph or in a graph of its own over feature
/// maps (<see cref="LossGraph"/>). Immutable and safe to share between threads.
/// </remarks>
internal abstract class Loss
{
    /// <summary>Describes a loss.</summary>
    /// <param name="name">The name of the term in reports; unique among the losses of a run.</param>
    /// <param name="kind">What it compares with.</param>
    /// <param name="layer">The layer whose output is measured; null for the picture itself.</param>
    /// <param name="weight">The weight within its kind; finite and not negative.</param>
    /// <param name="normalization">What the term is measured against.</param>
    /// <exception cref="ArgumentException">A name is empty, the weight negative or not finite, or the normalisation unknown.</exception>
    protected Loss(string name, LossKind kind, string? layer, double weight, LossNormalization normalization)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (layer is not null) ArgumentException.ThrowIfNullOrWhiteSpace(layer);
        if (!double.IsFinite(weight)
            || weight < 0) throw new ArgumentException($"The weight of the loss '{name}' must be finite and not negative; it is {weight}.",
            nameof(weight));
        if (!Enum.IsDefined(normalization)) throw new ArgumentException($"The loss '{name}' has the unknown normalisation "
            + $"{normalization}.", nameof(normalization));
        (Name, Kind, Layer, Weight, Normalization) = (name, kind, layer, weight, normalization);
    }

    /// <summary>The name of the term: "content relu4_2", "style relu1_1", "tv".</summary>
    public string Name { get; }

    /// <summary>What it compares with.</summary>
    public LossKind Kind { get; }

    /// <summary>The layer whose output is measured; null for the picture itself.</summary>
    public string? Layer { get; }

    /// <summary>The weight of this term within its kind: it is multiplied by the weight of the kind.</summary>
    public double Weight { get; }

    /// <summary>What the term is measured against.</summary>
    public LossNormalization Normalization { get; }

    /// <summary>Whether the loss has a target, that is whether <see cref="Statistic"/> gives a value.</summary>
    public bool HasTarget => Kind != LossKind.TotalVariation;

    /// <summary>
    /// The power of the activations' scale that the term grows with: activations times s make it s to this power as large. 0 for relative
    /// terms and for those that don't look at activations.
    /// </summary>
    public double Degree => Normalization == LossNormalization.Relative || Layer is null ? 0 : AbsoluteDegree;

    /// <summary>The same for absolute terms: 2, unless a loss says otherwise.</summary>
    private protected virtual double AbsoluteDegree => 2;

    /// <summary>What an evaluator multiplies the weight by for pictures of a size, where a loss is divided by the picture's own
    /// size.</summary>
    /// <param name="width">The picture's width in pixels.</param>
    /// <param name="height">Its height.</param>
    /// <returns>1, unless a loss says otherwise.</returns>
    public virtual double SizeFactor(int width, int height) => 1;

    /// <summary>Whether the term is divided by its target's mean square, or something near it, that may be next to nothing.</summary>
    internal virtual bool DividesByEnergy => Normalization == LossNormalization.Relative;

    /// <summary>Whether a blend of styles is the mean of their statistics by weight, whatever their number.</summary>
    internal virtual bool BlendsByMean => true;

    /// <summary>Whether matches of a nearest-neighbour loss are balanced: <see cref="NearestNeighborStyleLoss"/>.</summary>
    internal virtual bool BalancesMatches => false;

    /// <summary>
    /// Adds one style's share to a blend of several. Unless a loss says otherwise the statistics are averaged by the styles' weights.
    /// </summary>
    /// <param name="statistic">The statistic of one picture.</param>
    /// <param name="from">The sum of the weights of the pictures before it, 0 to 1.</param>
    /// <param name="to">The same with its own weight.</param>
    /// <param name="blend">The blend so far, zeros before the first; as long as the statistic.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public virtual void Blend(ReadOnlySpan<float> statistic, double from, double to, Span<float> blend)
    {
        if (statistic.Length != blend.Length) throw new ArgumentException($"The statistic has {statistic.Length} values and the blend "
            + $"{blend.Length}.", nameof(blend));
        TensorPrimitives.MultiplyAdd(statistic, (float)(to - from), blend, blend);
    }

    /// <summary>Two blends of statistics as one, for a loss that neither averages them nor has to know their number beforehand.</summary>
    /// <param name="first">A statistic.</param>
    /// <param name="firstWeight">The sum of the weights of its pictures, positive.</param>
    /// <param name="second">Another one.</param>
    /// <param name="secondWeight">Likewise.</param>
    /// <returns>The blend; null for a loss that has no such way.</returns>
    internal virtual float[]? Merge(ReadOnlySpan<float> first, double firstWeight, ReadOnlySpan<float> second, double secondWeight) => null;

    /// <summary>A statistic as styles keep it: with no more digits than are saved.</summary>
    internal virtual GraphTensor Kept(GraphTensor statistic) => statistic;

    /// <summary>Adds the nodes that measure a target picture.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="map">The target's feature map, [1, channels, height, width].</param>
    /// <returns>The statistic, of shape <see cref="StatisticShape"/>; null if the loss has no target.</returns>
    public abstract GraphValue? Statistic(GraphBuilder graph, GraphValue map);

    /// <summary>The shape of the statistic: numbers for fixed dimensions, other texts for those that depend on the picture's
    /// size.</summary>
    /// <param name="channels">The channels of the feature map.</param>
    /// <returns>The shape as <see cref="GraphBuilder.Input"/> takes it; null if the loss has no target.</returns>
    public abstract string[]? StatisticShape(int channels);

    /// <summary>Adds the nodes of the term.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="map">The picture's feature map, [1, channels, height, width]; the picture itself where <see cref="Layer"/> is
    /// null.</param>
    /// <param name="target">The target's statistic; null where the loss has no target.</param>
    /// <returns>A scalar: the term, normalised, not weighted.</returns>
    /// <exception cref="ArgumentException">The target is missing, or the loss has none.</exception>
    public abstract GraphValue Term(GraphBuilder graph, GraphValue map, GraphValue? target);

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The target, which must be there.</summary>
    /// <param name="target">The target.</param>
    /// <exception cref="ArgumentException">It is missing.</exception>
    private protected GraphValue Required(GraphValue? target) =>
        target ?? throw new ArgumentException($"The loss '{Name}' needs a target.", nameof(target));

    /// <summary>mean((value - target)^2), divided by mean(target^2) if the normalisation is relative.</summary>
    private protected GraphValue Distance(GraphBuilder graph, GraphValue value, GraphValue target, int rank)
    {
        GraphValue distance = Mean(graph, graph.Square(graph.Sub(value, target)), rank);
        return Normalization == LossNormalization.Absolute ? distance : Over(graph, distance, Mean(graph, graph.Square(target), rank));
    }

    /// <summary>The sum of squares, in parts: one long sum of 32-bit floats would lose digits.</summary>
    private protected static double Energy(ReadOnlySpan<float> values)
    {
        const int AtOnce = 4096;
        double sum = 0;
        for (int i = 0; i < values.Length; i += AtOnce) sum += TensorPrimitives.SumOfSquares(values.Slice(i,
            Math.Min(AtOnce, values.Length - i)));
        return sum;
    }

    /// <summary>A distance over the energy of its target.</summary>
    private protected static GraphValue Over(GraphBuilder graph, GraphValue distance, GraphValue energy)
    {
        // A target of zeros has no energy to measure against: the distance stays absolute then.
        GraphValue none = graph.Cast(graph.Node("Equal", [energy, graph.Constant(0)]), ElementType.Float);
        return graph.Div(distance, graph.Add(energy, none));
    }

    /// <summary>The mean of all elements, axis by axis: one long sum of 32-bit floats would lose digits that a line search needs.</summary>
    private protected static GraphValue Mean(GraphBuilder graph, GraphValue value, int rank)
    {
        for (int axis = rank - 1; axis > 0; axis--) value = graph.ReduceMean(value, true, axis);
        return graph.ReduceMean(value);
    }

    /// <summary>The sum of all elements, axis by axis for the same reason.</summary>
    private protected static GraphValue Sum(GraphBuilder graph, GraphValue value, int rank)
    {
        for (int axis = rank - 1; axis > 0; axis--) value = graph.ReduceSum(value, true, axis);
        return graph.ReduceSum(value);
    }
}

/// <summary>What a loss compares the picture with.</summary>
internal enum LossKind
{
    /// <summary>The content picture's feature maps.</summary>
    Content,

    /// <summary>The statistics of the style picture's feature maps.</summary>
    Style,

    /// <summary>The style picture's feature maps, place by place (<see cref="NearestNeighborStyleLoss"/>), with a weight beside that of the
    /// statistics.</summary>
    Neighbors,

    /// <summary>Nothing but the picture's own smoothness.</summary>
    TotalVariation,
}
