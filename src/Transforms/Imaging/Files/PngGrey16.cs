using System.Buffers.Binary;
using System.IO.Compression;

namespace MLNetStyle.Imaging;

/// <summary>Decodes the rows of a PNG file of 16-bit grey, with alpha or without, row by row: Skia cuts these, and no others, to 8
/// bits.</summary>
internal static unsafe class PngGrey16
{
    /// <summary>Whether a file is of this kind: neither interlaced nor with a transparent grey.</summary>
    public static bool Is(PngHeader png) => png is { BitDepth: 16, ColorType: 0 or 4, Interlaced: false, HasTransparentColor: false };

    /// <summary>Hands every row on as half floats of red, green, blue and alpha.</summary>
    /// <exception cref="InvalidDataException">A chunk is damaged, or the rows end too early.</exception>
    public static void Decode(PngHeader png, PictureRows rows)
    {
        try
        {
            Unpack(png, rows);
        }
        catch (IOException e)
        {
            throw new InvalidDataException($"Its rows can't be unpacked: {e.Message}", e);
        }
    }

    private static void Unpack(PngHeader png, PictureRows rows)
    {
        int step = png.ColorType == 4 ? 4 : 2;
        byte[] line = new byte[step * png.Width], above = new byte[step * png.Width];
        Half[] halves = new Half[4 * png.Width];
        using ZLibStream unpacked = new(new MemoryStream(png.PixelData()), CompressionMode.Decompress);
        for (int y = 0; y < png.Height; y++)
        {
            int filter = unpacked.ReadByte();
            if (filter < 0 || unpacked.ReadAtLeast(line, line.Length,
                throwOnEndOfStream: false) < line.Length) throw SkiaDecoder.Truncated();
            if (filter > 4) throw new InvalidDataException($"Row {y} has no filter of PNG.");
            Undo(filter, line, above, step);
            for (int x = 0; x < png.Width; x++)
            {
                Half grey = Share(line.AsSpan(x * step));
                (halves[4 * x], halves[(4 * x) + 1], halves[(4 * x) + 2]) = (grey, grey, grey);
                halves[(4 * x) + 3] = step == 4 ? Share(line.AsSpan((x * step) + 2)) : Half.One;
            }
            fixed (Half* first = halves) rows.Add((byte*)first);
            (above, line) = (line, above);
        }
    }

    private static Half Share(ReadOnlySpan<byte> sample) => (Half)(BinaryPrimitives.ReadUInt16BigEndian(sample) / 65535f);

    private static void Undo(int filter, Span<byte> line, ReadOnlySpan<byte> above, int step)
    {
        if (filter == 0) return;
        for (int i = 0; i < line.Length; i++)
        {
            int left = i < step ? 0 : line[i - step], up = above[i], corner = i < step ? 0 : above[i - step];
            line[i] += (byte)(filter switch { 1 => left, 2 => up, 3 => (left + up) / 2, _ => Paeth(left, up, corner) });
        }
    }

    private static int Paeth(int left, int up, int corner)
    {
        int guess = left + up - corner, a = Math.Abs(guess - left), b = Math.Abs(guess - up), c = Math.Abs(guess - corner);
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }
}
