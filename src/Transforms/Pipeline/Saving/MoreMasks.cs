using System.ComponentModel;
using Microsoft.ML.Data;

namespace MLNetStyle.Portable;

/// <summary>Masks with one more at their end.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class MoreMasks
{
    /// <summary>The masks.</summary>
    [ColumnName(PortableColumns.MoreMasks)]
    public float[] Masks { get; set; } = [];
}
