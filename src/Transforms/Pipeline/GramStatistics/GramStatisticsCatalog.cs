using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>The Gram matrix transforms of <c>MLContext.Transforms</c>.</summary>
public static class GramStatisticsCatalog
{
    /// <summary>Turns a vector column of features into its Gram matrix, or an image column into those of relu1_1 to relu5_1.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The vector column to add; for images the name, a dot and the layer, as in Style.relu1_1.</param>
    /// <param name="inputColumnName">The column of images, or of vectors of Single as <c>VggFeatures</c> makes; null if it is
    /// called as the output.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="context">The context whose Log gets messages and whose GpuDeviceId is followed; a catalog can't tell it. Null for
    /// none.</param>
    /// <exception cref="ArgumentException">An option is out of range, or a name is empty.</exception>
    [OverloadResolutionPriority(1)] // so that null means the options
    public static GramStatisticsEstimator GramStatistics(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, GramStatisticsOptions? options = null,
            MLContext? context = null) =>
        new(catalog, context, outputColumnName, inputColumnName, null, options);

    /// <summary>Turns images into the Gram matrices of layers of one's choice.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">
    /// What the vector columns to add are called: the name, a dot and the layer, as in Style.relu1_1; the bare name if there is one layer
    /// only.
    /// </param>
    /// <param name="inputColumnName">The image column; null if it is called as the output.</param>
    /// <param name="layers">The layers, for example relu1_1 and relu4_1.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="context">The context for messages and GpuDeviceId; null for none.</param>
    /// <exception cref="ArgumentException">There is no layer, a layer stands twice, an option is out of range, or a name is
    /// empty.</exception>
    public static GramStatisticsEstimator GramStatistics(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, IReadOnlyList<string> layers,
            GramStatisticsOptions? options = null,
        MLContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(layers);
        return new(catalog, context, outputColumnName, inputColumnName, layers, options);
    }

    /// <summary>Turns vectors of features, or images, of several columns into their Gram matrices.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="columns">The vector columns to add, each with its column of images or vectors.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="context">The context for messages and GpuDeviceId; null for none.</param>
    /// <returns>An estimator for each pair, one after the other.</returns>
    /// <exception cref="ArgumentException">As for one column; or there is no pair, or one takes what another makes.</exception>
    public static EstimatorChain<GramStatisticsTransformer> GramStatistics(
        this TransformsCatalog catalog, InputOutputColumnPair[] columns, GramStatisticsOptions? options = null,
            MLContext? context = null) =>
        ColumnPairs.Chain(columns, (output, input) => GramStatistics(catalog, output, input, options, context));
}
