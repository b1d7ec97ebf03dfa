using Microsoft.ML;

namespace MLNetStyle;

/// <summary>The decoding transform of <c>MLContext.Transforms</c>.</summary>
public static class DecodeImagesCatalog
{
    /// <summary>
    /// Decodes picture files that are in memory, as an upload, a blob or a column of a database or of Parquet has them: upright, in sRGB,
    /// whole or not at all, within a limit of pixels, and in every format that <see cref="PictureFile"/> reads.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column of images to add.</param>
    /// <param name="inputColumnName">The column of vectors of bytes, each a whole picture file; null if it is called as the output.</param>
    /// <param name="options">Limits and size; null for the defaults.</param>
    /// <exception cref="ArgumentException">The name of the output is empty.</exception>
    public static DecodeImagesEstimator DecodeImages(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, PictureReadOptions? options = null) =>
        new(catalog, outputColumnName, inputColumnName, options);
}
