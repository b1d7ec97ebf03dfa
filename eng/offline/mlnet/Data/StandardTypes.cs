namespace Microsoft.ML.Data;

// The types that need no registration: how members of a user's class map to column types.
internal static class StandardTypes
{
    private static readonly Dictionary<Type, PrimitiveDataViewType> ByRawType = Enumerable.ToDictionary(
        [.. NumberDataViewType.All, BooleanDataViewType.Instance, TextDataViewType.Instance, RowIdDataViewType.Instance],
        (PrimitiveDataViewType t) => t.RawType);

    public static PrimitiveDataViewType Primitive(Type rawType) => ByRawType[rawType];

    public static bool TryOf(Type memberType, out PrimitiveDataViewType type) =>
        ByRawType.TryGetValue(memberType == typeof(string) ? typeof(ReadOnlyMemory<char>) : memberType, out type);

    public static PrimitiveDataViewType Of(DataKind kind) => kind switch
    {
        DataKind.SByte => NumberDataViewType.SByte,
        DataKind.Byte => NumberDataViewType.Byte,
        DataKind.Int16 => NumberDataViewType.Int16,
        DataKind.UInt16 => NumberDataViewType.UInt16,
        DataKind.Int32 => NumberDataViewType.Int32,
        DataKind.UInt32 => NumberDataViewType.UInt32,
        DataKind.Int64 => NumberDataViewType.Int64,
        DataKind.UInt64 => NumberDataViewType.UInt64,
        DataKind.Single => NumberDataViewType.Single,
        DataKind.Double => NumberDataViewType.Double,
        DataKind.String => TextDataViewType.Instance,
        DataKind.Boolean => BooleanDataViewType.Instance,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "The stand-in knows no dates and times."),
    };

    public static DataViewType Item(this DataViewType type) => (type as VectorDataViewType)?.ItemType ?? type;
}
