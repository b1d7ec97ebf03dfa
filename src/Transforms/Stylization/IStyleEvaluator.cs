using MLNetStyle.Graphs;
using MLNetStyle.Imaging;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>Losses and their gradient at an image: all that a run asks of an engine while it iterates.</summary>
/// <remarks>One evaluator serves images of every size. Not safe for use by several threads.</remarks>
public interface IStyleEvaluator : IDisposable
{
    /// <summary>The losses, in the order of the terms.</summary>
    IReadOnlyList<Loss> Losses { get; }

    /// <summary>Sets what the losses compare with until the next call.</summary>
    /// <param name="targets">
    /// One statistic for each loss, as an <see cref="IStyleMeter"/> gives it; null for a loss without a target. They are not
    /// copied, and must not change while they are in use.
    /// </param>
    /// <param name="guides">The masks of the pictures to come, of their size; null where no loss is guided.</param>
    /// <param name="content">The content that nearest-neighbour losses are matched from, of the size of the pictures to come; null where <see cref="Matches"/> is false.</param>
    /// <exception cref="ArgumentException">A target is missing, its shape does not fit its loss, or a mask or the content is missing.</exception>
    void SetTargets(IReadOnlyList<GraphTensor?> targets, PictureGuides? guides = null, PlanarImage? content = null);

    /// <summary>Whether a loss is matched with style vectors, so that <see cref="Rematch"/> has an effect.</summary>
    bool Matches { get; }

    /// <summary>
    /// Has the next evaluation find matches anew, from the content and the image that it is given: the losses are other functions from there on. Without
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
    double Evaluate(ReadOnlySpan<float> image, int width, int height, Span<float> gradient, Span<double> terms, CancellationToken cancellation = default);
}
