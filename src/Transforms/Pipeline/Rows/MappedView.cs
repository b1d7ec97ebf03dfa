using Microsoft.ML;

namespace MLNetStyle.Pipeline;

/// <summary>The lazily transformed view: a schema, and cursors that compute as they are read.</summary>
internal sealed class MappedView(RowMapper mapper, IDataView source) : IDataView
{
    public DataViewSchema Schema => mapper.OutputSchema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => mapper.Binding.Filter.Count > 0 ? null : source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        return mapper.Cursor(source, columnsNeeded, rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        return mapper.Cursors(source, columnsNeeded, n, rand);
    }
}
