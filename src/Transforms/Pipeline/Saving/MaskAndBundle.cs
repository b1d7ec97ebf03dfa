using System.ComponentModel;
using Microsoft.ML.Data;

namespace MLNetStyle.Portable;

/// <summary>A mask and the masks before it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class MaskAndBundle
{
    /// <summary>The mask.</summary>
    [ColumnName(PortableColumns.Mask)]
    public MLImage? Mask { get; set; }

    /// <summary>Those before it.</summary>
    [ColumnName(PortableColumns.Masks)]
    public float[]? Masks { get; set; }
}
