using MLNetStyle.Graphs;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>Losses and their gradient at an image: all that a run asks of an engine while it iterates.</summary>
/// <remarks>One evaluator serves images of every size. Not safe for use by several threads.</remarks>
internal interface IStyleEvaluator : IDisposable
{
    /// <summary>The losses, in the order of the terms.</summary>
    IReadOnlyList<Loss> Losses { get; }

    /// <summary>Sets what the losses compare with until the next call.</summary>
    /// <param name="targets">
    /// One statistic for each loss, as an <see cref="IStyleMeter"/> gives it; null for a loss without a target. They are not
    /// copied, and must not change while they are in use.
    /// </param>
    /// <param name="guides">The masks of the pictures to come, of their size; null where no loss is guided.</param>
    /// <param name="content">
    /// The content that nearest-neighbour losses are matched from, of the size of the pictures to come; null where <see cref="Matches"/> is
    /// false.
    /// </param>
    /// <param name="factors">What each loss's term is multiplied by besides its weight; null for nothing.</param>
    /// <exception cref="ArgumentException">A target is missing, its shape does not fit its loss, or a mask or the content is
    /// missing.</exception>
    void SetTargets(
        IReadOnlyList<GraphTensor?> targets, PictureGuides? guides = null, PlanarImage? content = null,
            IReadOnlyList<double>? factors = null);

    /// <summary>Whether a loss is matched with style vectors, so that <see cref="Rematch"/> has an effect.</summary>
    bool Matches { get; }

    /// <summary>
    /// Has the next evaluation find matches anew, from the content and the image that it is given: the losses are other functions from
    /// there on. Without
    /// it matches are those of the content alone.
    /// </summary>
    void Rematch();

    /// <summary>Computes the losses and the gradient of their weighted sum.</summary>
    /// <param name="image">3 * height * width samples, 0..255: the red plane, then green, then blue.</param>
    /// <param name="width">The width in pixels.</param>
    /// <param name="height">The height in pixels.</param>
    /// <param name="gradient">Receives d(total)/d(image); as long as the image.</param>
    /// <param name="terms">Receives every loss's weighted share of the total.</param>
    /// <param name="cancellation">Ends the computation early.</param>
    /// <returns>The total: the sum of the terms.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; what was received is undefined.</exception>
    /// <exception cref="ArgumentException">A length does not fit, or the masks have another size.</exception>
    /// <exception cref="InvalidOperationException">The targets were not set, or the computation failed.</exception>
    double Evaluate(ReadOnlySpan<float> image, int width, int height, Span<float> gradient, Span<double> terms,
        CancellationToken cancellation = default);
}

/// <summary>The weight of each kind of loss; a term counts with its kind's weight times its own.</summary>
/// <param name="Content">The weight of the content losses, 0 or more.</param>
/// <param name="Style">The weight of the style losses, 0 or more.</param>
/// <param name="TotalVariation">The weight of total variation, 0 or more.</param>
/// <param name="Activations">
/// How many times larger the network's activations are than those that the weights are meant for; positive. Each weight is divided by it to
/// the power of the loss's <see cref="Loss.Degree"/>.
/// </param>
/// <remarks>Immutable and safe to share between threads.</remarks>
internal readonly record struct LossWeights(double Content, double Style, double TotalVariation, double Activations = 1)
{
    /// <summary>The weight of the nearest-neighbour losses, 0 or more.</summary>
    public double Neighbors { get; init; }

    /// <summary>What the terms of single losses are multiplied by besides, by their names; null for nothing.</summary>
    public IReadOnlyDictionary<string, double>? Factors { get; init; }

    /// <summary>What a loss's term is multiplied by.</summary>
    /// <param name="loss">The loss.</param>
    public double Of(Loss loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        double scale = Activations == 1 || loss.Degree == 0 ? 1 : Math.Pow(Activations, -loss.Degree);
        if (Factors is not null && Factors.TryGetValue(loss.Name, out double factor)) scale *= factor;
        return scale * loss.Weight * loss.Kind switch
        {
            LossKind.Content => Content,
            LossKind.Style => Style,
            LossKind.Neighbors => Neighbors,
            _ => TotalVariation,
        };
    }
}
