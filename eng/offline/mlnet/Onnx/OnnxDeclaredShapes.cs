using System.Text;

namespace Microsoft.ML.Transforms.Onnx;

// The shapes that an ONNX file declares for its inputs and outputs, read off its fields by number. A dimension without a value is 0;
// a tensor without a shape has null.
internal static class OnnxDeclaredShapes
{
    private const int Graph = 7, Input = 11, Output = 12;

    public static Dictionary<string, int[]> Of(byte[] model)
    {
        Dictionary<string, int[]> shapes = [];
        foreach (Field value in Read(model).Where(f => f.Number == Graph).SelectMany(f => Read(f.Bytes)).Where(f => f.Number is Input or Output))
        {
            string name = Encoding.UTF8.GetString(Read(value.Bytes).First(f => f.Number == 1).Bytes.Span);
            Field[] shape = [.. Under(value, 2).SelectMany(type => Under(type, 1)).SelectMany(tensor => Under(tensor, 2))];
            shapes[name] = shape.Length == 0 ? null : [.. Under(shape[0], 1).Select(d => (int)Math.Clamp(Under(d, 1).FirstOrDefault().Value, 0, int.MaxValue))];
        }

        return shapes;
    }

    private static IEnumerable<Field> Under(Field field, int number) => Read(field.Bytes).Where(f => f.Number == number);

    private static IEnumerable<Field> Read(ReadOnlyMemory<byte> bytes)
    {
        for (int at = 0; at < bytes.Length;)
        {
            int tag = (int)Varint(bytes.Span, ref at);
            switch (tag & 7)
            {
                case 0:
                    yield return new(tag >> 3, default, Varint(bytes.Span, ref at));
                    break;
                case 1:
                    at += 8;
                    break;
                case 2:
                    int length = checked((int)Varint(bytes.Span, ref at));
                    yield return new(tag >> 3, bytes.Slice(at, length), 0);
                    at += length;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    throw new FormatException($"The ONNX model has a field of the unknown kind {tag & 7}.");
            }
        }
    }

    private static long Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = bytes[at++];
            value |= (ulong)(part & 127) << shift;
            if (part < 128) return (long)value;
        }
    }

    private readonly record struct Field(int Number, ReadOnlyMemory<byte> Bytes, long Value);
}
