using System.Collections;

namespace Microsoft.ML.Data;

public readonly struct VBuffer<T> : IEnumerable
{
    private readonly T[] _values;
    private readonly int[] _indices;
    private readonly int _count;

    public readonly int Length;

    public VBuffer(int length, T[] values, int[] indices = null) : this(length, indices is null ? length : values.Length, values, indices) { }

    public VBuffer(int length, int count, T[] values, int[] indices)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if ((uint)count > (uint)length) throw new ArgumentOutOfRangeException(nameof(count), count, $"Must be from 0 to the length, {length}.");
        if (count > (values?.Length ?? 0)) throw new ArgumentException($"Holds fewer than {count} values.", nameof(values));
        if (count < length && count > (indices?.Length ?? 0)) throw new ArgumentException($"Holds fewer than {count} indices.", nameof(indices));
        (Length, _count, _values, _indices) = (length, count, values, indices);
    }

    public bool IsDense => _count == Length;
    internal T[] ValuesArray => _values;
    internal int[] IndicesArray => _indices;

    public ReadOnlySpan<T> GetValues() => _values.AsSpan(0, _count);
    public ReadOnlySpan<int> GetIndices() => IsDense ? default : _indices.AsSpan(0, _count);

    public T GetItemOrDefault(int index)
    {
        if ((uint)index >= (uint)Length) throw new ArgumentOutOfRangeException(nameof(index), index, $"The vector has {Length} items.");
        int at = IsDense ? index : Array.BinarySearch(_indices, 0, _count, index);
        return at < 0 ? default : _values[at];
    }

    public void GetItemOrDefault(int index, ref T destination) => destination = GetItemOrDefault(index);

    public void CopyTo(Span<T> destination) => CopyTo(destination, 0);

    public void CopyTo(Span<T> destination, int destinationIndex, T defaultValue = default)
    {
        Span<T> target = destination.Slice(destinationIndex, Length);
        if (IsDense)
        {
            GetValues().CopyTo(target);
            return;
        }

        target.Fill(defaultValue);
        for (int i = 0; i < _count; i++) target[_indices[i]] = _values[i];
    }

    public void CopyTo(ref VBuffer<T> destination)
    {
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, Length, _count);
        GetValues().CopyTo(editor.Values);
        GetIndices().CopyTo(editor.Indices);
        destination = editor.Commit();
    }

    public void CopyTo(ref VBuffer<T> destination, int sourceIndex, int length)
    {
        T[] part = DenseValues().Skip(sourceIndex).Take(length).ToArray();
        if (part.Length != length) throw new ArgumentOutOfRangeException(nameof(length));
        new VBuffer<T>(length, part).CopyTo(ref destination);
    }

    public void CopyToDense(ref VBuffer<T> destination)
    {
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, Length);
        CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public static void Copy(T[] source, int sourceIndex, ref VBuffer<T> destination, int length)
    {
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, length);
        source.AsSpan(sourceIndex, length).CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public IEnumerable<KeyValuePair<int, T>> Items(bool all = false)
    {
        for (int i = 0; i < (all ? Length : _count); i++)
        {
            yield return all ? new(i, GetItemOrDefault(i)) : new(IsDense ? i : _indices[i], _values[i]);
        }
    }

    public IEnumerable<T> DenseValues()
    {
        for (int i = 0; i < Length; i++) yield return GetItemOrDefault(i);
    }

    public IEnumerator GetEnumerator() => DenseValues().GetEnumerator();
    public override string ToString() => IsDense ? $"Dense vector of size {Length}" : $"Sparse vector of size {Length}, {_count} explicit values";
}

public static class VBufferEditor
{
    public static VBufferEditor<T> CreateFromBuffer<T>(ref VBuffer<T> destination) =>
        Create(ref destination, destination.Length, destination.GetValues().Length, keepOldOnResize: true);

    public static VBufferEditor<T> Create<T>(ref VBuffer<T> destination, int newLogicalLength, int? valuesCount = null,
        int? maxValuesCapacity = null, bool keepOldOnResize = false, bool requireIndicesOnDense = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(newLogicalLength);
        int count = valuesCount ?? newLogicalLength;
        if ((uint)count > (uint)newLogicalLength) throw new ArgumentOutOfRangeException(nameof(valuesCount), count, "More values than the vector's length.");
        int capacity = Math.Max(count, Math.Min(maxValuesCapacity ?? count, newLogicalLength));

        T[] values = destination.ValuesArray;
        bool newValues = (values?.Length ?? 0) < count;
        if (newValues) Grow(ref values, capacity, keepOldOnResize);

        int[] indices = destination.IndicesArray;
        bool newIndices = (count < newLogicalLength || requireIndicesOnDense) && (indices?.Length ?? 0) < count;
        if (newIndices) Grow(ref indices, capacity, keepOldOnResize);
        return new(newLogicalLength, count, values, indices, requireIndicesOnDense, newValues, newIndices);
    }

    private static void Grow<T>(ref T[] array, int capacity, bool keep)
    {
        if (keep) Array.Resize(ref array, capacity);
        else array = new T[capacity];
    }
}

public readonly ref struct VBufferEditor<T>
{
    private readonly int _length;
    private readonly T[] _values;
    private readonly int[] _indices;

    public readonly Span<T> Values;
    public readonly Span<int> Indices;

    internal VBufferEditor(int length, int count, T[] values, int[] indices, bool indicesOnDense, bool newValues, bool newIndices)
    {
        (_length, _values, _indices) = (length, values, indices);
        Values = values.AsSpan(0, count);
        Indices = count < length || indicesOnDense ? indices.AsSpan(0, count) : default;
        (CreatedNewValues, CreatedNewIndices) = (newValues, newIndices);
    }

    public bool CreatedNewValues { get; }
    public bool CreatedNewIndices { get; }
    public VBuffer<T> Commit() => new(_length, Values.Length, _values, _indices);
    public VBuffer<T> CommitTruncated(int physicalValuesCount) => physicalValuesCount <= Values.Length
        ? new(_length, physicalValuesCount, _values, _indices)
        : throw new ArgumentOutOfRangeException(nameof(physicalValuesCount));
}
