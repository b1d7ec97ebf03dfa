using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>The feature transforms of <c>MLContext.Transforms</c>.</summary>
public static class VggFeaturesCatalog
{
    /// <summary>Turns images into the feature maps of one layer.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The vector column to add.</param>
    /// <param name="inputColumnName">The image column; null if it is called as the output.</param>
    /// <param name="layer">The layer, for example relu4_2.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="context">The context whose Log gets messages and whose GpuDeviceId is followed; a catalog can't tell it. Null for
    /// none.</param>
    /// <exception cref="ArgumentException">An option is out of range, or a name is empty.</exception>
    [OverloadResolutionPriority(1)]
    public static VggFeaturesEstimator VggFeatures(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, string layer, VggFeaturesOptions? options = null,
            MLContext? context = null) =>
        new(catalog, context, LayerColumns.Of(outputColumnName, inputColumnName, [layer], nameof(layer)), options);

    /// <summary>Turns images into the feature maps of several layers, in one run of the network.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">
    /// What the vector columns to add are called: the name, a dot and the layer, as in Features.relu4_2; the bare name if there is one
    /// layer only.
    /// </param>
    /// <param name="inputColumnName">The image column; null if it is called as the output.</param>
    /// <param name="layers">The layers, for example relu1_1 and relu4_2.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="context">The context for messages and GpuDeviceId; null for none.</param>
    /// <exception cref="ArgumentException">There is no layer, a layer stands twice, an option is out of range, or a name is
    /// empty.</exception>
    public static VggFeaturesEstimator VggFeatures(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, IReadOnlyList<string> layers,
            VggFeaturesOptions? options = null,
        MLContext? context = null) =>
        new(catalog, context, LayerColumns.Of(outputColumnName, inputColumnName, layers), options);

    /// <summary>Turns images of several columns into the feature maps of one layer.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="columns">The vector columns to add, each with its image column.</param>
    /// <param name="layer">The layer, for example relu4_2.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="context">The context for messages and GpuDeviceId; null for none.</param>
    /// <returns>An estimator for each pair, one after the other.</returns>
    /// <exception cref="ArgumentException">As for one column; or there is no pair, or one takes what another makes.</exception>
    public static EstimatorChain<VggFeaturesTransformer> VggFeatures(
        this TransformsCatalog catalog, InputOutputColumnPair[] columns, string layer, VggFeaturesOptions? options = null,
            MLContext? context = null) =>
        ColumnPairs.Chain(columns, (output, input) => VggFeatures(catalog, output, input, layer, options, context));
}
