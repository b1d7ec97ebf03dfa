using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetStyle.Pipeline;

namespace MLNetStyle;

/// <summary>Turns images, or vectors of features, into Gram matrices.</summary>
/// <remarks>
/// Lazy: computed when a cursor reads it, once a row, up to the last layer that the cursor was asked for. Thread-safe.
/// Dispose it, or the chain that holds it, to free the session.
/// </remarks>
public sealed class GramStatisticsTransformer : StyleTransformerBase
{
    private readonly LayerColumns _columns;
    private readonly string? _path;
    private readonly FeatureOperations? _layers;
    private readonly GramOfFeaturesOperation? _features;

    internal GramStatisticsTransformer(
        TransformsCatalog catalog, MLContext? context, DataViewSchema schema, LayerColumns columns, string? path,
            FeatureOperations? layers, GramOfFeaturesOperation? features)
        : base(catalog, context, schema) =>
        (_columns, _path, _layers, _features) = (columns, path, layers, features);

    private protected override RowBinding Bind(DataViewSchema input) =>
        _layers is not null ? new LayerBinding(input, _columns, _layers, _path) : new VectorBinding(input, _columns, _features!);

    private protected override void Describe(SavedChain chain)
    {
        DataViewSchema output = GetOutputSchema(FittedOn);
        if (_layers is not null)
        {
            LayerChain.Describe(chain, _columns, _layers, output);
            return;
        }
        chain.Vector(_columns.Input);
        chain.State(_features!.Save());
        chain.Map(new VectorToVectorFactory(), VectorToVectorFactory.Contract);
        for (int i = 0; i < VectorResults.Count; i++) chain.Scratch($"{SavedColumns.Result}{i}");
        chain.Output(_columns.Outputs[0], $"{SavedColumns.Result}0", output[_columns.Outputs[0]].Type);
    }

    private protected override void Free() => _layers?.Dispose();

    private sealed class VectorBinding(DataViewSchema input, LayerColumns columns, GramOfFeaturesOperation operation)
        : RowBinding(input, [Column(input, columns, operation)])
    {
        public override RowValues Open(DataViewRow row, IReadOnlyList<bool> active) => new Values(row, Added[0].Sources[0], operation);

        private static AddedColumn Column(DataViewSchema input, LayerColumns columns, GramOfFeaturesOperation operation)
        {
            DataViewSchema.Column column = InputColumns.Find(input, columns.Input);
            InputColumns.Vector(column);
            return new AddedColumn(columns.Outputs[0],
                new VectorDataViewType(NumberDataViewType.Single, operation.Channels, operation.Channels), [column.Index]);
        }
    }

    private sealed class Values(DataViewRow row, int column, GramOfFeaturesOperation operation) : RowValues
    {
        private ValueGetter<VBuffer<float>>? _getter;
        private VBuffer<float> _buffer;
        private RowMemo<float[]>? _memo;

        public override Delegate Getter(int added)
        {
            _getter ??= row.GetGetter<VBuffer<float>>(row.Schema[column]);
            _memo ??= new RowMemo<float[]>(row, () =>
            {
                _getter(ref _buffer);
                return operation.Apply([.. _buffer.DenseValues()]);
            });
            return VectorGetter.Create(() => _memo.Value);
        }
    }
}
