using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>The differences of neighbouring pixels: high-frequency noise.</summary>
/// <remarks>
/// <para>Absolute: the sum over channels and positions of (x[i+1, j] - x[i, j])^2 and of (x[i, j+1] - x[i, j])^2, x the picture in 0..255.
/// Mahendran, Vedaldi, "Understanding Deep Image Representations by Inverting Them", 2015, section 3 (total variation with beta = 2). Used
/// for style transfer by Johnson, Alahi, Fei-Fei, "Perceptual Losses for Real-Time Style Transfer and Super-Resolution", 2016, section 3.2.
/// Relative: the mean of the vertical squares plus the mean of the horizontal ones, in units of 255 squared, so that it does not depend on
/// the size.</para>
/// <para><see cref="TotalVariationKind"/> has other forms: halved or averaged squares, absolute differences (Rudin, Osher, Fatemi,
/// "Nonlinear Total Variation Based Noise Removal Algorithms", 1992, taken along the axes), and Mahendran and Vedaldi's power of the
/// squared gradient with
/// beta = 2.5. Relative, each is a mean in units of 255 to its power.</para>
/// <para>The picture must be at least 2 pixels high and wide. Immutable and safe to share between threads.</para>
/// </remarks>
internal sealed class TotalVariationLoss : Loss
{
    /// <summary>Describes a total variation loss.</summary>
    /// <param name="weight">The weight of the term; finite and not negative.</param>
    /// <param name="normalization">What the differences are measured against.</param>
    /// <param name="variation">How differences become one number.</param>
    /// <exception cref="ArgumentException">The weight is negative or not finite, or the kind unknown.</exception>
    public TotalVariationLoss(double weight = 1, LossNormalization normalization = LossNormalization.Relative,
        TotalVariationKind variation = TotalVariationKind.Squared)
        : base("tv", LossKind.TotalVariation, null, weight, normalization)
    {
        if (!Enum.IsDefined(variation)) throw new ArgumentException($"The total variation {variation} is unknown.", nameof(variation));
        Variation = variation;
    }

    /// <summary>How differences become one number.</summary>
    public TotalVariationKind Variation { get; }

    /// <summary>Whether the term is a sum of squared differences with <see cref="SquaresFactors"/>, which an evaluator can compute without
    /// a graph.</summary>
    internal bool IsSquares => Variation is not (TotalVariationKind.Absolute or TotalVariationKind.Power);

    /// <summary>What the sums of squared vertical and horizontal differences are multiplied by.</summary>
    internal (double Vertical, double Horizontal) SquaresFactors(int width, int height)
    {
        bool relative = Normalization == LossNormalization.Relative;
        if (!relative && Variation != TotalVariationKind.MeanSquared) return Variation == TotalVariationKind.HalfSquared ? (0.5, 0.5)
            : (1, 1);
        double unit = relative ? 1.0 / (255 * 255) : 1;
        return (unit / (3.0 * (height - 1) * width), unit / (3.0 * height * (width - 1)));
    }

    /// <summary>Total variation has no target.</summary>
    /// <inheritdoc/>
    public override GraphValue? Statistic(GraphBuilder graph, GraphValue map) => null;

    /// <inheritdoc/>
    public override string[]? StatisticShape(int channels) => null;

    /// <inheritdoc/>
    public override GraphValue Term(GraphBuilder graph, GraphValue map, GraphValue? target)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (target is not null) throw new ArgumentException("Total variation has no target.", nameof(target));
        bool relative = Normalization == LossNormalization.Relative;
        if (Variation == TotalVariationKind.Power)
        {
            GraphValue corner = graph.Slice(map, [0, 0], [-1, -1], [2, 3]);
            GraphValue squares = graph.Add(graph.Square(graph.Sub(graph.Slice(map, [1, 0], [long.MaxValue, -1], [2, 3]), corner)),
                graph.Square(graph.Sub(graph.Slice(map, [0, 1], [-1, long.MaxValue], [2, 3]), corner)));
            GraphValue powers = graph.Node("Pow", [squares, graph.Constant(1.25f)]);
            return relative ? graph.Mul(Mean(graph, powers, 4), graph.Constant((float)Math.Pow(255, -2.5))) : Sum(graph, powers, 4);
        }
        if (Variation == TotalVariationKind.Absolute)
        {
            GraphValue down = graph.Node("Abs", [Differences(graph, map, 2)]), right = graph.Node("Abs", [Differences(graph, map, 3)]);
            return relative
                ? graph.Mul(graph.Add(Mean(graph, down, 4), Mean(graph, right, 4)), graph.Constant(1f / 255))
                : graph.Add(Sum(graph, down, 4), Sum(graph, right, 4));
        }
        GraphValue vertical = graph.Square(Differences(graph, map, 2)), horizontal = graph.Square(Differences(graph, map, 3));
        if (relative) return graph.Mul(graph.Add(Mean(graph, vertical, 4), Mean(graph, horizontal, 4)), graph.Constant(1f / (255 * 255)));
        if (Variation == TotalVariationKind.MeanSquared) return graph.Add(Mean(graph, vertical, 4), Mean(graph, horizontal, 4));
        GraphValue sum = graph.Add(Sum(graph, vertical, 4), Sum(graph, horizontal, 4));
        return Variation == TotalVariationKind.HalfSquared ? graph.Mul(sum, graph.Constant(0.5f)) : sum;
    }

    private static GraphValue Differences(GraphBuilder graph, GraphValue image, long axis) =>
        graph.Sub(graph.Slice(image, [1], [long.MaxValue], [axis]), graph.Slice(image, [0], [-1], [axis]));
}
