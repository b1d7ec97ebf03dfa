using System.ComponentModel;
using Microsoft.ML.Data;

namespace MLNetStyle.Portable;

/// <summary>The key under which a saved model finds its state.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class StateKey
{
    /// <summary>Always 1.</summary>
    [ColumnName(PortableColumns.Key)]
    public int Value { get; set; }
}
