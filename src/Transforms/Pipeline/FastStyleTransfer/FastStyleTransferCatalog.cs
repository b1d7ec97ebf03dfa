using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>The fast style transforms of <c>MLContext.Transforms</c>.</summary>
public static class FastStyleTransferCatalog
{
    /// <summary>Trains a network on photographs so that it paints any picture in one pass, in any of the styles.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column of pictures to add.</param>
    /// <param name="inputColumnName">The column of photographs: Fit learns on its rows, the transformer paints them; null if it is
    /// called as the output.</param>
    /// <param name="styles">The styles to learn; a path may stand for one.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="context">The context whose Log gets messages and warnings; a catalog can't tell it. Null for none.</param>
    /// <exception cref="ArgumentException">There is no style, two have the same name, an option is out of range, or a name is
    /// empty.</exception>
    public static FastStyleTransferEstimator FastStyleTransfer(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, IEnumerable<FastStyle> styles,
            FastStyleTransferOptions? options = null,
        MLContext? context = null) =>
        new(catalog, context, outputColumnName, inputColumnName, styles, options);

    /// <summary>Trains a network for one style.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column of pictures to add.</param>
    /// <param name="inputColumnName">The column of photographs; null if it is called as the output.</param>
    /// <param name="style">The style; a path may stand for it.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="context">The context for messages; null for none.</param>
    /// <exception cref="ArgumentException">An option is out of range, or a name is empty.</exception>
    [OverloadResolutionPriority(1)]
    public static FastStyleTransferEstimator FastStyleTransfer(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, FastStyle style,
            FastStyleTransferOptions? options = null, MLContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(style);
        return new(catalog, context, outputColumnName, inputColumnName, [style], options);
    }

    /// <summary>Paints pictures with a network that is trained already, this library's or a feed-forward style model of others.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column of pictures to add.</param>
    /// <param name="inputColumnName">The column of pictures to paint; null if it is called as the output.</param>
    /// <param name="networkFile">An .onnx file, as <see cref="FastStyleNetwork.Load"/> reads it. Fit reads it; a saved model has it
    /// inside.</param>
    /// <param name="options">Strength and the choice of styles; what is said of training has no effect. Null for the defaults.</param>
    /// <param name="context">The context whose Log gets messages and warnings; null for none.</param>
    /// <exception cref="ArgumentException">An option is out of range, or a name is empty.</exception>
    public static ApplyFastStylesEstimator ApplyFastStyles(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, string networkFile,
            FastStyleTransferOptions? options = null, MLContext? context = null) =>
        new(catalog, context, outputColumnName, inputColumnName, networkFile, options);

    /// <summary>Paints pictures of several columns with a network that is trained already.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="columns">The columns of pictures to add, each with its column of pictures to paint.</param>
    /// <param name="networkFile">An .onnx file, as <see cref="FastStyleNetwork.Load"/> reads it; read once for each column.</param>
    /// <param name="options">Strength and the choice of styles; null for the defaults.</param>
    /// <param name="context">The context whose Log gets messages and warnings; null for none.</param>
    /// <returns>An estimator for each pair, one after the other.</returns>
    /// <exception cref="ArgumentException">As for one column; or there is no pair, or one takes what another makes.</exception>
    public static EstimatorChain<FastStyleTransferTransformer> ApplyFastStyles(
        this TransformsCatalog catalog, InputOutputColumnPair[] columns, string networkFile, FastStyleTransferOptions? options = null,
            MLContext? context = null) =>
        ColumnPairs.Chain(columns, (output, input) => ApplyFastStyles(catalog, output, input, networkFile, options, context));
}
