using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetStyle.Pipeline;

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

    /// <summary>Decodes picture files that are in memory, of several columns.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="columns">The columns of images to add, each with its column of vectors of bytes.</param>
    /// <param name="options">Limits and size; null for the defaults.</param>
    /// <returns>An estimator for each pair, one after the other.</returns>
    /// <exception cref="ArgumentException">As for one column; or there is no pair, or one takes what another makes.</exception>
    public static EstimatorChain<DecodeImagesTransformer> DecodeImages(
        this TransformsCatalog catalog, InputOutputColumnPair[] columns, PictureReadOptions? options = null) =>
        ColumnPairs.Chain(columns, (output, input) => DecodeImages(catalog, output, input, options));
}
