using System.Linq.Expressions;
using System.Reflection;

namespace Microsoft.ML.Data;

// One member of a user's class and the column that it stands for.
internal sealed class MemberBinding
{
    private readonly MemberInfo _member;

    private MemberBinding(string name, DataViewType type, MemberInfo member, DataViewSchema.Annotations annotations) =>
        (Name, Type, _member, Annotations) = (name, type, member, annotations);

    public string Name { get; }
    public DataViewType Type { get; }
    public DataViewSchema.Annotations Annotations { get; }
    public DataViewSchema.DetachedColumn Detached => new(Name, Type, Annotations);

    public static MemberBinding[] Create(Type userType, SchemaDefinition.Direction direction, SchemaDefinition definition) =>
        [.. (definition ?? SchemaDefinition.Create(userType, direction)).Select(column => Create(userType, column))];

    private static MemberBinding Create(Type userType, SchemaDefinition.Column column)
    {
        MemberInfo member = (MemberInfo)userType.GetField(column.MemberName) ?? userType.GetProperty(column.MemberName)
            ?? throw new ArgumentException($"No field or property with name '{column.MemberName}' found in type '{userType}'.");
        (bool isVector, Type itemType) = Split(member);
        string name = string.IsNullOrEmpty(column.ColumnName) ? column.MemberName : column.ColumnName;
        DataViewType natural = ItemType(member, itemType);
        DataViewType type = column.ColumnType ?? (isVector ? new VectorDataViewType((PrimitiveDataViewType)natural) : natural);
        if (isVector != type is VectorDataViewType)
        {
            throw new ArgumentException($"Column '{name}' is supposed to be {type}, but its member '{column.MemberName}' is {(isVector ? "a vector" : "a scalar")}.");
        }

        return type.Item().RawType == Raw(itemType)
            ? new(name, type, member, column.Annotations)
            : throw new ArgumentException($"Column '{name}' is supposed to have item type {type.Item().RawType}, but its member has type {itemType}.");
    }

