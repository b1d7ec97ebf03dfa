using Microsoft.ML.Data;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>Images that outlive their row.</summary>
public static class ImageCopies
{
    /// <summary>
    /// A copy that belongs to the caller. An image that a cursor or a PredictionEngine hands out dies when the next row is read; its copy
    /// lives until it is disposed, and the next transform of this library sees all of it that it saw of the original.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <exception cref="InvalidOperationException">The image has died already.</exception>
    public static MLImage Copy(this MLImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        MLImage copy = MLImage.CreateFromPixels(image.Width, image.Height, image.PixelFormat, image.Pixels);
        copy.Tag = image.Tag;
        ImagePixels.CopyMore(image, copy);
        GC.KeepAlive(image);
        return copy;
    }
}
