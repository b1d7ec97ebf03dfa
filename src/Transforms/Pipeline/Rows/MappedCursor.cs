using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetStyle.Pipeline;

/// <summary>A cursor over rows with the added columns. Nothing is computed before a getter is called.</summary>
internal sealed class MappedCursor(RowMapper mapper, DataViewRowCursor input, IReadOnlyList<bool> active) : DataViewRowCursor
{
    private readonly RowValues _values = mapper.Binding.Open(input, active);
    private long _position = -1;

    public override DataViewSchema Schema => mapper.OutputSchema;

    // Where rows are left out, those that are given are counted, as ML.NET's own filters do.
    public override long Position => mapper.Binding.Skipping is null ? input.Position : _position;

    public override long Batch => input.Batch;

    public override bool MoveNext()
    {
        while (input.MoveNext())
        {
            if (!Accepted()) continue;
            _position++;
            return true;
        }
        return false;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => mapper.IsActive(input, active, column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        mapper.Getter<TValue>(input, _values, active, column);

    private bool Accepted()
    {
        if (mapper.Binding.Skipping is not { } skipping) return true;
        try
        {
            _values.Check();
            return true;
        }
        catch (ImageReadException e)
        {
            skipping.Warn(e);
            return false;
        }
    }

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
