namespace MLNetStyle.Samples.Batch;

/// <summary>What the next frame of a sequence starts from: the frame before, and the picture that was made of it.</summary>
internal sealed record SequenceStart(PlanarImage Content, PlanarImage Picture)
{
    /// <summary>Brings options to continue from a picture: it is the start, at the full size only.</summary>
    public static void Continue(StylizationOptions options) =>
        (options.Start, options.CoarsestSize) = (StartImage.Image, options.Size == 0 ? StylizationOptions.MaxSize : options.Size);

    /// <summary>The start of a frame.</summary>
    public PlanarImage For(PlanarImage content, StylizationOptions options) => Picture;
}
