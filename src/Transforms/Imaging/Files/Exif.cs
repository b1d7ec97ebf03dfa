using System.Buffers.Binary;

namespace MLNetStyle.Imaging;

/// <summary>The orientation in a block of EXIF data (CIPA DC-008), wherever a file keeps it.</summary>
internal static class Exif
{
    private const int OrientationTag = 0x0112, EntryLength = 12;

    /// <summary>How a picture is stored: 1 upright to 8; 1 also where nothing or nonsense is said.</summary>
    /// <param name="block">A TIFF header and what follows it, with or without "Exif" and two zeros before it.</param>
    public static int Orientation(ReadOnlySpan<byte> block)
    {
        if (block.StartsWith("Exif\0\0"u8)) block = block[6..];
        bool little = block.StartsWith("II"u8);
        if (block.Length < 8 || (!little && !block.StartsWith("MM"u8))) return 1;
        uint at = Number(block[4..], little);
        if (at + 2L > block.Length) return 1;
        int entries = Short(block[(int)at..], little);
        for (int i = 0; i < entries; i++)
        {
            long entry = at + 2L + ((long)i * EntryLength);
            if (entry + EntryLength > block.Length) return 1;
            ReadOnlySpan<byte> field = block.Slice((int)entry, EntryLength);
            if (Short(field, little) != OrientationTag) continue;
            int value = Short(field[8..], little);
            return value is >= 1 and <= 8 ? value : 1;
        }
        return 1;
    }

    private static ushort Short(ReadOnlySpan<byte> bytes, bool little) => little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes)
        : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint Number(ReadOnlySpan<byte> bytes, bool little) => little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes)
        : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
