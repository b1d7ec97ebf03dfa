using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace MLNetStyle.Networks;

/// <summary>The type of the elements of a tensor in a file.</summary>
internal enum ElementKind
{
    Float32,
    Float64,
    Float16,
    BFloat16,
    Int8,
    UInt8,
    Int16,
    UInt16,
    Int32,
    UInt32,
}

/// <summary>Bytes to floats.</summary>
internal static class Elements
{
    /// <summary>The bytes of an element.</summary>
    public static int Width(ElementKind kind) => kind switch
    {
        ElementKind.Float64 => 8,
        ElementKind.Float32 or ElementKind.Int32 or ElementKind.UInt32 => 4,
        ElementKind.Int8 or ElementKind.UInt8 => 1,
        _ => 2,
    };

    /// <summary>The values of whole elements; wider ones are rounded.</summary>
    /// <param name="bytes">The bytes; changed where their order is not this machine's.</param>
    /// <param name="kind">The type of the elements.</param>
    /// <param name="bigEndian">Whether the highest byte comes first.</param>
    public static float[] Floats(Span<byte> bytes, ElementKind kind, bool bigEndian = false)
    {
        int width = Width(kind);
        if (bigEndian == BitConverter.IsLittleEndian) Reverse(bytes, width);
        float[] values = new float[bytes.Length / width];
        switch (kind)
        {
            case ElementKind.Float32: MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values); break;
            case ElementKind.Float16: TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), values); break;
            case ElementKind.BFloat16:
                ReadOnlySpan<ushort> bits = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (int i = 0; i < values.Length; i++) values[i] = BitConverter.UInt32BitsToSingle((uint)bits[i] << 16);
                break;
            case ElementKind.Float64: Convert<double>(bytes, values); break;
            case ElementKind.Int8: Convert<sbyte>(bytes, values); break;
            case ElementKind.UInt8: Convert<byte>(bytes, values); break;
            case ElementKind.Int16: Convert<short>(bytes, values); break;
            case ElementKind.UInt16: Convert<ushort>(bytes, values); break;
            case ElementKind.Int32: Convert<int>(bytes, values); break;
            default: Convert<uint>(bytes, values); break;
        }
        return values;
    }

    private static void Convert<T>(Span<byte> bytes, float[] values) where T : unmanaged, System.Numerics.INumberBase<T> =>
        TensorPrimitives.ConvertTruncating<T, float>(MemoryMarshal.Cast<byte, T>(bytes), values);

    private static void Reverse(Span<byte> bytes, int width)
    {
        switch (width)
        {
            case 8: Span<long> longs = MemoryMarshal.Cast<byte, long>(bytes); BinaryPrimitives.ReverseEndianness(longs, longs); break;
            case 4: Span<int> ints = MemoryMarshal.Cast<byte, int>(bytes); BinaryPrimitives.ReverseEndianness(ints, ints); break;
            case 2: Span<short> shorts = MemoryMarshal.Cast<byte, short>(bytes); BinaryPrimitives.ReverseEndianness(shorts, shorts); break;
        }
    }
}