    public static (bool IsVector, Type ItemType) Split(MemberInfo member)
    {
        Type type = MemberType(member);
        return type.IsArray ? (true, type.GetElementType())
            : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>) ? (true, type.GetGenericArguments()[0])
            : (false, type);
    }

    public static DataViewType ItemType(MemberInfo member, Type itemType) =>
        StandardTypes.TryOf(itemType, out PrimitiveDataViewType primitive)
            ? primitive
            : DataViewTypeManager.Find(itemType, member.GetCustomAttributes<DataViewTypeAttribute>().SingleOrDefault())
                ?? throw new ArgumentOutOfRangeException("rawType", $"Could not determine an IDataView type and registered custom types for member {member.Name}");

    // A getter of the member's value as its column holds it, read from the row object that `current` gives.
    public Delegate Getter<TRow>(Func<TRow> current)
    {
        Type memberType = MemberType(_member);
        ParameterExpression row = Expression.Parameter(typeof(TRow));
        Delegate read = Expression.Lambda(Expression.MakeMemberAccess(row, _member), row).Compile();
        (bool isVector, Type itemType) = Split(_member);
        string method = !isVector ? itemType == typeof(string) ? nameof(ReadText) : nameof(ReadValue)
            : !memberType.IsArray ? nameof(ReadBuffer) : itemType == typeof(string) ? nameof(ReadTexts) : nameof(ReadArray);
        return Call<Delegate>(method, itemType, typeof(TRow), read, current);
    }

    // An action that fills the member from a row's column.
    public Action<TRow> Setter<TRow>(DataViewRow input, DataViewSchema.Column column)
    {
        Type memberType = MemberType(_member);
        (bool isVector, Type itemType) = Split(_member);
        if (!isVector && column.Type is not PrimitiveDataViewType && !DataViewTypeManager.Knows(column.Type))
        {
            throw new NotImplementedException($"Type '{memberType.FullName}' is not yet supported.");
        }

        ParameterExpression row = Expression.Parameter(typeof(TRow)), value = Expression.Parameter(memberType);
        Expression assign = Expression.Assign(Expression.MakeMemberAccess(row, _member), value);
        Delegate write = Expression.Lambda(Expression.GetActionType(typeof(TRow), memberType), assign, row, value).Compile();
        string method = !isVector ? itemType == typeof(string) ? nameof(WriteText) : nameof(WriteValue)
            : !memberType.IsArray ? nameof(WriteBuffer) : itemType == typeof(string) ? nameof(WriteTexts) : nameof(WriteArray);
        return Call<Action<TRow>>(method, itemType, typeof(TRow), write, input, column);
    }

    public bool Accepts(DataViewType type)
    {
        (bool isVector, Type itemType) = Split(_member);
        return isVector == type is VectorDataViewType && type.Item().RawType == Raw(itemType);
    }

    public override string ToString() => $"field or property '{_member.Name}' of type '{MemberType(_member).FullName}'";

    public static Delegate ConstantGetter(object value, DataViewType type)
    {
        Type delegateType = typeof(ValueGetter<>).MakeGenericType(type.RawType);
        if (value is not null && value.GetType() != type.RawType) throw new ArgumentException($"A {type} can't hold a value of type {value.GetType()}.");
        ParameterExpression target = Expression.Parameter(type.RawType.MakeByRefType());
        return Expression.Lambda(delegateType, Expression.Assign(target, Expression.Constant(value, type.RawType)), target).Compile();
    }

    private static Type MemberType(MemberInfo member) => member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;

    private static Type Raw(Type itemType) => itemType == typeof(string) ? typeof(ReadOnlyMemory<char>) : itemType;

    private static TResult Call<TResult>(string method, Type itemType, Type rowType, params object[] arguments)
    {
        MethodInfo open = typeof(MemberBinding).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static);
        Type[] types = open.GetGenericArguments().Length == 2 ? [rowType, itemType] : [rowType];
        return (TResult)open.MakeGenericMethod(types).Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
    }

    private static ValueGetter<T> ReadValue<TRow, T>(Func<TRow, T> read, Func<TRow> current) => (ref T value) => value = read(current());

    private static ValueGetter<ReadOnlyMemory<char>> ReadText<TRow>(Func<TRow, string> read, Func<TRow> current) =>
        (ref ReadOnlyMemory<char> value) => value = read(current()).AsMemory();

    private static ValueGetter<VBuffer<T>> ReadBuffer<TRow, T>(Func<TRow, VBuffer<T>> read, Func<TRow> current) =>
        (ref VBuffer<T> value) => read(current()).CopyTo(ref value);

    private static ValueGetter<VBuffer<T>> ReadArray<TRow, T>(Func<TRow, T[]> read, Func<TRow> current) =>
        (ref VBuffer<T> value) =>
        {
            T[] items = read(current()) ?? [];
            VBuffer<T>.Copy(items, 0, ref value, items.Length);
        };

    private static ValueGetter<VBuffer<ReadOnlyMemory<char>>> ReadTexts<TRow>(Func<TRow, string[]> read, Func<TRow> current) =>
        (ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            ReadOnlyMemory<char>[] items = [.. (read(current()) ?? []).Select(text => text.AsMemory())];
            value = new(items.Length, items);
        };

    // The value lives on from row to row, so that a getter sees what it handed out before.
    private static Action<TRow> WriteValue<TRow, T>(Action<TRow, T> write, DataViewRow input, DataViewSchema.Column column)
    {
        ValueGetter<T> get = input.GetGetter<T>(column);
        T value = default;
        return row =>
        {
            get(ref value);
            write(row, value);
        };
    }

    private static Action<TRow> WriteText<TRow>(Action<TRow, string> write, DataViewRow input, DataViewSchema.Column column)
    {
        ValueGetter<ReadOnlyMemory<char>> get = input.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> value = default;
        return row =>
        {
            get(ref value);
            write(row, value.ToString());
        };
    }

    private static Action<TRow> WriteBuffer<TRow, T>(Action<TRow, VBuffer<T>> write, DataViewRow input, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> get = input.GetGetter<VBuffer<T>>(column);
        return row =>
        {
            VBuffer<T> value = default;
            get(ref value);
            write(row, value);
        };
    }

    private static Action<TRow> WriteArray<TRow, T>(Action<TRow, T[]> write, DataViewRow input, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> get = input.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return row =>
        {
            get(ref value);
            T[] items = new T[value.Length];
            value.CopyTo(items);
            write(row, items);
        };
    }

    private static Action<TRow> WriteTexts<TRow>(Action<TRow, string[]> write, DataViewRow input, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> get = input.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        VBuffer<ReadOnlyMemory<char>> value = default;
        return row =>
        {
            get(ref value);
            write(row, [.. value.DenseValues().Select(text => text.ToString())]);
        };
    }
}
