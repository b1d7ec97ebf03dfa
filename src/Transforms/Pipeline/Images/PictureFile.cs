using Microsoft.ML.Data;
using MLNetStyle.Imaging;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>Picture files in and out: PNG and JPEG.</summary>
/// <remarks>Safe for use by several threads, as long as they do not write the same file.</remarks>
public static class PictureFile
{
    /// <summary>The lowest quality of a JPEG file that can be asked for.</summary>
    public const int MinQuality = 50;

    /// <summary>The highest quality: every coefficient is kept to a step of one.</summary>
    public const int MaxQuality = 100;

    private static readonly string[] s_extensions = [".png", ".jpg", ".jpeg"];

    /// <summary>Whether a file is a picture by its ending: .png, .jpg or .jpeg, in small or capital letters.</summary>
    /// <param name="path">The file.</param>
    public static bool IsPicture(string path) => s_extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a picture's colours: planes of levels 0 to 255, where it is transparent those of the colour under it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="opaque">Whether a picture with transparent pixels is refused.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no picture that can be read, or is transparent.</exception>
    public static PlanarImage Read(string path, bool opaque = false)
    {
        ImagePixels pixels = ReadPixels(path, "picture");
        if (opaque && pixels.Alpha is not null) throw new InvalidDataException($"The picture '{path}' has transparent pixels, which are not kept here. Flatten it first.");
        return pixels.Color;
    }

    /// <summary>Writes a picture, beside its final name first, so that a half-written file never stands there.</summary>
    /// <param name="image">The picture; its samples are rounded to whole levels.</param>
    /// <param name="path">The file, which is replaced: .png, .jpg or .jpeg.</param>
    /// <param name="quality">Of a JPEG file, <see cref="MinQuality"/> to <see cref="MaxQuality"/>; its colours are at full resolution at each.</param>
    /// <exception cref="ArgumentException">The ending is another one, or the quality out of range.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static void Save(PlanarImage image, string path, int quality = MaxQuality)
    {
        ArgumentNullException.ThrowIfNull(image);
        Write(path, quality, () => image, file =>
        {
            byte[] pixels = new byte[checked(PixelBytes.Stride * image.Width * image.Height)];
            PixelBytes.FromPlanar(image, pixels, PixelOrder.Rgba);
            using MLImage converted = MLImage.CreateFromPixels(image.Width, image.Height, MLPixelFormat.Rgba32, pixels);
            converted.Save(file);
        });
    }

    /// <summary>Writes a picture likewise; a PNG file keeps its transparency.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="path">The file, which is replaced: .png, .jpg or .jpeg.</param>
    /// <param name="quality">Of a JPEG file, as above.</param>
    /// <exception cref="ArgumentException">The ending is another one, or the quality out of range.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static void Save(MLImage image, string path, int quality = MaxQuality)
    {
        ArgumentNullException.ThrowIfNull(image);
        Write(path, quality, () => ImagePixels.Read(image).Color, image.Save);
    }

    /// <summary>Refuses a path where no file is.</summary>
    internal static void Check(string path, string what)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"The {what} '{path}' does not exist.", path);
    }

    /// <summary>Reads a picture.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it is, for the message: "style image".</param>
    internal static ImagePixels ReadPixels(string path, string what)
    {
        Check(path, what);
        try
        {
            using MLImage image = MLImage.CreateFromFile(path);
            return ImagePixels.Read(image);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidDataException($"The {what} '{path}' can't be read: {e.Message} PNG and JPEG files are.", e);
        }
    }

    private static void Write(string path, int quality, Func<PlanarImage> planes, Action<string> save)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!IsPicture(path)) throw new ArgumentException($"The picture '{path}' ends in '{Path.GetExtension(path)}'; pictures are written as .png, .jpg or .jpeg.", nameof(path));
        if (quality is < MinQuality or > MaxQuality) throw new ArgumentOutOfRangeException(nameof(quality), quality, $"The quality of a JPEG file is {MinQuality} to {MaxQuality}.");
        string full = Path.GetFullPath(path);
        string temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileNameWithoutExtension(full)}.{Environment.ProcessId}{Path.GetExtension(full)}");
        try
        {
            if (Path.GetExtension(full).Equals(".png", StringComparison.OrdinalIgnoreCase)) save(temporary);
            else File.WriteAllBytes(temporary, JpegWriter.Encode(planes(), quality));
            File.Move(temporary, full, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
