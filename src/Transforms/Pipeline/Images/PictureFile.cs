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
        ImagePixels pixels = ImagePixels.Read(image);
        PictureWriter.Write(new Picture(pixels.Color, pixels.Alpha), path, options ?? PictureWriteOptions.Default);
    }

    /// <summary>The bytes of the file that <see cref="Save(MLImage, string, PictureWriteOptions?)"/> would write, for an answer over HTTP,
    /// a blob or a column of a database.</summary>
    /// <param name="image">The image.</param>
    /// <param name="ending">The format by its ending: .png, .jpg, .jpeg or .webp.</param>
    /// <param name="options">Quality, bits of a sample, background; null for the defaults.</param>
    /// <exception cref="ArgumentException">The ending is another one, or a side is too long for the format.</exception>
    public static byte[] Encode(MLImage image, string ending = ".png", PictureWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentException.ThrowIfNullOrWhiteSpace(ending);
        ImagePixels pixels = ImagePixels.Read(image);
        return PictureWriter.Encode(new Picture(pixels.Color, pixels.Alpha), ending, options ?? PictureWriteOptions.Default);
    }
}
