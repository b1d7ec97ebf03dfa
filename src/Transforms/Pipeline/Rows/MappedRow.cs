using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetStyle.Pipeline;

/// <summary>A single row with the added columns: what a prediction engine reads.</summary>
internal sealed class MappedRow(RowMapper mapper, DataViewRow input, IReadOnlyList<bool> active) : DataViewRow
{
    private readonly RowValues _values = mapper.Binding.Open(input, active);

    public override DataViewSchema Schema => mapper.OutputSchema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

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
