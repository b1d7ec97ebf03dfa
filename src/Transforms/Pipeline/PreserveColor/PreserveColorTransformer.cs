using Microsoft.ML;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>Gives a styled image the colours of its content.</summary>
/// <remarks>Lazy: computed when a cursor reads it, once a row. Thread-safe.</remarks>
public sealed class PreserveColorTransformer : StyleTransformerBase
{
    private readonly TwoImageColumns _columns;
    private readonly PreserveColorOperation _operation;
    private readonly bool _skip;

    internal PreserveColorTransformer(TransformsCatalog catalog, MLContext? context, DataViewSchema schema, TwoImageColumns columns,
        PreserveColorOperation operation, bool skip)
        : base(catalog, context, schema) =>
        (_columns, _operation, _skip) = (columns, operation, skip);

    private protected override Skipping? Skipping => Pipeline.Skipping.If(_skip, Context, nameof(PreserveColorTransformer));

    private protected override RowBinding Bind(DataViewSchema input) =>
        new TwoImageBinding<ImagePixels>(input, FittedOn, _columns, _columns.Check(FittedOn), _operation.Check, _operation.Apply,
            ImageGetter.Create, Skipping);

    private protected override void Describe(SavedChain chain)
    {
        chain.Image(SavedColumns.Image, _columns.First, _columns.Path);
        chain.Image(SavedColumns.Second, _columns.Second);
        chain.State(_operation.Save(), _columns.First);
        chain.Map(new ImagesToImageFactory(), ImagesToImageFactory.Contract);
        chain.Output(_columns.Output, SavedColumns.Result, _columns.Check(FittedOn));
    }
}
