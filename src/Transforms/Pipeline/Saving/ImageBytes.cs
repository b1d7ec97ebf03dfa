using System.ComponentModel;
using Microsoft.ML.Data;

namespace MLNetStyle.Portable;

/// <summary>The bytes of an image, and what they mean.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ImageBytes
{
    /// <summary>Four bytes a pixel, row by row.</summary>
    [ColumnName(PortableColumns.Bytes)]
    public VBuffer<byte> Bytes { get; set; }

    /// <summary>Width, height, and where in a pixel red, green, blue and alpha stand.</summary>
    [ColumnName(PortableColumns.Layout)]
    public float[]? Layout { get; set; }
}
