using Microsoft.ML;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>Gives a styled image the colours of its content.</summary>
/// <remarks>Lazy: computed when a cursor reads it, once a row. Thread-safe.</remarks>
public sealed class PreserveColorTransformer : StyleTransformerBase
{
    private readonly TwoImageColumns _columns;
    private readonly PreserveColorOperation _operation;

    internal PreserveColorTransformer(TransformsCatalog catalog, MLContext? context, DataViewSchema schema, TwoImageColumns columns,
        PreserveColorOperation operation)
        : base(catalog, context, schema) =>
        (_columns, _operation) = (columns, operation);

    private protected override RowBinding Bind(DataViewSchema input) =>
        new TwoImageBinding<ImagePixels>(input, _columns, _columns.Check(input), _operation.Apply, ImageGetter.Create);

    private protected override void Describe(SavedChain chain)
    {
        chain.Image(SavedColumns.Image, _columns.First);
        chain.Image(SavedColumns.Second, _columns.Second);
        chain.State(_operation.Save());
        chain.Map(new ImagesToImageFactory(), ImagesToImageFactory.Contract);
        chain.Output(_columns.Output, SavedColumns.Result, _columns.Check(FittedOn));
    }
}
