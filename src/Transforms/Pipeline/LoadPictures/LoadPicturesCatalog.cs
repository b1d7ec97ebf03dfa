using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>The loading transform of <c>MLContext.Transforms</c>.</summary>
public static class LoadPicturesCatalog
{
    /// <summary>
    /// Loads the picture files that a column names, as <c>LoadImages</c> does, but upright, in sRGB, whole or not at all, within a limit of
    /// pixels, and in
    /// every format that <see cref="PictureFile"/> reads: what the command line sees of a file.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column of images to add.</param>
    /// <param name="imageFolder">The folder that relative paths begin from; empty or null for the working folder.</param>
    /// <param name="inputColumnName">The text column of paths; null if it is called as the output.</param>
    /// <param name="options">Limits and size; null for the defaults.</param>
    /// <exception cref="ArgumentException">The name of the output is empty.</exception>
    public static LoadPicturesEstimator LoadPictures(
        this TransformsCatalog catalog, string outputColumnName, string? imageFolder = null, string? inputColumnName = null,
            PictureReadOptions? options = null) =>
        new(catalog, outputColumnName, imageFolder, inputColumnName, options);

    /// <summary>Loads the picture files that several columns name.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="columns">The columns of images to add, each with its text column of paths.</param>
    /// <param name="imageFolder">The folder that relative paths begin from; empty or null for the working folder.</param>
    /// <param name="options">Limits and size; null for the defaults.</param>
    /// <returns>An estimator for each pair, one after the other.</returns>
    /// <exception cref="ArgumentException">As for one column; or there is no pair, or one takes what another makes.</exception>
    public static EstimatorChain<LoadPicturesTransformer> LoadPictures(
        this TransformsCatalog catalog, InputOutputColumnPair[] columns, string? imageFolder = null, PictureReadOptions? options = null) =>
        ColumnPairs.Chain(columns, (output, input) => LoadPictures(catalog, output, imageFolder, input, options));
}
