using Microsoft.ML;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>Turns images into the feature maps of a network, one vector column a layer.</summary>
/// <remarks>
/// Lazy: the network runs when a cursor reads a layer, once a row, up to the last layer that the cursor was asked for.
/// Thread-safe. Dispose it, or the chain that holds it, to free the session.
/// </remarks>
public sealed class VggFeaturesTransformer : StyleTransformerBase
{
    private readonly LayerColumns _columns;
    private readonly string? _path;
    private readonly FeatureOperations _operation;
    private readonly bool _skip;

    internal VggFeaturesTransformer(
        TransformsCatalog catalog, MLContext? context, DataViewSchema schema, LayerColumns columns, string? path,
            FeatureOperations operation, bool skip)
        : base(catalog, context, schema) =>
        (_columns, _path, _operation, _skip) = (columns, path, operation, skip);

    private protected override Skipping? Skipping => Pipeline.Skipping.If(_skip, Context, nameof(VggFeaturesTransformer));

    /// <summary>The network.</summary>
    public Network Network => _operation.Extractor.Network;

    /// <summary>The layers, in the order of their columns.</summary>
    public IReadOnlyList<string> Layers => _columns.Layers;

    private protected override RowBinding Bind(DataViewSchema input) => new LayerBinding(input, FittedOn, _columns, _operation, _path,
        Skipping);

    private protected override void Describe(SavedChain chain) =>
        LayerChain.Describe(chain, _columns, _path, _operation, GetOutputSchema(FittedOn));

    private protected override void Free() => _operation.Dispose();
}
