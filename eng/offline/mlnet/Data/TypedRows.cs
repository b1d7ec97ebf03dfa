using System.Reflection;

namespace Microsoft.ML.Data;

// Fills objects of a user's class from rows of a schema.
internal sealed class TypedRows<TRow>
    where TRow : class
{
    private readonly List<(MemberBinding Member, DataViewSchema.Column Column)> _bound = [];

    public TypedRows(DataViewSchema schema, bool ignoreMissingColumns, SchemaDefinition definition)
    {
        foreach (MemberBinding member in MemberBinding.Create(typeof(TRow), SchemaDefinition.Direction.Write, definition))
        {
            DataViewSchema.Column? found = schema.GetColumnOrNull(member.Name);
            if (found is not { } column)
            {
                if (ignoreMissingColumns) continue;
                throw new ArgumentOutOfRangeException(nameof(schema), $"Could not find column '{member.Name}'");
            }

            if (!member.Accepts(column.Type))
            {
                throw new InvalidOperationException($"Can't bind the IDataView column '{column.Name}' of type '{column.Type}' to {member}.");
            }

            _bound.Add((member, column));
        }
    }

    public IEnumerable<DataViewSchema.Column> Columns => _bound.Select(b => b.Column);

    public Action<TRow> Filler(DataViewRow input)
    {
        Action<TRow>[] setters = [.. _bound.Select(b => b.Member.Setter<TRow>(input, b.Column))];
        return row => Array.ForEach(setters, set => set(row));
    }
}

// A row whose values are members of the object that is put into it.
internal sealed class ObjectRow<TRow> : DataViewRow
    where TRow : class
{
    private readonly Delegate[] _getters;
    private long _position = -1;

    public ObjectRow(MemberBinding[] members, DataViewSchema schema)
    {
        Schema = schema;
        _getters = [.. members.Select(m => m.Getter(() => Value ?? throw new InvalidOperationException("No row has been read.")))];
    }

    public static DataViewSchema SchemaOf(MemberBinding[] members)
    {
        DataViewSchema.Builder builder = new();
        builder.AddColumns(members.Select(m => m.Detached));
        return builder.ToSchema();
    }

    public TRow Value { get; private set; }
    public override DataViewSchema Schema { get; }
    public override long Position => _position;
    public override long Batch => 0;

    public void Set(TRow value)
    {
        Value = value;
        _position++;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new((ulong)_position, 0);
    public override bool IsColumnActive(DataViewSchema.Column column) => true;
    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => Rows.Cast<TValue>(_getters[column.Index], column);
}

internal static class Rows
{
    // The getter of a column, whatever its type.
    public static Delegate Getter(DataViewRow row, DataViewSchema.Column column) =>
        (Delegate)typeof(DataViewRow).GetMethod(nameof(DataViewRow.GetGetter)).MakeGenericMethod(column.Type.RawType)
            .Invoke(row, BindingFlags.DoNotWrapExceptions, null, [column], null);

    public static ValueGetter<TValue> Cast<TValue>(Delegate getter, DataViewSchema.Column column) => getter as ValueGetter<TValue>
        ?? throw new InvalidOperationException($"Invalid TValue: '{typeof(TValue)}' in a getter of column '{column.Name}', expected type: '{column.Type.RawType}'.");

    public static InvalidOperationException Inactive(DataViewSchema.Column column) => new($"Column '{column.Name}' is not active in this cursor: ask for it when making the cursor.");
}
