using Microsoft.ML.Data;
using MLNetStyle.Imaging;

namespace MLNetStyle.Samples.CommandLine;

/// <summary>Picture files: which are read and written, and how they appear only when they are whole.</summary>
internal static class ImageFiles
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg"];

    public static bool IsPicture(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Null if the file can be read as a picture, else what is wrong with it.</summary>
    public static string? Refusal(string path, string what)
    {
        if (Directory.Exists(path)) return $"{what} '{path}' is a folder; name a PNG or JPEG file.";
        if (!File.Exists(path)) return $"{what} '{path}' does not exist.";
        return null;
    }

    /// <summary>Null if a picture can be written there, else what is wrong.</summary>
    public static string? OutputRefusal(string path, string option)
    {
        if (!IsPicture(path))
            return $"{option} '{path}' ends in '{Path.GetExtension(path)}'; pictures are written as .png, .jpg or .jpeg.";
        if (Directory.Exists(path)) return $"{option} '{path}' is a folder; name a file.";
        string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
        return folder is not null && !Directory.Exists(folder) ? $"{option} '{path}': the folder '{folder}' does not exist; make it first." : null;
    }

    /// <summary>Writes an image beside its final name and renames it, so that a half-written file never stands there.</summary>
    public static void Save(MLImage image, string path)
    {
        string full = Path.GetFullPath(path);
        string temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileNameWithoutExtension(full)}.{Environment.ProcessId}{Path.GetExtension(full)}");
        try
        {
            image.Save(temporary);
            File.Move(temporary, full, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Writes a planar image likewise.</summary>
    public static void Save(PlanarImage image, string path)
    {
        byte[] pixels = new byte[4 * image.Width * image.Height];
        PixelBytes.FromPlanar(image, pixels, PixelOrder.Rgba);
        using MLImage converted = MLImage.CreateFromPixels(image.Width, image.Height, MLPixelFormat.Rgba32, pixels);
        Save(converted, path);
    }

    /// <summary>Reads a picture's colours, as the ML.NET pipeline does.</summary>
    /// <param name="path">The file.</param>
    /// <param name="opaque">Whether a picture with transparent pixels is refused.</param>
    /// <exception cref="InvalidDataException">The file is no picture that can be read, or is transparent.</exception>
    public static PlanarImage Read(string path, bool opaque = false)
    {
        using MLImage image = Open(path);
        ReadOnlySpan<byte> pixels = image.Pixels;
        PlanarImage planar = PixelBytes.ToPlanar(pixels, image.Width, image.Height, image.PixelFormat == MLPixelFormat.Bgra32 ? PixelOrder.Bgra : PixelOrder.Rgba);
        for (int i = 0; i < image.Width * image.Height; i++)
        {
            byte alpha = pixels[4 * i + 3];
            if (alpha == byte.MaxValue) continue;
            if (opaque) throw new InvalidDataException($"'{path}' has transparent pixels, which only stylize and batch keep. Flatten it first.");
            float scale = alpha == 0 ? 0 : (float)byte.MaxValue / alpha; // the bytes are multiplied by alpha
            for (int c = 0; c < PlanarImage.Channels; c++) planar.Plane(c)[i] *= scale;
        }
        GC.KeepAlive(image);
        return planar;
    }

    private static MLImage Open(string path)
    {
        try
        {
            return MLImage.CreateFromFile(path);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidDataException($"The picture '{path}' can't be read: {e.Message} PNG and JPEG files are.", e);
        }
    }

    /// <summary>The name of a preview: out.png becomes out-0050.png.</summary>
    public static string PreviewName(string path, int iteration) =>
        Path.Combine(Path.GetDirectoryName(path) ?? "", $"{Path.GetFileNameWithoutExtension(path)}-{iteration:D4}{Path.GetExtension(path)}");
}
