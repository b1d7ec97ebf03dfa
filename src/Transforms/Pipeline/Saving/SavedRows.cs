using Microsoft.ML.Data;

namespace MLNetStyle.Pipeline;

/// <summary>No column at all.</summary>
internal sealed class NoColumns
{
}

/// <summary>The key under which a saved model finds its state.</summary>
internal sealed class StateKey
{
    /// <summary>Always 1.</summary>
    [ColumnName(SavedColumns.Key)]
    public int Value { get; set; }
}

/// <summary>A path and the state of the operation on it.</summary>
internal sealed class OnePath
{
    /// <summary>The path.</summary>
    [ColumnName(SavedColumns.Path)]
    public ReadOnlyMemory<char> Path { get; set; }

    /// <summary>What the operation has learnt.</summary>
    [ColumnName(SavedColumns.State)]
    public float[]? State { get; set; }

    /// <summary>The operation and its options as JSON.</summary>
    [ColumnName(SavedColumns.Options)]
    public ReadOnlyMemory<char> Options { get; set; }
}

/// <summary>An image and the state of the operation on it.</summary>
internal sealed class OneImage
{
    /// <summary>The image.</summary>
    [ColumnName(SavedColumns.Image)]
    public MLImage? Image { get; set; }

    /// <summary>What the operation has learnt.</summary>
    [ColumnName(SavedColumns.State)]
    public float[]? State { get; set; }

    /// <summary>The operation and its options as JSON.</summary>
    [ColumnName(SavedColumns.Options)]
    public ReadOnlyMemory<char> Options { get; set; }
}

/// <summary>Two images and the state of the operation on them.</summary>
internal sealed class TwoImages
{
    /// <summary>The first image.</summary>
    [ColumnName(SavedColumns.Image)]
    public MLImage? Image { get; set; }

    /// <summary>The second image.</summary>
    [ColumnName(SavedColumns.Second)]
    public MLImage? Second { get; set; }

    /// <summary>What the operation has learnt.</summary>
    [ColumnName(SavedColumns.State)]
    public float[]? State { get; set; }

    /// <summary>The operation and its options as JSON.</summary>
    [ColumnName(SavedColumns.Options)]
    public ReadOnlyMemory<char> Options { get; set; }
}

/// <summary>An image, its masks and the state of the operation on it.</summary>
internal sealed class MaskedImage
{
    /// <summary>The image.</summary>
    [ColumnName(SavedColumns.Image)]
    public MLImage? Image { get; set; }

    /// <summary>The masks.</summary>
    [ColumnName(SavedColumns.Masks)]
    public float[]? Masks { get; set; }

    /// <summary>What the operation has learnt.</summary>
    [ColumnName(SavedColumns.State)]
    public float[]? State { get; set; }

    /// <summary>The operation and its options as JSON.</summary>
    [ColumnName(SavedColumns.Options)]
    public ReadOnlyMemory<char> Options { get; set; }
}

/// <summary>Two images, the first one's masks and the state of the operation on them.</summary>
internal sealed class MaskedImages
{
    /// <summary>The image.</summary>
    [ColumnName(SavedColumns.Image)]
    public MLImage? Image { get; set; }

    /// <summary>The second image.</summary>
    [ColumnName(SavedColumns.Second)]
    public MLImage? Second { get; set; }

    /// <summary>The masks.</summary>
    [ColumnName(SavedColumns.Masks)]
    public float[]? Masks { get; set; }

    /// <summary>What the operation has learnt.</summary>
    [ColumnName(SavedColumns.State)]
    public float[]? State { get; set; }

    /// <summary>The operation and its options as JSON.</summary>
    [ColumnName(SavedColumns.Options)]
    public ReadOnlyMemory<char> Options { get; set; }
}

/// <summary>A vector and the state of the operation on it.</summary>
internal sealed class OneVector
{
    /// <summary>The vector.</summary>
    [ColumnName(SavedColumns.Vector)]
    public float[]? Vector { get; set; }

    /// <summary>What the operation has learnt.</summary>
    [ColumnName(SavedColumns.State)]
    public float[]? State { get; set; }

    /// <summary>The operation and its options as JSON.</summary>
    [ColumnName(SavedColumns.Options)]
    public ReadOnlyMemory<char> Options { get; set; }
}

/// <summary>An image, weights that go with it and the state of the operation on them.</summary>
internal sealed class WeightedImage
{
    /// <summary>The image.</summary>
    [ColumnName(SavedColumns.Image)]
    public MLImage? Image { get; set; }

    /// <summary>The weights.</summary>
    [ColumnName(SavedColumns.Vector)]
    public float[]? Weights { get; set; }

    /// <summary>What the operation has learnt.</summary>
    [ColumnName(SavedColumns.State)]
    public float[]? State { get; set; }

    /// <summary>The operation and its options as JSON.</summary>
    [ColumnName(SavedColumns.Options)]
    public ReadOnlyMemory<char> Options { get; set; }
}

