using System.ComponentModel;
using Microsoft.ML.Data;

namespace MLNetStyle.Portable;

/// <summary>Two images, the first one's masks and the state of the operation on them.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class MaskedImages
{
    /// <summary>The image.</summary>
    [ColumnName(PortableColumns.Image)]
    public MLImage? Image { get; set; }

    /// <summary>The second image.</summary>
    [ColumnName(PortableColumns.Second)]
    public MLImage? Second { get; set; }

    /// <summary>The masks.</summary>
    [ColumnName(PortableColumns.Masks)]
    public float[]? Masks { get; set; }

    /// <summary>What the operation has learnt.</summary>
    [ColumnName(PortableColumns.State)]
    public float[]? State { get; set; }

    /// <summary>The operation and its options as JSON.</summary>
    [ColumnName(PortableColumns.Options)]
    public ReadOnlyMemory<char> Options { get; set; }
}
