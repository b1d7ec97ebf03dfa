using System.ComponentModel;
using Microsoft.ML.Data;

namespace MLNetStyle.Portable;

/// <summary>An image whose size is not part of its column's type.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class UnsizedImage
{
    /// <summary>The image.</summary>
    [ColumnName(PortableColumns.Unsized)]
    public MLImage? Image { get; set; }
}
