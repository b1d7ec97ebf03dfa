using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetStyle.Pipeline;

/// <summary>A cursor over rows with the added columns. Nothing is computed before a getter is called.</summary>
internal sealed class MappedCursor(RowMapper mapper, DataViewRowCursor input, IReadOnlyList<bool> active) : DataViewRowCursor
{
    private readonly RowValues _values = mapper.Binding.Open(input, active);

    public override DataViewSchema Schema => mapper.OutputSchema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override bool MoveNext()
    {
        while (input.MoveNext())
        {
            if (_values.Accept()) return true;
        }
        return false;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => mapper.IsActive(input, active, column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        mapper.Getter<TValue>(input, _values, active, column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _values.Dispose();
            input.Dispose();
        }
        base.Dispose(disposing);
    }
}
