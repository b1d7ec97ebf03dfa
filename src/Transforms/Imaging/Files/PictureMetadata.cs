using System.Buffers.Binary;

namespace MLNetStyle.Imaging;

/// <summary>A picture file's EXIF data, taken over into another file: upright, and without the thumbnail, which would show the old
/// picture.</summary>
internal static class PictureMetadata
{
    /// <summary>What fits into a JPEG file's segment, "Exif" and two zeros before it.</summary>
    private const int MostBytes = ushort.MaxValue - 8;

    private const long MostFileBytes = 1 << 30;
    private const byte ExifFlag = 0x08, AlphaFlag = 0x10;

    /// <summary>The EXIF block of a JPEG, PNG or WebP file, made upright and without thumbnail; null where there is none that can be read.
    /// </summary>
    /// <param name="path">The file.</param>
    public static byte[]? Read(string path)
    {
        if (new FileInfo(path) is { Length: > MostFileBytes }) return null;
        byte[] file = File.ReadAllBytes(path);
        ReadOnlySpan<byte> block = FileKind.Of(file.AsSpan(0, Math.Min(file.Length, FileKind.HeadLength))).Format switch
        {
            PictureFormat.Jpeg => InJpeg(file),
            PictureFormat.Png => InPng(file),
            PictureFormat.WebP => InWebP(file),
            _ => default,
        };
        if (block.StartsWith("Exif\0\0"u8)) block = block[6..];
        return block.Length is < 8 or > MostBytes ? null : Exif.Cleaned(block);
    }

    /// <summary>An encoded picture with an EXIF block.</summary>
    /// <param name="file">A JPEG, PNG or WebP file as Skia writes it.</param>
    /// <param name="format">Which.</param>
    /// <param name="exif">The block.</param>
    public static byte[] Insert(ReadOnlySpan<byte> file, PictureFormat format, ReadOnlySpan<byte> exif) => format switch
    {
        PictureFormat.Jpeg => IntoJpeg(file, exif),
        PictureFormat.Png => IntoPng(file, exif),
        _ => IntoWebP(file, exif),
    };

    private static ReadOnlySpan<byte> InJpeg(ReadOnlySpan<byte> file)
    {
        for (int at = 2; at + 4 <= file.Length && file[at] == 0xFF && file[at + 1] is not (0xDA or 0xD9);)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (length < 2 || at + 2 + length > file.Length) return default;
            ReadOnlySpan<byte> data = file.Slice(at + 4, length - 2);
            if (file[at + 1] == 0xE1 && data.StartsWith("Exif\0\0"u8)) return data;
            at += 2 + length;
        }
        return default;
    }

    private static ReadOnlySpan<byte> InPng(ReadOnlySpan<byte> file)
    {
        for (long at = 8; at + 12 <= file.Length;)
        {
            ReadOnlySpan<byte> chunk = file[(int)at..];
            uint length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (length + 12L > chunk.Length) return default;
            if (chunk[4..].StartsWith("eXIf"u8)) return chunk.Slice(8, (int)length);
            at += length + 12L;
        }
        return default;
    }

    /// <summary>The EXIF chunk of a WebP file; empty where there is none.</summary>
    internal static ReadOnlySpan<byte> InWebP(ReadOnlySpan<byte> file)
    {
        for (long at = 12; at + 8 <= file.Length;)
        {
            ReadOnlySpan<byte> chunk = file[(int)at..];
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (length + 8L > chunk.Length) return default;
            if (chunk.StartsWith("EXIF"u8)) return chunk.Slice(8, (int)length);
            at += 8L + length + (length & 1);
        }
        return default;
    }

    // Behind SOI and, where it is there, JFIF's APP0.
    private static byte[] IntoJpeg(ReadOnlySpan<byte> file, ReadOnlySpan<byte> exif)
    {
        int at = file[3] == 0xE0 ? 4 + BinaryPrimitives.ReadUInt16BigEndian(file[4..]) : 2;
        byte[] segment = [0xFF, 0xE1, 0, 0, .. "Exif\0\0"u8, .. exif];
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)(segment.Length - 2));
        return [.. file[..at], .. segment, .. file[at..]];
    }

    // Behind IHDR, which is 25 bytes long.
    private static byte[] IntoPng(ReadOnlySpan<byte> file, ReadOnlySpan<byte> exif)
    {
        const int header = 8 + 25;
        byte[] chunk = [0, 0, 0, 0, .. "eXIf"u8, .. exif, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, exif.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), PngHeader.Crc(chunk.AsSpan(4, exif.Length + 4)));
        return [.. file[..header], .. chunk, .. file[header..]];
    }

    // Metadata needs the extended form: a VP8X chunk first, with a flag for it.
    private static byte[] IntoWebP(ReadOnlySpan<byte> file, ReadOnlySpan<byte> exif)
    {
        ReadOnlySpan<byte> rest = file[12..];
        bool isExtended = rest.StartsWith("VP8X"u8);
        byte[] extended = isExtended ? rest[..18].ToArray() : Extended(rest);
        if (isExtended) rest = rest[18..];
        extended[8] |= ExifFlag;
        byte[] chunk = [.. "EXIF"u8, 0, 0, 0, 0, .. exif, .. new byte[exif.Length & 1]];
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(4), exif.Length);
        byte[] result = [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBP"u8, .. extended, .. rest, .. chunk];
        BinaryPrimitives.WriteInt32LittleEndian(result.AsSpan(4), result.Length - 8);
        return result;
    }

    private static byte[] Extended(ReadOnlySpan<byte> chunk)
    {
        bool lossless = chunk.StartsWith("VP8L"u8);
        uint bits = BinaryPrimitives.ReadUInt32LittleEndian(chunk[(lossless ? 9 : 14)..]);
        uint width = (bits & 0x3FFF) - (lossless ? 0u : 1), height = ((bits >> (lossless ? 14 : 16)) & 0x3FFF) - (lossless ? 0u : 1);
        bool alpha = lossless && (bits >> 28 & 1) != 0;
        byte[] extended = [.. "VP8X"u8, 10, 0, 0, 0, alpha ? AlphaFlag : (byte)0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        for (int i = 0; i < 3; i++) (extended[12 + i], extended[15 + i]) = ((byte)(width >> (8 * i)), (byte)(height >> (8 * i)));
        return extended;
    }
}
