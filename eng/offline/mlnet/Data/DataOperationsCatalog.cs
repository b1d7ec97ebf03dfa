using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed class DataOperationsCatalog
{
    internal DataOperationsCatalog(IHostEnvironment environment) => Environment = environment;

    internal IHostEnvironment Environment { get; }

    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, SchemaDefinition schemaDefinition = null)
        where TRow : class =>
        new EnumerableView<TRow>(data ?? throw new ArgumentNullException(nameof(data)), MemberBinding.Create(typeof(TRow), SchemaDefinition.Direction.Read, schemaDefinition));

    public IEnumerable<TRow> CreateEnumerable<TRow>(IDataView data, bool reuseRowObject, bool ignoreMissingColumns = false,
        SchemaDefinition schemaDefinition = null)
        where TRow : class, new()
    {
        ArgumentNullException.ThrowIfNull(data);
        return Read(data, new TypedRows<TRow>(data.Schema, ignoreMissingColumns, schemaDefinition), reuseRowObject);
    }

    public IDataView Cache(IDataView input, params string[] columnsToPrefetch) => new CacheView(input ?? throw new ArgumentNullException(nameof(input)));

    public IDataView TakeRows(IDataView input, long count) => new FilteredView(input, () => input.GetRowCount() is { } rows ? Math.Min(rows, count) : null, () =>
    {
        long left = count;
        return cursor => left-- > 0 && cursor.MoveNext();
    });

    public IDataView SkipRows(IDataView input, long count) => new FilteredView(input, () => input.GetRowCount() is { } rows ? Math.Max(rows - count, 0) : null, () =>
    {
        long left = count;
        return cursor =>
        {
            for (; left > 0; left--)
            {
                if (!cursor.MoveNext()) return false;
            }

            return cursor.MoveNext();
        };
    });

    private static IEnumerable<TRow> Read<TRow>(IDataView data, TypedRows<TRow> rows, bool reuseRowObject)
        where TRow : class, new()
    {
        using DataViewRowCursor cursor = data.GetRowCursor(rows.Columns);
        Action<TRow> fill = rows.Filler(cursor);
        TRow row = reuseRowObject ? new() : null;
        while (cursor.MoveNext())
        {
            if (!reuseRowObject) row = new();
            fill(row);
            yield return row;
        }
    }
}
