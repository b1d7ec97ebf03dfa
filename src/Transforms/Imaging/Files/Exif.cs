using System.Buffers.Binary;

namespace MLNetStyle.Imaging;

/// <summary>A block of EXIF data (CIPA DC-008), wherever a file keeps it.</summary>
internal static class Exif
{
    private const int OrientationTag = 0x0112, ThumbnailTag = 0x0201, ThumbnailLengthTag = 0x0202, EntryLength = 12;

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

    /// <summary>A copy that says upright and has no thumbnail: the picture that it is for is another one.</summary>
    /// <param name="block">A TIFF header and what follows it.</param>
    /// <returns>The copy; null where the block is damaged.</returns>
    public static byte[]? Cleaned(ReadOnlySpan<byte> block)
    {
        bool little = block.StartsWith("II"u8);
        if (block.Length < 8 || (!little && !block.StartsWith("MM"u8))) return null;
        byte[] copy = block.ToArray();
        if (Entries(copy, Number(copy.AsSpan(4), little), little) is not { } first) return null;
        for (int at = first.At; at < first.End; at += EntryLength)
        {
            if (Short(copy.AsSpan(at), little) != OrientationTag) continue;
            copy.AsSpan(at + 8, 2).Clear();
            copy[little ? at + 8 : at + 9] = 1;
        }
        long next = Number(copy.AsSpan(first.End), little);
        copy.AsSpan(first.End, 4).Clear();
        if (next == 0 || Entries(copy, next, little) is not { } second) return copy;
        uint thumbnail = 0, length = 0;
        for (int at = second.At; at < second.End; at += EntryLength)
        {
            ushort tag = Short(copy.AsSpan(at), little);
            if (tag == ThumbnailTag) thumbnail = Number(copy.AsSpan(at + 8), little);
            if (tag == ThumbnailLengthTag) length = Number(copy.AsSpan(at + 8), little);
        }
        if (thumbnail == 0 || thumbnail + (long)length > copy.Length) return copy;
        copy.AsSpan((int)thumbnail, (int)length).Clear();
        return thumbnail + length == copy.Length ? copy[..(int)thumbnail] : copy;
    }

    /// <summary>Where the entries of a directory begin and end; the offset of the next one follows.</summary>
    private static (int At, int End)? Entries(ReadOnlySpan<byte> block, long at, bool little)
    {
        if (at < 8 || at + 2 > block.Length) return null;
        long end = at + 2 + (long)EntryLength * Short(block[(int)at..], little);
        return end + 4 > block.Length ? null : ((int)at + 2, (int)end);
    }

    private static ushort Short(ReadOnlySpan<byte> bytes, bool little) => little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes)
        : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint Number(ReadOnlySpan<byte> bytes, bool little) => little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes)
        : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
