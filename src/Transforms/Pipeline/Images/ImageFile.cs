using Microsoft.ML.Data;
using MLNetStyle.Imaging;

namespace MLNetStyle.Pipeline;

internal static class ImageFile
{
    /// <summary>Refuses a path where no file is.</summary>
    public static void Check(string path, string what)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"The {what} '{path}' does not exist.", path);
    }

    /// <summary>Reads the colours of an image file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it is, for the message: "style image".</param>
    public static PlanarImage Read(string path, string what)
    {
        Check(path, what);
        try
        {
            using MLImage image = MLImage.CreateFromFile(path);
            return ImagePixels.Read(image).Color;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidDataException($"The {what} '{path}' can't be read: {e.Message} PNG and JPEG files are.", e);
        }
    }
}
