using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetStyle.Pipeline;

internal static class ImageGetter
{
    /// <summary>
    /// A getter that makes a new image of the row's pixels at each call and disposes the image that it handed out before, if
    /// the caller gives it back as the buffer. The last image belongs to the caller.
    /// </summary>
    public static ValueGetter<MLImage> Create(Func<ImagePixels> pixels) => OfImages(() => OwnFailure.Marked(pixels).ToImage());

    /// <summary>Likewise of images.</summary>
    public static ValueGetter<MLImage> OfImages(Func<MLImage> images)
    {
        MLImage? last = null;
        return (ref MLImage value) =>
        {
            MLImage next = images();
            if (value is not null && ReferenceEquals(value, last)) value.Dispose();
            value = last = next;
        };
    }
}
