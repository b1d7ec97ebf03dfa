using System.Buffers.Binary;

namespace MLNetStyle.Imaging;

/// <summary>What the chunks of a PNG file say beside its pixels (PNG, third edition).</summary>
internal sealed class PngHeader
{
    private const int SignatureLength = 8, ChunkFrame = 12;

    private readonly byte[] _file;
    private (int At, int Length)? _palette;

    private PngHeader(byte[] file) => _file = file;

    public int Width { get; private set; }

    public int Height { get; private set; }

    public int BitDepth { get; private set; }

    public int ColorType { get; private set; }

    public bool Interlaced { get; private set; }

    /// <summary>tRNS: a colour, or colours of the palette, that are transparent.</summary>
    public bool HasTransparentColor { get; private set; }

    public bool HasProfile { get; private set; }

    public bool HasSrgb { get; private set; }

    /// <summary>gAMA in hundred-thousandths; null without.</summary>
    public uint? Gamma { get; private set; }

    /// <summary>cICP: colour primaries, transfer function, matrix, full range, as ITU-T H.273 numbers them; null without.</summary>
    public (byte Primaries, byte Transfer)? CodingPoints { get; private set; }

    public int Orientation { get; private set; } = 1;

    /// <summary>The bytes of the pixels before compression.</summary>
    public long RawBytes => (((((long)Width * BitDepth * (ColorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 })) + 7) / 8) + 1) * Height;

    /// <summary>Reads the chunks of a file; null if they are none.</summary>
    public static PngHeader? Read(byte[] file)
    {
        PngHeader header = new(file);
        for (long at = SignatureLength; at + ChunkFrame <= file.Length;)
        {
            ReadOnlySpan<byte> chunk = file.AsSpan((int)at);
            uint length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            bool whole = at + ChunkFrame + length <= file.Length;
            ReadOnlySpan<byte> type = chunk[4..8], data = whole ? chunk.Slice(8, (int)length) : [];
            if (whole) header.Take(type, data, (int)at + 8);
            if (at == SignatureLength && header.BitDepth == 0) return null;
            at += ChunkFrame + length;
        }
        return header.BitDepth == 0 ? null : header;
    }

    /// <summary>
    /// The file with its palette filled up with a colour that it doesn't have, so that indices past its end can be told from others; null
    /// where
    /// that can't happen.
    /// </summary>
    public (byte[] File, byte[] Color)? WithFullPalette()
    {
        if (ColorType != 3 || BitDepth > 8 || _palette is not { } palette || palette.Length % 3 != 0 || palette.Length == 0) return null;
        int full = 3 << BitDepth;
        if (palette.Length >= full) return null;
        byte[] color = Unused(_file.AsSpan(palette.At, palette.Length));
        byte[] filled = new byte[_file.Length + full - palette.Length];
        _file.AsSpan(0, palette.At + palette.Length).CopyTo(filled);
        for (int at = palette.At + palette.Length; at < palette.At + full; at += 3) color.CopyTo(filled, at);
        BinaryPrimitives.WriteUInt32BigEndian(filled.AsSpan(palette.At - 8), (uint)full);
        BinaryPrimitives.WriteUInt32BigEndian(filled.AsSpan(palette.At + full), Crc(filled.AsSpan(palette.At - 4, full + 4)));
        _file.AsSpan(palette.At + palette.Length + 4).CopyTo(filled.AsSpan(palette.At + full + 4));
        return (filled, color);
    }

    /// <summary>The compressed pixels of all IDAT chunks.</summary>
    /// <exception cref="InvalidDataException">A chunk is damaged.</exception>
    public byte[] PixelData()
    {
        using MemoryStream data = new();
        for (long at = SignatureLength; at + ChunkFrame <= _file.Length;)
        {
            ReadOnlySpan<byte> chunk = _file.AsSpan((int)at);
            uint length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (chunk[4..8].SequenceEqual("IDAT"u8))
            {
                if (at + ChunkFrame + length > _file.Length) throw SkiaDecoder.Truncated();
                if (Crc(chunk.Slice(4, (int)length + 4)) != BinaryPrimitives.ReadUInt32BigEndian(chunk[((int)length + 8)..]))
                    throw new InvalidDataException("The checksum of its pixels is wrong.");
                data.Write(chunk.Slice(8, (int)length));
            }
            at += ChunkFrame + length;
        }
        return data.ToArray();
    }

    private static byte[] Unused(ReadOnlySpan<byte> palette)
    {
        for (int red = 0; ; red++)
        {
            bool used = false;
            for (int i = 0; i < palette.Length; i += 3) used |= palette[i] == red && palette[i + 1] == 1 && palette[i + 2] == 254;
            if (!used) return [(byte)red, 1, 254]; // of 256 reds one is free: fewer colours than that are there
        }
    }

    // ISO 3309, bit by bit.
    internal static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
        }
        return ~crc;
    }

    private void Take(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, int at)
    {
        if (type.SequenceEqual("IHDR"u8) && data.Length >= 13 && BitDepth == 0)
        {
            (Width, Height) = (BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]));
            (BitDepth, ColorType, Interlaced) = (data[8], data[9], data[12] != 0);
        }
        else if (type.SequenceEqual("PLTE"u8)) _palette ??= (at, data.Length);
        else if (type.SequenceEqual("tRNS"u8)) HasTransparentColor = true;
        else if (type.SequenceEqual("iCCP"u8)) HasProfile = true;
        else if (type.SequenceEqual("sRGB"u8)) HasSrgb = true;
        else if (type.SequenceEqual("gAMA"u8) && data.Length == 4) Gamma = BinaryPrimitives.ReadUInt32BigEndian(data);
        else if (type.SequenceEqual("cICP"u8) && data.Length == 4 && data[2] == 0 && data[3] == 1) CodingPoints = (data[0], data[1]);
        else if (type.SequenceEqual("eXIf"u8)) Orientation = Exif.Orientation(data);
    }
}
