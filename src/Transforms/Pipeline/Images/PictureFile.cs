using Microsoft.ML.Data;
using MLNetStyle.Imaging;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

public static partial class PictureFile
{
    /// <summary>Writes an ML.NET image likewise; its transparency is kept where the format has any, and blended on the background in a JPEG
    /// file.</summary>
    /// <param name="image">The image.</param>
    /// <param name="path">The file, which is replaced: .png, .jpg, .jpeg or .webp.</param>
    /// <param name="quality">Of a JPEG or WebP file; see <see cref="PictureWriteOptions.Quality"/>.</param>
    /// <inheritdoc cref="Save(PlanarImage, string, int)"/>
    public static void Save(MLImage image, string path, int quality = PictureWriteOptions.MaxQuality) =>
        Save(image, path, new PictureWriteOptions { Quality = quality });

    /// <summary>Writes an ML.NET image likewise.</summary>
    /// <param name="image">The image.</param>
    /// <param name="path">The file, which is replaced: .png, .jpg, .jpeg or .webp.</param>
    /// <param name="options">Quality, bits of a sample, background; null for the defaults.</param>
    /// <inheritdoc cref="Save(PlanarImage, string, int)"/>
    public static void Save(MLImage image, string path, PictureWriteOptions? options)
    {
        ArgumentNullException.ThrowIfNull(image);
        PictureWriter.Write(PictureOf(image), path, options ?? PictureWriteOptions.Default);
    }

    /// <summary>The bytes of the file that <see cref="Save(MLImage, string, PictureWriteOptions?)"/> would write, for an answer over HTTP,
    /// a blob or a column of a database.</summary>
    /// <param name="image">The image.</param>
    /// <param name="ending">The format by its ending: .png, .jpg, .jpeg or .webp.</param>
    /// <param name="options">Quality, bits of a sample, background; null for the defaults.</param>
    /// <returns>The file's bytes: a picture of the image's width and height in pixels, sRGB, with its transparency where the format has
    /// any.</returns>
    /// <exception cref="ArgumentException">The ending is another one, or a side is too long for the format.</exception>
    /// <exception cref="IOException">The format's encoder refuses the picture.</exception>
    public static byte[] Encode(MLImage image, string ending = ".png", PictureWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentException.ThrowIfNullOrWhiteSpace(ending);
        return PictureWriter.Encode(PictureOf(image), ending, options ?? PictureWriteOptions.Default);
    }

    private static Picture PictureOf(MLImage image)
    {
        ImagePixels pixels = ImagePixels.Read(image);
        return new Picture(pixels.Color, pixels.Alpha);
    }
}
