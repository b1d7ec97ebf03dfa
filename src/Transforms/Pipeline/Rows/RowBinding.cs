using Microsoft.ML;

namespace MLNetStyle.Pipeline;

/// <summary>What one transformer does to the rows of one schema: the columns that it adds, and how their values are computed.</summary>
internal abstract class RowBinding(DataViewSchema input, IReadOnlyList<AddedColumn> added)
{
    public DataViewSchema Input { get; } = input;

    public IReadOnlyList<AddedColumn> Added { get; } = added;

    /// <summary>The input columns that a cursor reads whatever is asked of it, in order to decide which rows there are.</summary>
    public virtual IReadOnlyList<int> Filter => [];

    /// <summary>Starts reading a row or a cursor. <paramref name="active"/> tells, for each added column, whether it may be read.</summary>
    public abstract RowValues Open(DataViewRow row, IReadOnlyList<bool> active);
}
