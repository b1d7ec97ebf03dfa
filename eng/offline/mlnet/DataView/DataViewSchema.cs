using System.Collections;
using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed class DataViewSchema : IReadOnlyList<DataViewSchema.Column>
{
    private readonly Column[] _columns;
    private readonly Dictionary<string, int> _indexes = [];

    private DataViewSchema(IReadOnlyList<DetachedColumn> columns)
    {
        for (int i = 0; i < columns.Count; i++) _indexes[columns[i].Name] = i;
        _columns = [.. columns.Select((c, i) => new Column(c.Name, i, _indexes[c.Name] != i, c.Type, c.Annotations))];
    }

    public int Count => _columns.Length;
    public Column this[int columnIndex] => (uint)columnIndex < (uint)_columns.Length
        ? _columns[columnIndex]
        : throw new ArgumentOutOfRangeException(nameof(columnIndex), columnIndex, $"The schema has {_columns.Length} columns.");
    public Column this[string name] => GetColumnOrNull(name ?? throw new ArgumentNullException(nameof(name)))
        ?? throw new ArgumentOutOfRangeException(nameof(name), $"Column '{name}' not found");
    public Column? GetColumnOrNull(string name) =>
        _indexes.TryGetValue(name ?? throw new ArgumentNullException(nameof(name)), out int index) ? _columns[index] : null;
    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)_columns).GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    public override string ToString() => $"{Count} columns";

    public readonly struct Column
    {
        internal Column(string name, int index, bool hidden, DataViewType type, Annotations annotations) =>
            (Name, Index, IsHidden, Type, Annotations) = (name, index, hidden, type, annotations);

        public string Name { get; }
        public int Index { get; }
        public bool IsHidden { get; }
        public DataViewType Type { get; }
        public Annotations Annotations { get; }
        public override string ToString() => $"{Name}: {Type}{(Annotations.Schema.Count > 0 ? " " + Annotations : "")}";
    }

    public struct DetachedColumn
    {
        public DetachedColumn(string name, DataViewType type, Annotations annotations = null)
        {
            Name = string.IsNullOrEmpty(name) ? throw new ArgumentException("A column needs a name.", nameof(name)) : name;
            Type = type ?? throw new ArgumentNullException(nameof(type));
            Annotations = annotations ?? Annotations.Empty;
        }

        public DetachedColumn(Column column) : this(column.Name, column.Type, column.Annotations) { }

        public string Name { get; }
        public DataViewType Type { get; }
        public Annotations Annotations { get; }
    }

    public sealed class Builder
    {
        private readonly List<DetachedColumn> _columns = [];

        public Builder() { }
        public void AddColumn(string name, DataViewType type, Annotations annotations = null) => _columns.Add(new(name, type, annotations));
        public void AddColumns(IEnumerable<DetachedColumn> source) => _columns.AddRange(source);
        public void AddColumns(IEnumerable<Column> source) => _columns.AddRange(source.Select(c => new DetachedColumn(c)));
        public DataViewSchema ToSchema() => new(_columns);
    }

    public sealed class Annotations
    {
        private readonly Delegate[] _getters;

        private Annotations(DataViewSchema schema, Delegate[] getters) => (Schema, _getters) = (schema, getters);

        public static Annotations Empty { get; } = new(new DataViewSchema([]), []);
        public DataViewSchema Schema { get; }

        public ValueGetter<TValue> GetGetter<TValue>(Column column) => _getters[column.Index] as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Annotation '{column.Name}' is of type {column.Type.RawType}, not {typeof(TValue)}.");

        public void GetValue<TValue>(string kind, ref TValue value)
        {
            Column column = Schema.GetColumnOrNull(kind) ?? throw new InvalidOperationException($"No annotation '{kind}'.");
            GetGetter<TValue>(column)(ref value);
        }

        public override string ToString() => string.Join(", ", Schema.Select(c => c.ToString()));

        public sealed class Builder
        {
            private readonly List<(DetachedColumn Column, Delegate Getter)> _items = [];

            public Builder() { }
            public void Add<TValue>(string name, DataViewType type, ValueGetter<TValue> getter, Annotations annotations = null) =>
                Add(name, type, (Delegate)getter, annotations);
            public void AddPrimitiveValue<TValue>(string name, PrimitiveDataViewType type, TValue value, Annotations annotations = null) =>
                Add(name, type, (ref TValue destination) => destination = value, annotations);

            public void Add(string name, DataViewType type, Delegate getter, Annotations annotations = null)
            {
                ArgumentNullException.ThrowIfNull(getter);
                if (getter.GetType() != typeof(ValueGetter<>).MakeGenericType(type.RawType))
                {
                    throw new ArgumentException($"The getter of a {type} must be a ValueGetter<{type.RawType}>.", nameof(getter));
                }

                _items.Add((new(name, type, annotations), getter));
            }

            public void Add(Annotations annotations, Func<string, bool> selector)
            {
                if (annotations is null) return;
                foreach (Column column in annotations.Schema.Where(c => selector(c.Name)))
                {
                    _items.Add((new(column), annotations._getters[column.Index]));
                }
            }

            public Annotations ToAnnotations() => new(new DataViewSchema([.. _items.Select(i => i.Column)]), [.. _items.Select(i => i.Getter)]);
        }
    }
}
