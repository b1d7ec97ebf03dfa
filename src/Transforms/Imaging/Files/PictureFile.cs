using MLNetStyle.Imaging;

namespace MLNetStyle;

/// <summary>Picture files in and out: read upright and in sRGB whatever they are by their content, written as PNG, JPEG or WebP by their
/// ending.</summary>
/// <remarks>
/// PNG, JPEG, WebP, GIF and BMP are read; HEIC, AVIF and TIFF where the package MLNetStyle.Magick is there. Safe for use by several
/// threads.
/// </remarks>
public static partial class PictureFile
{
    private static readonly string[] s_written = [".png", ".jpg", ".jpeg", ".webp"];
    private static readonly string[] s_read = [.. s_written, ".gif", ".bmp", ".heic", ".heif", ".avif", ".tif", ".tiff"];

    /// <summary>The endings of files that can be read.</summary>
    internal static IReadOnlyList<string> Endings => s_read;

    /// <summary>Whether a file is a picture by its name: the ending of a format that can be read, in small or capital letters, and no dot
    /// in front.</summary>
    /// <param name="path">The file.</param>
    public static bool IsPicture(string path) => Has(path, s_read) && !Path.GetFileName(path).StartsWith('.');

    /// <summary>Whether a picture can be written under that name: .png, .jpg, .jpeg or .webp, in small or capital letters.</summary>
    /// <param name="path">The file.</param>
    public static bool CanWrite(string path) => Has(path, s_written);

    /// <summary>Reads a picture's colours: planes of levels 0 to 255, where it is transparent those of the colour under it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="opaque">Whether a picture with transparent pixels is refused.</param>
    /// <param name="options">Limits and size; null for the defaults.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no picture that can be read, has too many pixels, is cut short, or is transparent; the
    /// message says which.</exception>
    public static PlanarImage Read(string path, bool opaque = false, PictureReadOptions? options = null)
    {
        Picture picture = PictureReader.Read(path, "picture", options);
        if (opaque && picture.Alpha is not null) throw new InvalidDataException(
            $"The picture '{path}' has transparent pixels, which are not kept here. Flatten it first.");
        return picture.Color;
    }

    /// <summary>The size of the upright picture in pixels, from the file's header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no picture that can be read, or has too many pixels.</exception>
    public static (int Width, int Height) ReadSize(string path, PictureReadOptions? options = null) =>
        PictureReader.ReadSize(path, "picture", options);

    /// <summary>Writes an opaque picture. The file appears whole or not at all; symbolic links are followed, permissions of a replaced file
    /// kept.</summary>
    /// <param name="image">The picture; its samples are rounded to whole levels.</param>
    /// <param name="path">The file, which is replaced: .png, .jpg, .jpeg or .webp.</param>
    /// <param name="quality">Of a JPEG or WebP file; see <see cref="PictureWriteOptions.Quality"/>.</param>
    /// <exception cref="ArgumentException">The ending is another one, the quality out of range, or a side too long for the
    /// format.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The permission to write is missing.</exception>
    public static void Save(PlanarImage image, string path, int quality = PictureWriteOptions.MaxQuality) =>
        Save(image, path, new PictureWriteOptions { Quality = quality });

    /// <summary>Writes a picture.</summary>
    /// <param name="image">The colours.</param>
    /// <param name="path">The file, which is replaced: .png, .jpg, .jpeg or .webp.</param>
    /// <param name="options">Quality, bits of a sample, background; null for the defaults.</param>
    /// <param name="alpha">One byte a pixel, row by row: 0 transparent to 255 opaque; null for an opaque picture.</param>
    /// <inheritdoc cref="Save(PlanarImage, string, int)"/>
    public static void Save(PlanarImage image, string path, PictureWriteOptions? options, byte[]? alpha = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (alpha is not null && alpha.Length != image.Width * image.Height)
            throw new ArgumentException(
                $"A picture of {image.Width} x {image.Height} pixels has {image.Width * image.Height} values of alpha; {alpha.Length} "
                    + $"were given.", nameof(alpha));
        PictureWriter.Write(new Picture(image, alpha), path, options ?? PictureWriteOptions.Default);
    }

    private static bool Has(string path, string[] endings) => endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}
