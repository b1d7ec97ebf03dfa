using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public class ValueMappingEstimator : TrivialEstimator<ValueMappingTransformer>
{
    internal ValueMappingEstimator(ValueMappingTransformer transformer) : base(transformer) { }

    public sealed override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape.Column source = inputSchema.Require(Transformer.InputName);
        if (source.IsKey || source.Kind != SchemaShape.Column.VectorKind.Scalar || !source.ItemType.Equals(Transformer.KeyType))
        {
            throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Column '{source.Name}' must be {Transformer.KeyType}, not {source.TypeString}.");
        }

        return inputSchema.With(SchemaShape.Column.Of(Transformer.OutputName, Transformer.ValueType));
    }
}

public sealed class ValueMappingEstimator<TKey, TValue> : ValueMappingEstimator
{
    internal ValueMappingEstimator(ValueMappingTransformer transformer) : base(transformer) { }
}

// From scalar keys to scalars or to vectors.
public class ValueMappingTransformer : OneToOneTransformerBase
{
    internal const string Signature = "MapValue";

    private readonly Dictionary<object, object> _values;

    internal ValueMappingTransformer(IHostEnvironment environment, string output, string input, PrimitiveDataViewType keyType,
        DataViewType valueType, Dictionary<object, object> values) : base(environment) =>
        (OutputName, InputName, KeyType, ValueType, _values) = (output, input, keyType, valueType, values);

    internal string OutputName { get; }
    internal string InputName { get; }
    internal PrimitiveDataViewType KeyType { get; }
    internal DataViewType ValueType { get; }

    // Text counts by its characters, wherever they are kept.
    internal static object Comparable(object key) => key is ReadOnlyMemory<char> text ? text.ToString() : key;

    internal static ITransformer Load(ModelLoadContext context)
    {
        BinaryReader reader = context.Reader;
        (string output, string input) = (reader.ReadString(), reader.ReadString());
        PrimitiveDataViewType keyType = (PrimitiveDataViewType)TypeCodec.ReadType(reader);
        DataViewType valueType = TypeCodec.ReadType(reader);
        Dictionary<object, object> values = [];
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            object key = Comparable(TypeCodec.ReadValue(reader, keyType.RawType));
            values[key] = valueType is VectorDataViewType vector ? Call(nameof(ReadVector), vector.ItemType.RawType, reader) : TypeCodec.ReadValue(reader, valueType.RawType);
        }

        return new ValueMappingTransformer(context.Environment, output, input, keyType, valueType, values);
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        BinaryWriter writer = ctx.Begin(Signature);
        writer.Write(OutputName);
        writer.Write(InputName);
        TypeCodec.WriteType(writer, KeyType);
        TypeCodec.WriteType(writer, ValueType);
        writer.Write(_values.Count);
        foreach ((object key, object value) in _values)
        {
            TypeCodec.WriteValue(writer, key is string text ? text.AsMemory() : key);
            if (ValueType is VectorDataViewType vector) Call(nameof(WriteVector), vector.ItemType.RawType, writer, value);
            else TypeCodec.WriteValue(writer, value);
        }
    }

    private protected override RowMapping Map(DataViewSchema input)
    {
        DataViewSchema.Column source = Input(input, InputName);
        if (!source.Type.Equals(KeyType))
        {
            throw new ArgumentOutOfRangeException("inputSchema", $"Column '{InputName}' must be {KeyType}, not {source.Type}.");
        }

        return new OneColumn(input, new(OutputName, ValueType), [source], row => ValueType is VectorDataViewType vector
            ? ((Delegate)Call(nameof(VectorGetter), KeyType.RawType, vector.ItemType.RawType, row, source, this), null)
            : ((Delegate)Call(nameof(ScalarGetter), KeyType.RawType, ValueType.RawType, row, source, this), null));
    }

    private static object Call(string method, Type type, params object[] arguments) => Call(method, [type], arguments);
    private static object Call(string method, Type first, Type second, params object[] arguments) => Call(method, [first, second], arguments);
    private static object Call(string method, Type[] types, object[] arguments) =>
        typeof(ValueMappingTransformer).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static).MakeGenericMethod(types)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);

    private static ValueGetter<TValue> ScalarGetter<TKey, TValue>(DataViewRow row, DataViewSchema.Column source, ValueMappingTransformer parent)
    {
        ValueGetter<TKey> get = row.GetGetter<TKey>(source);
        TKey key = default;
        return (ref TValue value) =>
        {
            get(ref key);
            value = parent._values.TryGetValue(Comparable(key), out object found) ? (TValue)found : default;
        };
    }

    private static ValueGetter<VBuffer<TItem>> VectorGetter<TKey, TItem>(DataViewRow row, DataViewSchema.Column source, ValueMappingTransformer parent)
    {
        ValueGetter<TKey> get = row.GetGetter<TKey>(source);
        TKey key = default;
        int missing = ((VectorDataViewType)parent.ValueType).Size;
        return (ref VBuffer<TItem> value) =>
        {
            get(ref key);
            TItem[] items = parent._values.TryGetValue(Comparable(key), out object found) ? (TItem[])found : new TItem[missing];
            VBuffer<TItem>.Copy(items, 0, ref value, items.Length);
        };
    }

    // Numbers go as one block: a state of a million floats must not cost a million boxes.
    private static void WriteVector<T>(BinaryWriter writer, object value)
    {
        T[] items = (T[])value;
        writer.Write(items.Length);
        if (typeof(T).IsPrimitive)
        {
            byte[] bytes = new byte[Buffer.ByteLength(items)];
            Buffer.BlockCopy(items, 0, bytes, 0, bytes.Length);
            writer.Write(bytes);
        }
        else
        {
            foreach (T item in items) TypeCodec.WriteValue(writer, item);
        }
    }

    private static T[] ReadVector<T>(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        if (count < 0 || count > reader.BaseStream.Length) throw new FormatException("The values of a MapValue are cut off.");
        T[] items = new T[count];
        if (typeof(T).IsPrimitive)
        {
            byte[] bytes = reader.ReadBytes(checked(count * (typeof(T) == typeof(bool) ? 1 : Marshal.SizeOf<T>())));
            Buffer.BlockCopy(bytes, 0, items, 0, Buffer.ByteLength(items));
        }
        else
        {
            for (int i = 0; i < count; i++) items[i] = (T)TypeCodec.ReadValue(reader, typeof(T));
        }

        return items;
    }
}
