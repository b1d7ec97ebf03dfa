using Microsoft.ML.Data;

namespace MLNetStyle.Pipeline;

/// <summary>Images on their way through a saved model.</summary>
internal static class SavedImages
{
    /// <summary>Works on a row of a saved model; what fails names the column, and the file where the image does: its Tag.</summary>
    public static T Work<T>(MLImage? image, string column, Func<ImagePixels, T> work)
    {
        string Where() => RowFailure.Where(null, image?.Tag);
        if (image is null)
            throw new ImageReadException($"{Where()}: the column '{column}' of the loaded model holds no image, as LoadImages gives for an "
                + "empty path.");
        return RowFailure.Named(() => work(ImagePixels.Read(image)), Where, column);
    }

    /// <summary>An image that goes with the first one.</summary>
    public static ImagePixels Read(MLImage? image) =>
        ImagePixels.Read(image ?? throw new InvalidDataException("another image of the row is missing, as LoadImages gives for an empty "
            + "path"));

    public static void Set(ImageResult result, ImagePixels pixels)
    {
        result.Value?.Dispose();
        result.Value = pixels.ToImage();
    }
}
