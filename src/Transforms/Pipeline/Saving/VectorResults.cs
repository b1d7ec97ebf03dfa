using System.ComponentModel;
using Microsoft.ML.Data;

namespace MLNetStyle.Portable;

/// <summary>Up to <see cref="Count"/> vectors as result; those that are not in use are empty.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class VectorResults
{
    /// <summary>The number of vectors.</summary>
    public const int Count = 8;

    /// <summary>The first vector.</summary>
    [ColumnName(PortableColumns.Result + "0")]
    public float[] Value0 { get; set; } = [];

    /// <summary>The second vector.</summary>
    [ColumnName(PortableColumns.Result + "1")]
    public float[] Value1 { get; set; } = [];

    /// <summary>The third vector.</summary>
    [ColumnName(PortableColumns.Result + "2")]
    public float[] Value2 { get; set; } = [];

    /// <summary>The fourth vector.</summary>
    [ColumnName(PortableColumns.Result + "3")]
    public float[] Value3 { get; set; } = [];

    /// <summary>The fifth vector.</summary>
    [ColumnName(PortableColumns.Result + "4")]
    public float[] Value4 { get; set; } = [];

    /// <summary>The sixth vector.</summary>
    [ColumnName(PortableColumns.Result + "5")]
    public float[] Value5 { get; set; } = [];

    /// <summary>The seventh vector.</summary>
    [ColumnName(PortableColumns.Result + "6")]
    public float[] Value6 { get; set; } = [];

    /// <summary>The eighth vector.</summary>
    [ColumnName(PortableColumns.Result + "7")]
    public float[] Value7 { get; set; } = [];

    internal void Set(IReadOnlyList<float[]> values)
    {
        float[] At(int i) => i < values.Count ? values[i] : [];
        (Value0, Value1, Value2, Value3, Value4, Value5, Value6, Value7) = (At(0), At(1), At(2), At(3), At(4), At(5), At(6), At(7));
    }
}
