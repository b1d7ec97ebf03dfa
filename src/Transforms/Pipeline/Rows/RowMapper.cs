using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetStyle.Pipeline;

/// <summary>The row mapper of every transformer of this library.</summary>
internal sealed class RowMapper : IRowToRowMapper
{
    // Where each output column comes from: an input column's index, or the complement of an added one's.
    private readonly int[] _places;

    public RowMapper(RowBinding binding)
    {
        Binding = binding;
        InputSchema = binding.Input;
        DataViewSchema.Builder builder = new();
        _places = [.. Places(binding)];
        foreach (int place in _places)
        {
            if (place >= 0)
            {
                builder.AddColumns([InputSchema[place]]);
                continue;
            }
            AddedColumn column = binding.Added[~place];
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        }
        OutputSchema = builder.ToSchema();
    }

    public RowBinding Binding { get; }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        ArgumentNullException.ThrowIfNull(dependingColumns);
        return Needed(dependingColumns, []);
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(activeColumns);
        return new MappedRow(this, input, Active(activeColumns));
    }

    public DataViewRowCursor Cursor(IDataView source, IEnumerable<DataViewSchema.Column> columns, Random? random)
    {
        DataViewSchema.Column[] wanted = [.. columns];
        return new MappedCursor(this, source.GetRowCursor(Needed(wanted, Binding.Filter), random), Active(wanted));
    }

    public DataViewRowCursor[] Cursors(IDataView source, IEnumerable<DataViewSchema.Column> columns, int count, Random? random)
    {
        DataViewSchema.Column[] wanted = [.. columns];
        DataViewRowCursor[] cursors = source.GetRowCursorSet(Needed(wanted, Binding.Filter), count, random);
        return Array.ConvertAll(cursors, cursor => (DataViewRowCursor)new MappedCursor(this, cursor, Active(wanted)));
    }

    public bool IsActive(DataViewRow input, IReadOnlyList<bool> active, DataViewSchema.Column column)
    {
        int place = Place(column);
        return place >= 0 ? input.IsColumnActive(input.Schema[place]) : active[~place];
    }

    public ValueGetter<T> Getter<T>(DataViewRow input, RowValues values, IReadOnlyList<bool> active, DataViewSchema.Column column)
    {
        int place = Place(column), added = ~place;
        if (place >= 0) return input.GetGetter<T>(input.Schema[place]);
        if (!active[added])
            throw new InvalidOperationException($"Column '{column.Name}' is not active in this cursor: name it among the columns that "
                + $"the cursor is asked for.");
        return values.Getter(added) as ValueGetter<T>
            ?? throw new InvalidOperationException(
                $"Column '{column.Name}' is of type {column.Type}, whose values are {column.Type.RawType.Name}; a getter of "
                    + $"{typeof(T).Name} was asked for.");
    }

    private DataViewSchema.Column[] Needed(IEnumerable<DataViewSchema.Column> columns, IReadOnlyList<int> always)
    {
        HashSet<int> indices = [.. always];
        foreach (DataViewSchema.Column column in columns)
        {
            int place = Place(column);
            if (place >= 0) indices.Add(place);
            else indices.UnionWith(Binding.Added[~place].Sources);
        }
        return [.. InputSchema.Where(column => indices.Contains(column.Index))];
    }

    private bool[] Active(IEnumerable<DataViewSchema.Column> columns)
    {
        bool[] active = new bool[Binding.Added.Count];
        foreach (DataViewSchema.Column column in columns)
        {
            int place = Place(column);
            if (place < 0) active[~place] = true;
        }
        return active;
    }

    // An output that is called like an input stands behind it, as ML.NET's own transforms have it; others come last.
    private static List<int> Places(RowBinding binding)
    {
        List<int> places = [.. Enumerable.Range(0, binding.Input.Count)];
        for (int i = 0; i < binding.Added.Count; i++)
        {
            if (binding.Input.GetColumnOrNull(binding.Added[i].Name) is { } hidden) places.Insert(places.IndexOf(hidden.Index) + 1, ~i);
            else places.Add(~i);
        }
        return places;
    }

    private int Place(DataViewSchema.Column column)
    {
        if (column.Index < OutputSchema.Count && OutputSchema[column.Index].Name == column.Name) return _places[column.Index];
        throw new ArgumentOutOfRangeException(nameof(column),
            $"Column '{column.Name}' (number {column.Index}) is not of this data view: take it from its own Schema.");
    }
}

/// <summary>A column that a transformer adds to a row, and the input columns that its values are made of.</summary>
internal sealed record AddedColumn(string Name, DataViewType Type, IReadOnlyList<int> Sources,
    DataViewSchema.Annotations? Annotations = null);

/// <summary>What one transformer does to the rows of one schema: the columns that it adds, and how their values are computed.</summary>
/// <param name="input">The schema of the rows.</param>
/// <param name="added">The columns that are added.</param>
/// <param name="skipping">How rows that can't be worked on are left out; null if they are errors.</param>
internal abstract class RowBinding(DataViewSchema input, IReadOnlyList<AddedColumn> added, Skipping? skipping = null)
{
    public DataViewSchema Input { get; } = input;

    public IReadOnlyList<AddedColumn> Added { get; } = added;

    /// <summary>The input columns that a cursor reads whatever is asked of it, in order to decide which rows there are.</summary>
    public IReadOnlyList<int> Filter => Skipping is null ? [] : Added[0].Sources;

    public Skipping? Skipping { get; } = skipping;

    /// <summary>Starts reading a row or a cursor. <paramref name="active"/> tells, for each added column, whether it may be read.</summary>
    public abstract RowValues Open(DataViewRow row, IReadOnlyList<bool> active);
}

/// <summary>Leaves rows out whose images can't be read or worked on, with a warning.</summary>
internal sealed record Skipping(MLContext? Context, string Component)
{
    public static Skipping? If(bool wanted, MLContext? context, string component) => wanted ? new Skipping(context, component) : null;

    public void Warn(ImageReadException e)
    {
        using PipelineLog log = PipelineLog.Start(Context, Component, "Transform");
        log.WarnOfData("left out: {0}", e.Reason);
    }
}
