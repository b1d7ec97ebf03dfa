using System.Collections.Immutable;

namespace Microsoft.ML.Data;

public abstract class DataViewType : IEquatable<DataViewType>
{
    private protected DataViewType(Type rawType) => RawType = rawType ?? throw new ArgumentNullException(nameof(rawType));
    public Type RawType { get; }
    public abstract bool Equals(DataViewType other);
}

public abstract class StructuredDataViewType : DataViewType
{
    protected StructuredDataViewType(Type rawType) : base(rawType) { }
}

public abstract class PrimitiveDataViewType : DataViewType
{
    protected PrimitiveDataViewType(Type rawType) : base(rawType) { }
}

public sealed class TextDataViewType : PrimitiveDataViewType
{
    private TextDataViewType() : base(typeof(ReadOnlyMemory<char>)) { }
    public static TextDataViewType Instance { get; } = new();
    public override bool Equals(DataViewType other) => ReferenceEquals(this, other);
    public override string ToString() => "String";
}

public sealed class BooleanDataViewType : PrimitiveDataViewType
{
    private BooleanDataViewType() : base(typeof(bool)) { }
    public static BooleanDataViewType Instance { get; } = new();
    public override bool Equals(DataViewType other) => ReferenceEquals(this, other);
    public override string ToString() => "Boolean";
}

public sealed class RowIdDataViewType : PrimitiveDataViewType
{
    private RowIdDataViewType() : base(typeof(DataViewRowId)) { }
    public static RowIdDataViewType Instance { get; } = new();
    public override bool Equals(DataViewType other) => ReferenceEquals(this, other);
    public override string ToString() => "DataViewRowId";
}

public sealed class NumberDataViewType : PrimitiveDataViewType
{
    private readonly string _name;
    private NumberDataViewType(Type rawType, string name) : base(rawType) => _name = name;
    public static NumberDataViewType Byte { get; } = new(typeof(byte), nameof(Byte));
    public static NumberDataViewType SByte { get; } = new(typeof(sbyte), nameof(SByte));
    public static NumberDataViewType Int16 { get; } = new(typeof(short), nameof(Int16));
    public static NumberDataViewType UInt16 { get; } = new(typeof(ushort), nameof(UInt16));
    public static NumberDataViewType Int32 { get; } = new(typeof(int), nameof(Int32));
    public static NumberDataViewType UInt32 { get; } = new(typeof(uint), nameof(UInt32));
    public static NumberDataViewType Int64 { get; } = new(typeof(long), nameof(Int64));
    public static NumberDataViewType UInt64 { get; } = new(typeof(ulong), nameof(UInt64));
    public static NumberDataViewType Single { get; } = new(typeof(float), nameof(Single));
    public static NumberDataViewType Double { get; } = new(typeof(double), nameof(Double));
    public override bool Equals(DataViewType other) => ReferenceEquals(this, other);
    public override string ToString() => _name;

    internal static readonly NumberDataViewType[] All = [Byte, SByte, Int16, UInt16, Int32, UInt32, Int64, UInt64, Single, Double];
}

public sealed class KeyDataViewType : PrimitiveDataViewType
{
    public KeyDataViewType(Type type, int count) : this(type, (ulong)(count > 0 ? count : throw OutOfRange(count))) { }
    public KeyDataViewType(Type type, ulong count) : base(type)
    {
        if (!IsValidDataType(type)) throw new ArgumentException($"A key can't be kept in {type}.", nameof(type));
        if (count == 0 || count > Limit(type)) throw OutOfRange(count);
        Count = count;
    }

    public ulong Count { get; }
    public static bool IsValidDataType(Type type) => type == typeof(byte) || type == typeof(ushort) || type == typeof(uint) || type == typeof(ulong);
    public override bool Equals(DataViewType other) => other is KeyDataViewType key && key.RawType == RawType && key.Count == Count;
    public override bool Equals(object other) => other is DataViewType type && Equals(type);
    public override int GetHashCode() => HashCode.Combine(RawType, Count);
    public override string ToString() => $"Key<{RawType.Name}, 0-{Count - 1}>";

    internal static ulong Limit(Type type) =>
        type == typeof(byte) ? byte.MaxValue : type == typeof(ushort) ? ushort.MaxValue : type == typeof(uint) ? uint.MaxValue : ulong.MaxValue;

    private static ArgumentOutOfRangeException OutOfRange(object count) => new(nameof(count), count, "Must be positive and fit the key's type.");
}

public sealed class VectorDataViewType : StructuredDataViewType
{
    public VectorDataViewType(PrimitiveDataViewType itemType, int size = 0) : this(itemType, ImmutableArray.Create(size)) { }
    public VectorDataViewType(PrimitiveDataViewType itemType, params int[] dimensions) : this(itemType, ImmutableArray.Create(dimensions)) { }
    public VectorDataViewType(PrimitiveDataViewType itemType, ImmutableArray<int> dimensions) : base(RawTypeOf(itemType))
    {
        if (dimensions.IsDefaultOrEmpty) throw new ArgumentException("Needs at least one dimension.", nameof(dimensions));
        if (dimensions.Any(d => d < 0)) throw new ArgumentException("Dimensions can't be negative.", nameof(dimensions));
        ItemType = itemType;
        Dimensions = dimensions;
        Size = dimensions.Aggregate(1, (size, d) => checked(size * d));
    }

    public PrimitiveDataViewType ItemType { get; }
    public ImmutableArray<int> Dimensions { get; }
    public int Size { get; }
    public bool IsKnownSize => Size > 0;

    public override bool Equals(DataViewType other) =>
        other is VectorDataViewType vector && ItemType.Equals(vector.ItemType) && Dimensions.SequenceEqual(vector.Dimensions);
    public override bool Equals(object other) => other is DataViewType type && Equals(type);
    public override int GetHashCode() => HashCode.Combine(ItemType, Dimensions.Length, Size);
    public override string ToString() => IsKnownSize || Dimensions.Length > 1
        ? $"Vector<{ItemType}, {string.Join(", ", Dimensions.Select(d => d > 0 ? $"{d}" : "*"))}>"
        : $"Vector<{ItemType}>";

    private static Type RawTypeOf(PrimitiveDataViewType itemType) =>
        typeof(VBuffer<>).MakeGenericType((itemType ?? throw new ArgumentNullException(nameof(itemType))).RawType);
}

[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public abstract class DataViewTypeAttribute : Attribute, IEquatable<DataViewTypeAttribute>
{
    protected DataViewTypeAttribute() { }
    public abstract bool Equals(DataViewTypeAttribute other);
    public abstract void Register();
}
