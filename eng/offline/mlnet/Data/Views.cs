namespace Microsoft.ML.Data;

internal abstract class ViewBase(DataViewSchema schema) : IDataView
{
    public DataViewSchema Schema => schema;
    public virtual bool CanShuffle => false;
    public abstract long? GetRowCount();
    public abstract DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null);
    public virtual DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    protected bool[] Active(IEnumerable<DataViewSchema.Column> columns)
    {
        bool[] active = new bool[schema.Count];
        foreach (DataViewSchema.Column column in columns) active[column.Index] = true;
        return active;
    }
}

internal sealed class EmptyView(DataViewSchema schema) : ViewBase(schema)
{
    public override long? GetRowCount() => 0;
    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        bool[] active = Active(columnsNeeded);
        return new SourceCursor(Schema, i => active[i], () => false, NoGetter);
    }

    private Delegate NoGetter(int index) => Activator.CreateInstance<Getters>().For(Schema[index].Type.RawType);

    private sealed class Getters
    {
        public Delegate For(Type type) => (Delegate)typeof(Getters).GetMethod(nameof(Make)).MakeGenericMethod(type).Invoke(this, null);
        public ValueGetter<T> Make<T>() => (ref T _) => throw new InvalidOperationException("The view has no rows.");
    }
}

// A cursor over rows that come from nowhere else.
internal sealed class SourceCursor(DataViewSchema schema, Func<int, bool> active, Func<bool> next, Func<int, Delegate> getter, Action dispose = null) : DataViewRowCursor
{
    private long _position = -1;
    private bool _ended;

    public override DataViewSchema Schema => schema;
    public override long Position => _position;
    public override long Batch => 0;

    public override bool MoveNext()
    {
        if (_ended) return false;
        _ended = !next();
        _position = _ended ? -1 : _position + 1;
        return !_ended;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
        id = _position >= 0 ? new((ulong)_position, 0) : throw new InvalidOperationException("Cannot call ID getter in current state");

    public override bool IsColumnActive(DataViewSchema.Column column) => active(column.Index);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!active(column.Index)) throw Rows.Inactive(column);
        ValueGetter<TValue> get = Rows.Cast<TValue>(getter(column.Index), column);
        return (ref TValue value) =>
        {
            if (_position < 0) throw new InvalidOperationException("The cursor is not on a row: call MoveNext first, and stop when it gives false.");
            get(ref value);
        };
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) dispose?.Invoke();
        base.Dispose(disposing);
    }
}

internal sealed class EnumerableView<TRow>(IEnumerable<TRow> rows, MemberBinding[] members) : ViewBase(ObjectRow<TRow>.SchemaOf(members))
    where TRow : class
{
    public override long? GetRowCount() => (rows as ICollection<TRow>)?.Count ?? (rows as IReadOnlyCollection<TRow>)?.Count;

    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        bool[] active = Active(columnsNeeded);
        IEnumerator<TRow> enumerator = null;
        TRow current = null;
        bool Next()
        {
            enumerator ??= rows.GetEnumerator();
            current = enumerator.MoveNext() ? enumerator.Current ?? throw new InvalidOperationException("Encountered null when iterating over data, this is not supported.") : null;
            return current is not null;
        }

        return new SourceCursor(Schema, i => active[i], Next, i => members[i].Getter(() => current), () => enumerator?.Dispose());
    }
}

// A cursor that passes the rows of another one, all of them or some, under a schema of its own.
internal class PassingCursor(DataViewRowCursor input, DataViewSchema schema, Func<DataViewSchema.Column, DataViewSchema.Column> source, Func<DataViewRowCursor, bool> next)
    : DataViewRowCursor
{
    public override DataViewSchema Schema => schema;
    public override long Position => input.Position;
    public override long Batch => input.Batch;
    public override bool MoveNext() => next(input);
    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();
    public override bool IsColumnActive(DataViewSchema.Column column) => input.IsColumnActive(source(column));
    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => input.GetGetter<TValue>(source(column));

    protected override void Dispose(bool disposing)
    {
        if (disposing) input.Dispose();
        base.Dispose(disposing);
    }
}

// Some of a view's rows: `filter` makes, for each cursor, the function that moves to the next row to keep.
internal sealed class FilteredView(IDataView input, Func<long?> rowCount, Func<Func<DataViewRowCursor, bool>> filter) : ViewBase(input.Schema)
{
    public override long? GetRowCount() => rowCount();
    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new PassingCursor(input.GetRowCursor(columnsNeeded), Schema, column => column, filter());
}
