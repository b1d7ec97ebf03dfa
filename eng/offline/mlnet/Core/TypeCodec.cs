using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML;

// Column types and values as bytes in a model file.
internal static class TypeCodec
{
    private static readonly PrimitiveDataViewType[] Primitives =
        [.. NumberDataViewType.All, TextDataViewType.Instance, BooleanDataViewType.Instance, RowIdDataViewType.Instance];

    public static void WriteSchema(BinaryWriter writer, DataViewSchema schema)
    {
        DataViewSchema.Column[] columns = [.. schema.Where(c => !c.IsHidden && c.Type is not ImageDataViewType)];
        if (columns.Length == 0) throw new InvalidOperationException("No valid columns to save");
        writer.Write(columns.Length);
        foreach (DataViewSchema.Column column in columns)
        {
            writer.Write(column.Name);
            WriteType(writer, column.Type);
        }
    }

    public static DataViewSchema ReadSchema(BinaryReader reader)
    {
        DataViewSchema.Builder builder = new();
        int count = reader.ReadInt32();
        for (int i = 0; i < count; i++) builder.AddColumn(reader.ReadString(), ReadType(reader));
        return builder.ToSchema();
    }

    public static void WriteType(BinaryWriter writer, DataViewType type)
    {
        switch (type)
        {
            case VectorDataViewType vector:
                writer.Write("vector");
                WriteType(writer, vector.ItemType);
                writer.Write(vector.Dimensions.Length);
                foreach (int dimension in vector.Dimensions) writer.Write(dimension);
                break;
            case KeyDataViewType key:
                writer.Write("key");
                WriteType(writer, StandardTypes.Primitive(key.RawType));
                writer.Write(key.Count);
                break;
            case ImageDataViewType image:
                writer.Write("image");
                writer.Write(image.Height);
                writer.Write(image.Width);
                break;
            default:
                if (!Primitives.Contains(type)) throw new NotSupportedException($"A column of type {type} can't be saved.");
                writer.Write(type.ToString());
                break;
        }
    }

    public static DataViewType ReadType(BinaryReader reader)
    {
        string name = reader.ReadString();
        switch (name)
        {
            case "vector":
                PrimitiveDataViewType item = (PrimitiveDataViewType)ReadType(reader);
                int[] dimensions = new int[reader.ReadInt32()];
                for (int i = 0; i < dimensions.Length; i++) dimensions[i] = reader.ReadInt32();
                return new VectorDataViewType(item, dimensions);
            case "key":
                Type raw = ReadType(reader).RawType;
                return new KeyDataViewType(raw, reader.ReadUInt64());
            case "image":
                (int height, int width) = (reader.ReadInt32(), reader.ReadInt32());
                return height == 0 ? new ImageDataViewType() : new ImageDataViewType(height, width);
            default:
                return Array.Find(Primitives, p => p.ToString() == name) ?? throw new FormatException($"The file holds an unknown column type '{name}'.");
        }
    }

    public static void WriteStrings(this BinaryWriter writer, IReadOnlyCollection<string> texts)
    {
        writer.Write(texts.Count);
        foreach (string text in texts) writer.Write(text);
    }

    public static string[] ReadStrings(this BinaryReader reader)
    {
        List<string> texts = [];
        for (int left = reader.ReadInt32(); left > 0; left--) texts.Add(reader.ReadString());
        return [.. texts];
    }


    public static void WriteValue(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case ReadOnlyMemory<char> v: writer.Write(v.ToString()); break;
            case bool v: writer.Write(v); break;
            case byte v: writer.Write(v); break;
            case sbyte v: writer.Write(v); break;
            case short v: writer.Write(v); break;
            case ushort v: writer.Write(v); break;
            case int v: writer.Write(v); break;
            case uint v: writer.Write(v); break;
            case long v: writer.Write(v); break;
            case ulong v: writer.Write(v); break;
            case float v: writer.Write(v); break;
            case double v: writer.Write(v); break;
            default: throw new NotSupportedException($"A value of type {value.GetType()} can't be saved.");
        }
    }

    public static object ReadValue(BinaryReader reader, Type type)
    {
        if (type == typeof(ReadOnlyMemory<char>)) return reader.ReadString().AsMemory();
        return Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => (object)reader.ReadBoolean(),
            TypeCode.Byte => reader.ReadByte(),
            TypeCode.SByte => reader.ReadSByte(),
            TypeCode.Int16 => reader.ReadInt16(),
            TypeCode.UInt16 => reader.ReadUInt16(),
            TypeCode.Int32 => reader.ReadInt32(),
            TypeCode.UInt32 => reader.ReadUInt32(),
            TypeCode.Int64 => reader.ReadInt64(),
            TypeCode.UInt64 => reader.ReadUInt64(),
            TypeCode.Single => reader.ReadSingle(),
            TypeCode.Double => reader.ReadDouble(),
            _ => throw new FormatException($"The file holds values of the unknown type {type}."),
        };
    }
}
