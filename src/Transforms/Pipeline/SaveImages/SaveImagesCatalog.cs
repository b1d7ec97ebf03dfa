using Microsoft.ML;

namespace MLNetStyle;

/// <summary>The saving transform of <c>MLContext.Transforms</c>.</summary>
public static class SaveImagesCatalog
{
    /// <summary>
    /// Writes the images of a column as picture files and adds a column with the files' paths. A file is written when its row's path is
    /// read, and not before: read the column, by <c>view.GetColumn&lt;string&gt;("Saved")</c> for example.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The text column of paths to add.</param>
    /// <param name="inputColumnName">The column of images; null if it is called as the output.</param>
    /// <param name="folder">
    /// The folder that the files go into; it is made when the first one is written. Null or empty if the names say the whole path, and are
    /// to be trusted with it.
    /// </param>
    /// <param name="nameColumnName">
    /// The text column of names. In a folder a relative name keeps its own folders, and of a full path the last part counts. Null takes the
    /// column that names rows in messages (Path, ImagePath, FilePath, FileName, File, Name, or the only text column); without a folder
    /// there must be one.
    /// </param>
    /// <param name="options">Format, quality, and what happens to files that exist; null for the defaults.</param>
    /// <exception cref="ArgumentException">A name is empty, or neither a folder nor a column of names is given.</exception>
    public static SaveImagesEstimator SaveImages(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, string? folder, string? nameColumnName = null,
        SaveImagesOptions? options = null) =>
        new(catalog, new SaveImagesColumns(outputColumnName, inputColumnName ?? outputColumnName, nameColumnName), folder, options);
}
