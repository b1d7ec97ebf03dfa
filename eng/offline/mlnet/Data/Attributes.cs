namespace Microsoft.ML.Data;

[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class ColumnNameAttribute : Attribute
{
    public ColumnNameAttribute(string name) => Name = name;
    internal string Name { get; }
}

[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class NoColumnAttribute : Attribute
{
    public NoColumnAttribute() { }
}

[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class LoadColumnAttribute : Attribute
{
    public LoadColumnAttribute(int fieldIndex) : this([fieldIndex]) { }
    public LoadColumnAttribute(int start, int end) : this([.. Enumerable.Range(start, end - start + 1)]) { }
    public LoadColumnAttribute(int[] columnIndexes) => Indexes = columnIndexes;
    internal int[] Indexes { get; }
}

[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class KeyTypeAttribute : Attribute
{
    public KeyTypeAttribute() { }
    public KeyTypeAttribute(ulong count) => Count = count;
    internal ulong? Count { get; }
}

[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class VectorTypeAttribute : Attribute
{
    public VectorTypeAttribute() => Dimensions = [0];
    public VectorTypeAttribute(int size) : this([size]) { }
    public VectorTypeAttribute(params int[] dimensions)
    {
        if (dimensions.Any(d => d < 0)) throw new ArgumentException("Dimensions can't be negative.", nameof(dimensions));
        Dimensions = dimensions;
    }

    internal int[] Dimensions { get; }
}
