using System.ComponentModel;
using Microsoft.ML.Data;

namespace MLNetStyle.Portable;

/// <summary>A vector and the state of the operation on it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class OneVector
{
    /// <summary>The vector.</summary>
    [ColumnName(PortableColumns.Vector)]
    public float[]? Vector { get; set; }

    /// <summary>What the operation has learnt.</summary>
    [ColumnName(PortableColumns.State)]
    public float[]? State { get; set; }

    /// <summary>The operation and its options as JSON.</summary>
    [ColumnName(PortableColumns.Options)]
    public ReadOnlyMemory<char> Options { get; set; }
}
