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
    private readonly bool _skip;

    internal GramStatisticsTransformer(
        TransformsCatalog catalog, MLContext? context, DataViewSchema schema, LayerColumns columns, string? path,
            FeatureOperations? layers, GramOfFeaturesOperation? features, bool skip)
        : base(catalog, context, schema) =>
        (_columns, _path, _layers, _features, _skip) = (columns, path, layers, features, skip);

    private protected override Skipping? Skipping => Pipeline.Skipping.If(_skip, Context, nameof(GramStatisticsTransformer));

    private protected override RowBinding Bind(DataViewSchema input) =>
        _layers is not null ? new LayerBinding(input, FittedOn, _columns, _layers, _path, Skipping)
        : new VectorBinding(input, _columns, _features!, _path, Skipping);

    private protected override void Describe(SavedChain chain)
    {
        DataViewSchema output = GetOutputSchema(FittedOn);
        if (_layers is not null)
        {
            LayerChain.Describe(chain, _columns, _path, _layers, output);
            return;
        }
        chain.Vector(_columns.Input);
        chain.State(_features!.Save(), _columns.Input);
        chain.Map(new VectorToVectorFactory(), VectorToVectorFactory.Contract);
        for (int i = 0; i < VectorResults.Count; i++) chain.Scratch($"{SavedColumns.Result}{i}");
        chain.Output(_columns.Outputs[0], $"{SavedColumns.Result}0", output[_columns.Outputs[0]].Type);
    }

    private protected override void Free() => _layers?.Dispose();

    private sealed class VectorBinding(DataViewSchema input, LayerColumns columns, GramOfFeaturesOperation operation, string? path,
        Skipping? skipping)
        : RowBinding(input, [Column(input, columns, operation, path)], skipping)
    {
        public override RowValues Open(DataViewRow row, IReadOnlyList<bool> active)
        {
            IReadOnlyList<int> sources = Added[0].Sources;
            return new Values(row, sources[0], sources.Count > 1 ? sources[1] : null, operation);
        }

        private static AddedColumn Column(DataViewSchema input, LayerColumns columns, GramOfFeaturesOperation operation, string? path)
        {
            DataViewSchema.Column column = InputColumns.Find(input, columns.Input);
            InputColumns.Vector(column);
            return new AddedColumn(columns.Outputs[0], new VectorDataViewType(NumberDataViewType.Single, operation.Channels,
                operation.Channels), InputColumns.Path(input, path) is { } text ? [column.Index, text] : [column.Index]);
        }
    }

    private sealed class Values(DataViewRow row, int column, int? path, GramOfFeaturesOperation operation) : RowValues
    {
        private ValueGetter<VBuffer<float>>? _getter;
        private VBuffer<float> _buffer;
        private RowMemo<float[]>? _memo;

        public override Delegate Getter(int added)
        {
            _memo ??= new RowMemo<float[]>(row, () =>
            {
                Read();
                return RowFailure.Named(() => operation.Apply([.. _buffer.DenseValues()]),
                    () => RowFailure.Where(row.Position, new ImageCell(row, column, path).Path()), row.Schema[column].Name);
            });
            return VectorGetter.Create(() => _memo.Value);
        }

        public override void Check() => Read();

        private void Read()
        {
            _getter ??= row.GetGetter<VBuffer<float>>(row.Schema[column]);
            _getter(ref _buffer);
        }
    }
}
