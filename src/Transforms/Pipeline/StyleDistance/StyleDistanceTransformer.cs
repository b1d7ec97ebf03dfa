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

    internal StyleDistanceTransformer(TransformsCatalog catalog, MLContext? context, DataViewSchema schema, TwoImageColumns columns,
        StyleDistanceOperation operation)
        : base(catalog, context, schema) =>
        (_columns, _operation) = (columns, operation);

    private protected override RowBinding Bind(DataViewSchema input) => new TwoImageBinding<float>(
        input, _columns, NumberDataViewType.Single, _operation.Apply, next => (ValueGetter<float>)((ref float value) => value = next()));

    private protected override void Describe(SavedChain chain)
    {
        chain.Image(SavedColumns.Image, _columns.First);
        chain.Image(SavedColumns.Second, _columns.Second);
        chain.State(_operation.Save());
        chain.Map(new ImagesToNumberFactory(), ImagesToNumberFactory.Contract);
        chain.Output(_columns.Output, SavedColumns.Result, NumberDataViewType.Single);
    }

    private protected override void Free() => _operation.Dispose();
}
