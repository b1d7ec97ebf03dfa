using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetStyle.Pipeline;

/// <summary>A view without rows: enough for the Fit of an estimator that only looks at the schema.</summary>
internal sealed class EmptyView(DataViewSchema schema) : IDataView
{
    public DataViewSchema Schema { get; } = schema;

    public bool CanShuffle => true;

    public long? GetRowCount() => 0;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Nowhere(Schema, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [new Nowhere(Schema, columnsNeeded)];

    private sealed class Nowhere(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns) : DataViewRowCursor
    {
        private readonly HashSet<int> _active = [.. columns.Select(column => column.Index)];

        public override DataViewSchema Schema { get; } = schema;

        public override long Position => -1;

        public override long Batch => 0;

        public override bool MoveNext() => false;

        public override ValueGetter<DataViewRowId> GetIdGetter() => NoRow;

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => NoRow;

        private static void NoRow<T>(ref T value) => throw new InvalidOperationException("This view has no rows.");
    }
}
