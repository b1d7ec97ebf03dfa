using MLNetStyle.Graphs;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>Measures what an image is like as the target of losses.</summary>
/// <remarks>One meter serves images of every size. Not safe for use by several threads.</remarks>
internal interface IStyleMeter : IDisposable
{
    /// <summary>The losses whose targets are measured.</summary>
    IReadOnlyList<Loss> Losses { get; }

    /// <summary>Measures an image.</summary>
    /// <param name="image">The image, 0..255.</param>
    /// <param name="cancellation">Ends the computation early.</param>
    /// <param name="guides">The image's masks, of its size; null where no style loss is guided.</param>
    /// <returns>One statistic for each of <see cref="Losses"/>, in memory of its own.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ArgumentException">A mask is missing or has another size.</exception>
    IReadOnlyList<GraphTensor> Measure(PlanarImage image, CancellationToken cancellation = default, PictureGuides? guides = null);
}
