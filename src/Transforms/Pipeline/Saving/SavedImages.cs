using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetStyle.Pipeline;

/// <summary>Makes images without a size known to ML.NET's row types, once a process.</summary>
internal static class SavedImages
{
    private static readonly Lazy<bool> Registered = new(() =>
    {
        try
        {
            DataViewTypeManager.Register(new ImageDataViewType(), typeof(MLImage));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // Somebody has registered images before.
        }
        return true;
    });

    public static void Register() => _ = Registered.Value;

    public static ImagePixels Read(MLImage? image) =>
        ImagePixels.Read(image
            ?? throw new ImageReadException("A row of the loaded model has no image, as LoadImages gives for an empty path."));

    public static void Set(ImageResult result, ImagePixels pixels)
    {
        result.Value?.Dispose();
        result.Value = pixels.ToImage();
    }
}
