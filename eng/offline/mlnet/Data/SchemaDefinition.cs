using System.Reflection;

namespace Microsoft.ML.Data;

public sealed class SchemaDefinition : List<SchemaDefinition.Column>
{
    [Flags]
    public enum Direction
    {
        Read = 1,
        Write = 2,
        Both = Read | Write,
    }

    private SchemaDefinition() { }

    public Column this[string columnName]
    {
        get => this.FirstOrDefault(c => c.ColumnName == columnName);
        set
        {
            if (value.ColumnName != columnName) throw new ArgumentException($"The column is called '{value.ColumnName}', not '{columnName}'.", nameof(columnName));
            int index = FindIndex(c => c.ColumnName == columnName);
            if (index < 0) Add(value);
            else this[index] = value;
        }
    }

    public static SchemaDefinition Create(Type userType, Direction direction = Direction.Both)
    {
        ArgumentNullException.ThrowIfNull(userType);
        SchemaDefinition definition = new();
        foreach (MemberInfo member in Members(userType, direction))
        {
            if (member.IsDefined(typeof(NoColumnAttribute))) continue;
            string name = member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name;
            if (definition[name] is not null) throw new InvalidOperationException($"Duplicate column name '{name}' detected in {userType}.");
            definition.Add(new(member.Name, TypeOf(member), name));
        }

        return definition;
    }

    private static IEnumerable<MemberInfo> Members(Type type, Direction direction)
    {
        const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance;
        IEnumerable<PropertyInfo> properties = type.GetProperties(Public).Where(p => p.GetIndexParameters().Length == 0
            && ((direction.HasFlag(Direction.Read) && p.GetGetMethod() is not null) || (direction.HasFlag(Direction.Write) && p.GetSetMethod() is not null)));
        return type.GetFields(Public).Where(f => !f.IsLiteral).Concat<MemberInfo>(properties);
    }

    private static DataViewType TypeOf(MemberInfo member)
    {
        (bool isVector, Type itemType) = MemberBinding.Split(member);
        DataViewTypeAttribute[] attributes = [.. member.GetCustomAttributes<DataViewTypeAttribute>()];
        if (attributes.Length > 1) throw new ArgumentException($"Member {member.Name} has more than one attribute derived from {nameof(DataViewTypeAttribute)}.");
        if (attributes.Length == 1) attributes[0].Register();
        DataViewType type = MemberBinding.ItemType(member, itemType);

        if (member.GetCustomAttribute<KeyTypeAttribute>() is { } key)
        {
            if (!KeyDataViewType.IsValidDataType(itemType)) throw new ArgumentException($"Member {member.Name} marked with KeyType attribute, but {itemType} can't hold a key.");
            type = new KeyDataViewType(itemType, key.Count ?? KeyDataViewType.Limit(itemType));
        }

        VectorTypeAttribute vector = member.GetCustomAttribute<VectorTypeAttribute>();
        if (!isVector)
        {
            return vector is null ? type : throw new ArgumentException($"Member {member.Name} marked with VectorType attribute, but does not appear to be a vector type.");
        }

        return type is PrimitiveDataViewType item
            ? new VectorDataViewType(item, vector?.Dimensions ?? [0])
            : throw new ArgumentException($"Member {member.Name} is a vector of {type}, which is no primitive type.");
    }

    public sealed class Column
    {
        private readonly List<(string Kind, DataViewType Type, Delegate Getter)> _annotations = [];

        internal Column(string memberName, DataViewType type, string columnName) => (MemberName, ColumnType, ColumnName) = (memberName, type, columnName);

        public string MemberName { get; }
        public string ColumnName { get; set; }
        public DataViewType ColumnType { get; set; }

        public DataViewSchema.Annotations Annotations
        {
            get
            {
                DataViewSchema.Annotations.Builder builder = new();
                foreach ((string kind, DataViewType type, Delegate getter) in _annotations) builder.Add(kind, type, getter);
                return builder.ToAnnotations();
            }
        }

        public void AddAnnotation<T>(string kind, T value, DataViewType annotationType)
        {
            ArgumentNullException.ThrowIfNull(kind);
            ArgumentNullException.ThrowIfNull(annotationType);
            if (_annotations.Any(a => a.Kind == kind)) throw new InvalidOperationException("Column already contains an annotation of this kind.");
            _annotations.Add((kind, annotationType, MemberBinding.ConstantGetter(value, annotationType)));
        }
    }
}
