using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class ColumnSelectingEstimator : TrivialEstimator<ColumnSelectingTransformer>
{
    internal ColumnSelectingEstimator(ColumnSelectingTransformer transformer) : base(transformer) { }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape.Column[] named = [.. Transformer.Names.Select(inputSchema.Require)];
        return new(Transformer.Drops ? inputSchema.Where(c => !Transformer.Names.Contains(c.Name)) : named);
    }
}

public sealed class ColumnSelectingTransformer : ITransformer
{
    internal const string Signature = "SelectColumns";

    internal ColumnSelectingTransformer(string[] names, bool drops) => (Names, Drops) = (names, drops);

    internal string[] Names { get; }
    internal bool Drops { get; }

    bool ITransformer.IsRowToRowMapper => true;
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new Selection(this, inputSchema).OutputSchema;
    public IDataView Transform(IDataView input) =>
        new View(input ?? throw new ArgumentNullException(nameof(input)), new(this, input.Schema));
    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new Selection(this, inputSchema);

    internal static ITransformer Load(ModelLoadContext context) => new ColumnSelectingTransformer(context.Reader.ReadStrings(), context.Reader.ReadBoolean());

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        BinaryWriter writer = ctx.Begin(Signature);
        writer.WriteStrings(Names);
        writer.Write(Drops);
    }

    private sealed class Selection : IRowToRowMapper
    {
        private readonly DataViewSchema.Column[] _kept;

        public Selection(ColumnSelectingTransformer parent, DataViewSchema input)
        {
            InputSchema = input ?? throw new ArgumentNullException(nameof(input));
            DataViewSchema.Column Find(string name) => input.GetColumnOrNull(name)
                ?? throw new ArgumentOutOfRangeException("inputSchema", $"Could not find column '{name}'");
            if (parent.Drops)
            {
                foreach (string name in parent.Names) Find(name);
                _kept = [.. input.Where(c => !c.IsHidden && !parent.Names.Contains(c.Name))];
            }
            else
            {
                _kept = [.. parent.Names.Select(Find)];
            }

            DataViewSchema.Builder builder = new();
            builder.AddColumns(_kept);
            OutputSchema = builder.ToSchema();
        }

        public DataViewSchema InputSchema { get; }
        public DataViewSchema OutputSchema { get; }
        public DataViewSchema.Column Source(DataViewSchema.Column column) => _kept[column.Index];
        public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) => [.. dependingColumns.Select(Source)];
        public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) => new Row(input, this);
    }

    private sealed class Row(DataViewRow input, Selection selection) : DataViewRow
    {
        public override DataViewSchema Schema => selection.OutputSchema;
        public override long Position => input.Position;
        public override long Batch => input.Batch;
        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();
        public override bool IsColumnActive(DataViewSchema.Column column) => input.IsColumnActive(selection.Source(column));
        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => input.GetGetter<TValue>(selection.Source(column));

        protected override void Dispose(bool disposing)
        {
            if (disposing) input.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class View(IDataView input, Selection selection) : ViewBase(selection.OutputSchema)
    {
        public override bool CanShuffle => input.CanShuffle;
        public override long? GetRowCount() => input.GetRowCount();
        public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
            new PassingCursor(input.GetRowCursor(selection.GetDependencies(columnsNeeded), rand), Schema, selection.Source, cursor => cursor.MoveNext());
    }
}
