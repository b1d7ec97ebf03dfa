using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

// What a transformer adds to the rows of one schema: columns, and getters that compute them when they are asked for.
internal abstract class RowMapping(DataViewSchema input)
{
    public DataViewSchema InputSchema => input;
    public abstract IEnumerable<DataViewSchema.DetachedColumn> Added { get; }

    // The input columns that an added column is computed from.
    public abstract IEnumerable<DataViewSchema.Column> Sources(int added);

    // One getter for each added column that is active; `dispose` is called when the row is.
    public abstract Delegate[] Getters(DataViewRow row, Func<int, bool> active, out Action dispose);
}

internal sealed class MappedSchema : IRowToRowMapper
{
    private readonly RowMapping _mapping;

    public MappedSchema(RowMapping mapping)
    {
        _mapping = mapping;
        DataViewSchema.Builder builder = new();
        builder.AddColumns(mapping.InputSchema);
        builder.AddColumns(mapping.Added);
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema => _mapping.InputSchema;
    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        HashSet<int> needed = [];
        foreach (DataViewSchema.Column column in dependingColumns)
        {
            if (column.Index < InputSchema.Count) needed.Add(column.Index);
            else needed.UnionWith(_mapping.Sources(column.Index - InputSchema.Count).Select(c => c.Index));
        }

        return [.. InputSchema.Where(c => needed.Contains(c.Index))];
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) => new Row(new(this, input, activeColumns));

    public DataViewRowCursor GetCursor(DataViewRowCursor input, IEnumerable<DataViewSchema.Column> activeColumns) => new Cursor(input, new(this, input, activeColumns));

    private sealed class State
    {
        private readonly MappedSchema _schema;
        private readonly bool[] _active;
        private readonly Delegate[] _getters;
        private readonly Action _dispose;

        public State(MappedSchema schema, DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
        {
            (_schema, Input) = (schema, input);
            int first = schema.InputSchema.Count;
            _active = new bool[schema.OutputSchema.Count];
            foreach (DataViewSchema.Column column in activeColumns) _active[column.Index] = true;
            _getters = schema._mapping.Getters(input, i => _active[first + i], out _dispose);
        }

        public DataViewRow Input { get; }
        public DataViewSchema Schema => _schema.OutputSchema;

        public bool IsActive(DataViewSchema.Column column) =>
            _active[column.Index] && (column.Index >= _schema.InputSchema.Count || Input.IsColumnActive(_schema.InputSchema[column.Index]));

        public ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column)
        {
            if (!_active[column.Index]) throw Rows.Inactive(column);
            int first = _schema.InputSchema.Count;
            return column.Index < first ? Input.GetGetter<TValue>(_schema.InputSchema[column.Index]) : Rows.Cast<TValue>(_getters[column.Index - first], column);
        }

        public void Dispose()
        {
            _dispose?.Invoke();
            Input.Dispose();
        }
    }

    private sealed class Row(State state) : DataViewRow
    {
        public override DataViewSchema Schema => state.Schema;
        public override long Position => state.Input.Position;
        public override long Batch => state.Input.Batch;
        public override ValueGetter<DataViewRowId> GetIdGetter() => state.Input.GetIdGetter();
        public override bool IsColumnActive(DataViewSchema.Column column) => state.IsActive(column);
        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => state.Getter<TValue>(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing) state.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class Cursor(DataViewRowCursor input, State state) : DataViewRowCursor
    {
        public override DataViewSchema Schema => state.Schema;
        public override long Position => input.Position;
        public override long Batch => input.Batch;
        public override bool MoveNext() => input.MoveNext();
        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();
        public override bool IsColumnActive(DataViewSchema.Column column) => state.IsActive(column);
        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => state.Getter<TValue>(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing) state.Dispose();
            base.Dispose(disposing);
        }
    }
}

internal sealed class MappedView(IDataView input, MappedSchema mapper) : ViewBase(mapper.OutputSchema)
{
    public override bool CanShuffle => input.CanShuffle;
    public override long? GetRowCount() => input.GetRowCount();

    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return mapper.GetCursor(input.GetRowCursor(mapper.GetDependencies(needed), rand), needed);
    }

    public override DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return [.. input.GetRowCursorSet(mapper.GetDependencies(needed), n, rand).Select(cursor => mapper.GetCursor(cursor, needed))];
    }
}

public abstract class RowToRowTransformerBase : ITransformer
{
    private protected readonly IHost Host;

    private protected RowToRowTransformerBase(IHostEnvironment environment) => Host = environment.Register(GetType().Name);

    bool ITransformer.IsRowToRowMapper => true;
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Mapper(inputSchema).OutputSchema;
    public IDataView Transform(IDataView input) =>
        new MappedView(input ?? throw new ArgumentNullException(nameof(input)), Mapper(input.Schema));
    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => Mapper(inputSchema);
    void ICanSaveModel.Save(ModelSaveContext ctx) => SaveModel(ctx);

    private protected abstract RowMapping Map(DataViewSchema input);
    private protected abstract void SaveModel(ModelSaveContext ctx);

    private MappedSchema Mapper(DataViewSchema input) => new(Map(input ?? throw new ArgumentNullException(nameof(input))));
}

public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    private protected OneToOneTransformerBase(IHostEnvironment environment) : base(environment) { }

    private protected static DataViewSchema.Column Input(DataViewSchema schema, string name) => schema.GetColumnOrNull(name)
        ?? throw new ArgumentOutOfRangeException("inputSchema", $"Could not find source column '{name}'");
}

public abstract class TrivialEstimator<TTransformer> : IEstimator<TTransformer>
    where TTransformer : class, ITransformer
{
    private protected readonly TTransformer Transformer;

    private protected TrivialEstimator(TTransformer transformer) => Transformer = transformer;

    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Transformer.GetOutputSchema(input.Schema);
        return Transformer;
    }

    public abstract SchemaShape GetOutputSchema(SchemaShape inputSchema);
}

// The commonest mapping: one added column, computed from some columns of the row.
internal sealed class OneColumn(DataViewSchema input, DataViewSchema.DetachedColumn output, DataViewSchema.Column[] sources, Func<DataViewRow, (Delegate Getter, Action Dispose)> make)
    : RowMapping(input)
{
    public override IEnumerable<DataViewSchema.DetachedColumn> Added => [output];
    public override IEnumerable<DataViewSchema.Column> Sources(int added) => sources;

    public override Delegate[] Getters(DataViewRow row, Func<int, bool> active, out Action dispose)
    {
        (Delegate getter, dispose) = active(0) ? make(row) : (null, null);
        return [getter];
    }
}
