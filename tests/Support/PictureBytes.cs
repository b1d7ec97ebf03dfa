using System.Buffers.Binary;
using System.IO.Compression;
using SkiaSharp;

namespace MLNetStyle.Tests.Support;

/// <summary>Makes picture files of every awkward kind, byte by byte.</summary>
internal static class PictureBytes
{
    public const int Width = 48, Height = 32;

    /// <summary>The colours of a picture's quarters: left above, right above, left below, right below.</summary>
    public static readonly (byte R, byte G, byte B)[] Quarters = [(220, 40, 40), (40, 200, 60), (40, 60, 220), (230, 220, 40)];

    /// <summary>A PNG file of chunks.</summary>
    public static byte[] Png(params (string Type, byte[] Data)[] chunks)
    {
        using MemoryStream file = new();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        foreach ((string type, byte[] data) in chunks)
        {
            byte[] chunk = new byte[12 + data.Length];
            BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
            System.Text.Encoding.ASCII.GetBytes(type).CopyTo(chunk, 4);
            data.CopyTo(chunk, 8);
            BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc(chunk.AsSpan(4, 4 + data.Length)));
            file.Write(chunk);
        }
        return file.ToArray();
    }

    public static (string, byte[]) Ihdr(int width, int height, byte bits, byte colorType)
    {
        byte[] data = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(data, width);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(4), height);
        (data[8], data[9]) = (bits, colorType);
        return ("IHDR", data);
    }

    /// <summary>Rows of samples, each with the filter 0 before it.</summary>
    public static (string, byte[]) Idat(params byte[][] rows)
    {
        using MemoryStream packed = new();
        using (ZLibStream zip = new(packed, CompressionLevel.Optimal, leaveOpen: true))
            foreach (byte[] row in rows) zip.Write([0, .. row]);
        return ("IDAT", packed.ToArray());
    }

    public static (string, byte[]) Iend { get; } = ("IEND", []);

    /// <summary>The rows of the picture in quarters, three bytes a pixel.</summary>
    public static byte[][] QuarterRows() => [.. Enumerable.Range(0, Height).Select(y =>
        Enumerable.Range(0, Width).SelectMany(x => (byte[])[Quarter(x, y).R, Quarter(x, y).G, Quarter(x, y).B]).ToArray())];

    /// <summary>A JPEG, PNG or WebP file of the picture in quarters, stored so that an orientation brings it upright.</summary>
    public static byte[] Oriented(string ending, int orientation, bool late = false, bool bigEndian = false, bool prefix = false)
    {
        byte[] exif = ExifBlock(orientation, bigEndian);
        if (ending == ".png")
        {
            (string, byte[]) chunk = ("eXIf", exif);
            (string, byte[])[] rest = late ? [Idat(QuarterRows()), chunk] : [chunk, Idat(QuarterRows())];
            return Png([Ihdr(Width, Height, 8, 2), .. rest, Iend]);
        }
        byte[] plain = Encode(ending);
        byte[] block = prefix || ending == ".jpg" ? [.. "Exif\0\0"u8, .. exif] : exif;
        if (ending == ".jpg") return [0xFF, 0xD8, 0xFF, 0xE1, .. BigEndian16(block.Length + 2), .. block, .. plain[2..]];
        byte[] padded = block.Length % 2 == 0 ? block : [.. block, 0];
        byte[] webp = [.. plain, .. "EXIF"u8, .. LittleEndian32(block.Length), .. padded];
        webp[20] |= 8; // VP8X: there is EXIF
        LittleEndian32(webp.Length - 8).CopyTo(webp, 4);
        return webp;
    }

    /// <summary>Where the colours of the quarters of the stored picture stand in the upright one.</summary>
    public static int[] UprightQuarters(int orientation) => orientation switch
    {
        2 => [1, 0, 3, 2],
        3 => [3, 2, 1, 0],
        4 => [2, 3, 0, 1],
        5 => [0, 2, 1, 3],
        6 => [2, 0, 3, 1],
        7 => [3, 1, 2, 0],
        8 => [1, 3, 0, 2],
        _ => [0, 1, 2, 3],
    };

    public static byte[] Encode(string ending, int width = Width, int height = Height, Func<int, int,
        (byte R, byte G, byte B)>? color = null)
    {
        using SKColorSpace srgb = SKColorSpace.CreateSrgb();
        using SKBitmap bitmap = new(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque, srgb));
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                (byte r, byte g, byte b) = (color ?? Quarter)(x, y);
                bitmap.SetPixel(x, y, new SKColor(r, g, b));
            }
        using SKPixmap pixels = bitmap.PeekPixels();
        using SKData data = ending switch
        {
            ".jpg" => pixels.Encode(new SKJpegEncoderOptions(100, SKJpegEncoderDownsample.Downsample444, SKJpegEncoderAlphaOption.Ignore)),
            ".webp" => pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 75)),
            _ => pixels.Encode(new SKPngEncoderOptions()),
        };
        return data.ToArray();
    }

    public static (byte R, byte G, byte B) Quarter(int x, int y) => Quarters[(x < Width / 2 ? 0 : 1) + (y < Height / 2 ? 0 : 2)];

    public static byte[] ExifBlock(int orientation, bool bigEndian = false) => bigEndian
        ? [.. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0]
        : [.. "II"u8, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>A GIF header that asks for a canvas, and one frame of nothing.</summary>
    public static byte[] GifBomb(ushort side) => [.. "GIF89a"u8, (byte)side, (byte)(side >> 8), (byte)side, (byte)(side >> 8), 0x80, 0, 0,
        0, 0, 0, 255, 255, 255,
        0x2C, 0, 0, 0, 0, (byte)side, (byte)(side >> 8), (byte)side, (byte)(side >> 8), 0, 2, 2, 0x44, 1, 0, 0x3B];

    private static byte[] BigEndian16(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] LittleEndian32(int value) => BitConverter.GetBytes(value);

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
        }
        return ~crc;
    }
}
