using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetStyle.Pipeline;

internal static class ImageGetter
{
    /// <summary>
    /// A getter that makes a new image of the row's pixels at each call and disposes the image that it handed out before, if
    /// the caller gives it back as the buffer. The last image belongs to the caller.
    /// </summary>
    public static ValueGetter<MLImage> Create(Func<ImagePixels> pixels)
    {
        MLImage? last = null;
        return (ref MLImage value) =>
        {
            ImagePixels next = OwnFailure.Marked(pixels);
            if (value is not null && ReferenceEquals(value, last)) value.Dispose();
            value = last = next.ToImage();
        };
    }
}
