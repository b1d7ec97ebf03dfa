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

    /// <summary>The name of a preview: out.png becomes out-0050.png.</summary>
    public static string PreviewName(string path, int iteration) =>
        Path.Combine(Path.GetDirectoryName(path) ?? "", $"{Path.GetFileNameWithoutExtension(path)}-{iteration:D4}{Path.GetExtension(path)}");
}
