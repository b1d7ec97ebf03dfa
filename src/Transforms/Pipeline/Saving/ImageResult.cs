using System.ComponentModel;
using Microsoft.ML.Data;

namespace MLNetStyle.Portable;

/// <summary>An image as result.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ImageResult
{
    /// <summary>The image.</summary>
    [ColumnName(PortableColumns.Result)]
    public MLImage? Value { get; set; }
}
