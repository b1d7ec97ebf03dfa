using MLNetStyle.Samples.CommandLine;

namespace MLNetStyle.Samples.Batch;

/// <summary>Makes the pictures of a batch; reading, painting and writing go on side by side.</summary>
internal interface IBatchPainter : IDisposable
{
    /// <summary>Prepares for pictures like one, so that what is wrong with all of them is known before the first.</summary>
    void Prepare(BatchItem item, CancellationToken cancellation);

    /// <summary>Reads what a picture is made from, on the thread of reading.</summary>
    BatchInput Read(BatchItem item);

    /// <summary>Makes a picture.</summary>
    /// <param name="item">The picture.</param>
    /// <param name="input">What it is made from.</param>
    /// <param name="worker">Which of the workers that go on side by side asks, from 0.</param>
    /// <param name="callbacks">What is called on the way; null for nothing.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The picture; null if it was cut short.</returns>
    BatchPicture? Paint(BatchItem item, BatchInput input, int worker, StylizationCallbacks? callbacks, CancellationToken cancellation);
}

/// <summary>What a picture is made from.</summary>
/// <param name="Image">The content.</param>
/// <param name="Masks">Its masks, as the options ask for them.</param>
internal sealed record BatchInput(Pipeline.ImagePixels Image, IReadOnlyList<PlanarImage> Masks);

/// <summary>A picture that is made.</summary>
/// <param name="Color">Its colours.</param>
/// <param name="Alpha">Its transparency; null for none.</param>
/// <param name="Line">What the summary says of it; null for nothing.</param>
/// <param name="WriteReport">Writes its report, where the file went being given; null for none.</param>
internal sealed record BatchPicture(PlanarImage Color, byte[]? Alpha, Summary.Line? Line = null, Action<string>? WriteReport = null);
