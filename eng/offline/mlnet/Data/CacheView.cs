using System.Reflection;

namespace Microsoft.ML.Data;

// Keeps every column that has been asked for once, in memory. Images are not copied, as in the real one.
internal sealed class CacheView(IDataView input) : ViewBase(input.Schema)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, Column> _columns = [];
    private int? _rows;

    public override long? GetRowCount() => _rows ?? input.GetRowCount();

    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        bool[] active = Active(columnsNeeded);
        int position = -1, count = -1;
        bool Next()
        {
            if (count < 0) count = Fill(active);
            return ++position < count;
        }

        Delegate Getter(int index)
        {
            MethodInfo make = typeof(CacheView).GetMethod(nameof(MakeGetter), BindingFlags.Instance | BindingFlags.NonPublic).MakeGenericMethod(Schema[index].Type.RawType);
            return (Delegate)make.Invoke(this, [index, (Func<int>)(() => position)]);
        }

        return new SourceCursor(Schema, i => active[i], Next, Getter);
    }

    private int Fill(bool[] active)
    {
        lock (_gate)
        {
            DataViewSchema.Column[] missing = [.. Schema.Where(c => active[c.Index] && !_columns.ContainsKey(c.Index))];
            if (missing.Length == 0 && _rows is { } known) return known;
            int count = 0;
            using DataViewRowCursor cursor = input.GetRowCursor(missing);
            Column[] columns = [.. missing.Select(c => (Column)Activator.CreateInstance(typeof(Column<>).MakeGenericType(c.Type.RawType), cursor, c))];
            for (; cursor.MoveNext(); count++) Array.ForEach(columns, c => c.Add());
            for (int i = 0; i < columns.Length; i++) _columns[missing[i].Index] = columns[i];
            _rows = count;
            return count;
        }
    }

    private ValueGetter<T> MakeGetter<T>(int index, Func<int> position) => (ref T value) => value = ((Column<T>)_columns[index]).Values[position()];

    private abstract class Column
    {
        public abstract void Add();
    }

    private sealed class Column<T>(DataViewRow row, DataViewSchema.Column column) : Column
    {
        private readonly ValueGetter<T> _get = row.GetGetter<T>(column);

        public List<T> Values { get; } = [];

        public override void Add()
        {
            T value = default;
            _get(ref value);
            Values.Add(value);
        }
    }
}
