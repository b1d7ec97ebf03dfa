using System.ComponentModel;
using Microsoft.ML.Data;

namespace MLNetStyle.Portable;

/// <summary>A number as result.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class NumberResult
{
    /// <summary>The number.</summary>
    [ColumnName(PortableColumns.Result)]
    public float Value { get; set; }
}