/// <summary>A mask and the masks before it.</summary>
internal sealed class MaskAndBundle
{
    /// <summary>The mask.</summary>
    [ColumnName(SavedColumns.Mask)]
    public MLImage? Mask { get; set; }

    /// <summary>Those before it.</summary>
    [ColumnName(SavedColumns.Masks)]
    public float[]? Masks { get; set; }
}

/// <summary>Masks with one more at their end.</summary>
internal sealed class MoreMasks
{
    /// <summary>The masks.</summary>
    [ColumnName(SavedColumns.MoreMasks)]
    public float[] Masks { get; set; } = [];
}

/// <summary>The bytes of an image, and what they mean.</summary>
internal sealed class ImageBytes
{
    /// <summary>Four bytes a pixel, row by row.</summary>
    [ColumnName(SavedColumns.Bytes)]
    public VBuffer<byte> Bytes { get; set; }

    /// <summary>Width, height, and where in a pixel red, green, blue and alpha stand.</summary>
    [ColumnName(SavedColumns.Layout)]
    public float[]? Layout { get; set; }
}

/// <summary>An image whose size is not part of its column's type.</summary>
internal sealed class UnsizedImage
{
    /// <summary>The image.</summary>
    [ColumnName(SavedColumns.Unsized)]
    public MLImage? Image { get; set; }
}

/// <summary>An image as result.</summary>
internal sealed class ImageResult
{
    /// <summary>The image.</summary>
    [ColumnName(SavedColumns.Result)]
    public MLImage? Value { get; set; }
}

/// <summary>A number as result.</summary>
internal sealed class NumberResult
{
    /// <summary>The number.</summary>
    [ColumnName(SavedColumns.Result)]
    public float Value { get; set; }
}

/// <summary>Up to <see cref="Count"/> vectors as result; those that are not in use are empty.</summary>
internal sealed class VectorResults
{
    /// <summary>The number of vectors.</summary>
    public const int Count = 8;

    private readonly float[]?[] _values = new float[]?[Count];
    private readonly bool[] _read = new bool[Count], _readBefore = new bool[Count];
    private Func<IReadOnlyList<bool>, float[][]>? _compute;

    /// <summary>The first vector.</summary>
    [ColumnName(SavedColumns.Result + "0")]
    public float[] Value0 { get => At(0); set => _values[0] = value; }

    /// <summary>The second vector.</summary>
    [ColumnName(SavedColumns.Result + "1")]
    public float[] Value1 { get => At(1); set => _values[1] = value; }

    /// <summary>The third vector.</summary>
    [ColumnName(SavedColumns.Result + "2")]
    public float[] Value2 { get => At(2); set => _values[2] = value; }

    /// <summary>The fourth vector.</summary>
    [ColumnName(SavedColumns.Result + "3")]
    public float[] Value3 { get => At(3); set => _values[3] = value; }

    /// <summary>The fifth vector.</summary>
    [ColumnName(SavedColumns.Result + "4")]
    public float[] Value4 { get => At(4); set => _values[4] = value; }

    /// <summary>The sixth vector.</summary>
    [ColumnName(SavedColumns.Result + "5")]
    public float[] Value5 { get => At(5); set => _values[5] = value; }

    /// <summary>The seventh vector.</summary>
    [ColumnName(SavedColumns.Result + "6")]
    public float[] Value6 { get => At(6); set => _values[6] = value; }

    /// <summary>The eighth vector.</summary>
    [ColumnName(SavedColumns.Result + "7")]
    public float[] Value7 { get => At(7); set => _values[7] = value; }

    /// <summary>
    /// Gives the row's vectors a way to be computed. ML.NET has one object a cursor and reads those of its vectors that are asked for: what
    /// is read of one row is computed in one go for the next.
    /// </summary>
    internal void Set(Func<IReadOnlyList<bool>, float[][]> compute)
    {
        if (_read.Contains(true)) _read.CopyTo(_readBefore, 0);
        Array.Clear(_read);
        Array.Clear(_values);
        _compute = compute;
    }

    private float[] At(int place)
    {
        if (_values[place] is { } known)
        {
            _read[place] = true;
            return known;
        }
        if (_compute is null) return [];
        bool first = !_read.Contains(true);
        bool[] wanted = new bool[Count];
        for (int i = 0; i < Count; i++) wanted[i] = i == place || (first && _readBefore[i]);
        float[][] computed = _compute(wanted);
        for (int i = 0; i < Count; i++) if (wanted[i]) _values[i] = i < computed.Length ? computed[i] : [];
        _read[place] = true;
        return _values[place]!;
    }
}

/// <summary>An image and the path of its row.</summary>
internal sealed class ImageAndPath
{
    /// <summary>The image.</summary>
    [ColumnName(SavedColumns.Image)]
    public MLImage? Image { get; set; }

    /// <summary>The path.</summary>
    [ColumnName(SavedColumns.Path)]
    public ReadOnlyMemory<char> Path { get; set; }
}

/// <summary>A vector of unknown length.</summary>
internal sealed class FlatVector
{
    /// <summary>The values.</summary>
    [ColumnName(SavedColumns.Flat)]
    public float[]? Values { get; set; }
}
