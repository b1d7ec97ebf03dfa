using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>Measures how far apart two images are in style.</summary>
/// <remarks>Lazy: computed when a cursor reads it, once a row. Thread-safe. Dispose it, or the chain that holds it, to free the
/// session.</remarks>
public sealed class StyleDistanceTransformer : StyleTransformerBase
{
    private readonly TwoImageColumns _columns;
    private readonly StyleDistanceOperation _operation;
    private readonly bool _skip;

    internal StyleDistanceTransformer(TransformsCatalog catalog, MLContext? context, DataViewSchema schema, TwoImageColumns columns,
        StyleDistanceOperation operation, bool skip)
        : base(catalog, context, schema) =>
        (_columns, _operation, _skip) = (columns, operation, skip);

    private protected override Skipping? Skipping => Pipeline.Skipping.If(_skip, Context, nameof(StyleDistanceTransformer));

    private protected override RowBinding Bind(DataViewSchema input) => new TwoImageBinding<float>(
        input, FittedOn, _columns, NumberDataViewType.Single, _operation.Check, _operation.Apply,
        next => (ValueGetter<float>)((ref float value) => value = OwnFailure.Marked(next)), Skipping);

    private protected override void Describe(SavedChain chain)
    {
        chain.Image(SavedColumns.Image, _columns.First, _columns.Path);
        chain.Image(SavedColumns.Second, _columns.Second);
        chain.State(_operation.Save(), _columns.First);
        chain.Map(new ImagesToNumberFactory(), ImagesToNumberFactory.Contract);
        chain.Output(_columns.Output, SavedColumns.Result, NumberDataViewType.Single);
    }

    private protected override void Free() => _operation.Dispose();
}
