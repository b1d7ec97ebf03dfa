namespace Microsoft.ML.Data;

public static class DataViewTypeManager
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<(Type, DataViewTypeAttribute), DataViewType> Types = [];
    private static readonly Dictionary<DataViewType, (Type, DataViewTypeAttribute)> Members = [];

    public static void Register(DataViewType dataViewType, Type type, params DataViewTypeAttribute[] typeAttributes)
    {
        if (StandardTypes.TryOf(type, out _)) throw new ArgumentOutOfRangeException(nameof(type), $"{type} is a standard type and can't be registered again.");
        (Type, DataViewTypeAttribute) member = (type, typeAttributes.SingleOrDefault());
        lock (Gate)
        {
            bool hasType = Types.TryGetValue(member, out DataViewType knownType);
            bool hasMember = Members.TryGetValue(dataViewType, out (Type, DataViewTypeAttribute) knownMember);
            if (hasType && !knownType.Equals(dataViewType))
            {
                throw new ArgumentOutOfRangeException(nameof(type),
                    $"Repeated type register. {type} has been associated with {knownType}, so it can't be associated with {dataViewType}.");
            }

            if (hasMember && !knownMember.Equals(member))
            {
                throw new ArgumentOutOfRangeException(nameof(dataViewType),
                    $"Repeated type register. {dataViewType} has been associated with {knownMember.Item1}, so it can't be associated with {type}.");
            }

            Types[member] = dataViewType;
            Members[dataViewType] = member;
        }
    }

    internal static DataViewType Find(Type type, DataViewTypeAttribute attribute)
    {
        lock (Gate) return Types.GetValueOrDefault((type, attribute));
    }

    internal static bool Knows(DataViewType type)
    {
        lock (Gate) return Members.ContainsKey(type);
    }
}
