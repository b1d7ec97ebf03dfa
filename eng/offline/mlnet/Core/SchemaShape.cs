using System.Collections;
using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed class SchemaShape : IReadOnlyList<SchemaShape.Column>
{
    private readonly Column[] _columns;

    public SchemaShape(IEnumerable<Column> columns) => _columns = [.. columns ?? throw new ArgumentNullException(nameof(columns))];
    public int Count => _columns.Length;
    public Column this[int index] => _columns[index];
    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)_columns).GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static SchemaShape Empty { get; } = new([]);

    internal static SchemaShape Create(DataViewSchema schema) => new(schema.Where(c => !c.IsHidden)
        .Select(c => Column.Of(c.Name, c.Type, c.Annotations.Schema.Count == 0 ? Empty : Create(c.Annotations.Schema))));

    internal Column? Find(string name)
    {
        int index = Array.FindIndex(_columns, c => c.Name == name);
        return index < 0 ? null : _columns[index];
    }

    internal Column Require(string name) => Find(name)
        ?? throw new ArgumentOutOfRangeException("inputSchema", $"Could not find input column '{name}'");

    internal SchemaShape With(params IEnumerable<Column> added)
    {
        Dictionary<string, Column> columns = _columns.ToDictionary(c => c.Name);
        foreach (Column column in added) columns[column.Name] = column;
        return new(columns.Values);
    }

    public readonly struct Column
    {
        public enum VectorKind
        {
            Scalar = 0,
            Vector = 1,
            VariableVector = 2,
        }

        public readonly string Name;
        public readonly VectorKind Kind;
        public readonly DataViewType ItemType;
        public readonly bool IsKey;
        public readonly SchemaShape Annotations;

        internal Column(string name, VectorKind kind, DataViewType itemType, bool isKey, SchemaShape annotations = null) =>
            (Name, Kind, ItemType, IsKey, Annotations) = (name, kind, itemType, isKey, annotations ?? Empty);

        internal static Column Of(string name, DataViewType type, SchemaShape annotations = null)
        {
            VectorDataViewType vector = type as VectorDataViewType;
            VectorKind kind = vector is null ? VectorKind.Scalar : vector.IsKnownSize ? VectorKind.Vector : VectorKind.VariableVector;
            DataViewType item = vector?.ItemType ?? type;
            return item is KeyDataViewType key
                ? new(name, kind, StandardTypes.Primitive(key.RawType), true, annotations)
                : new(name, kind, item, false, annotations);
        }

        internal Column Renamed(string name) => new(name, Kind, ItemType, IsKey, Annotations);

        internal string TypeString
        {
            get
            {
                string item = IsKey ? $"Key<{ItemType}>" : ItemType.ToString();
                return Kind switch { VectorKind.Scalar => item, VectorKind.Vector => $"Vector<{item}>", _ => $"VarVector<{item}>" };
            }
        }
    }
}
