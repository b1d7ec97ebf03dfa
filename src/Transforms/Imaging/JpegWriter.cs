using System.Buffers.Binary;

namespace MLNetStyle.Imaging;

/// <summary>Writes baseline JPEG (ITU-T T.81) at a chosen quality, every colour at full resolution. ML.NET writes quality 100 alone, with colours at half the resolution.</summary>
internal sealed class JpegWriter
{
    private const int Components = 3;

    private static readonly byte[] s_zigzag = Zigzag();
    private static readonly float[] s_cosines = [.. from u in Enumerable.Range(0, 8) from x in Enumerable.Range(0, 8) select (u == 0 ? MathF.Sqrt(0.125f) : 0.5f) * MathF.Cos(((2 * x) + 1) * u * MathF.PI / 16)];

    // The tables of Annex K for quality 50.
    private static readonly byte[] s_luminance =
    [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
    ];

    private static readonly byte[] s_chrominance =
    [
        17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    ];

    private readonly MemoryStream _bytes = new();
    private uint _pending;
    private int _pendingBits;

    /// <summary>Encodes an image.</summary>
    /// <param name="image">The image; its samples are rounded to bytes first.</param>
    /// <param name="quality">50 to 100.</param>
    public static byte[] Encode(PlanarImage image, int quality) => new JpegWriter().Write(image, (200 - (2 * quality)) / 100f);

    private byte[] Write(PlanarImage image, float scale)
    {
        byte[][] steps = [Scaled(s_luminance, scale), Scaled(s_chrominance, scale)];
        short[] levels = Levels(image, steps);
        long[][] counts = [new long[256], new long[256], new long[256], new long[256]];
        Visit(levels, (table, symbol, _) => counts[table][symbol]++);
        HuffmanTable[] codes = [.. counts.Select(c => new HuffmanTable(c))];

        _bytes.Write([0xFF, 0xD8]);
        Segment(0xE0, [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
        for (int t = 0; t < 2; t++) Segment(0xDB, [(byte)t, .. s_zigzag.Select(k => steps[t][k])]);
        Segment(0xC0, [8, (byte)(image.Height >> 8), (byte)image.Height, (byte)(image.Width >> 8), (byte)image.Width, 3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1]);
        for (int t = 0; t < 4; t++) Segment(0xC4, [(byte)(((t & 1) << 4) | (t >> 1)), .. codes[t].PerLength, .. codes[t].Symbols]);
        Segment(0xDA, [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]);
        Visit(levels, (table, symbol, value) =>
        {
            (int code, int length) = codes[table][symbol];
            Bits(code, length);
            Bits(value < 0 ? value - 1 : value, symbol & 15);
        });
        Bits(0x7F, 7);
        _bytes.Write([0xFF, 0xD9]);
        return _bytes.ToArray();
    }

    /// <summary>The quantised coefficients in zigzag order: for each square of 8 pixels those of luminance, then the two of chrominance.</summary>
    private static short[] Levels(PlanarImage image, byte[][] steps)
    {
        short[] levels = new short[checked((image.Width + 7) / 8 * ((image.Height + 7) / 8) * Components * 64)];
        Span<float> block = stackalloc float[64];
        int at = 0;
        for (int y = 0; y < image.Height; y += 8)
            for (int x = 0; x < image.Width; x += 8)
                for (int c = 0; c < Components; c++)
                {
                    Read(image, x, y, c, block);
                    Transform(block);
                    foreach (byte k in s_zigzag) levels[at++] = (short)MathF.Round(block[k] / steps[Math.Min(c, 1)][k]);
                }
        return levels;
    }

    /// <summary>Goes through the Huffman symbols (tables 0 and 1: luminance's first and further coefficients, 2 and 3: chrominance's) with the values of their extra bits.</summary>
    private static void Visit(short[] levels, Action<int, byte, int> visit)
    {
        int[] previous = new int[Components];
        for (int start = 0; start < levels.Length; start += 64)
        {
            ReadOnlySpan<short> block = levels.AsSpan(start, 64);
            int c = start / 64 % Components, table = Math.Min(c, 1) * 2, change = block[0] - previous[c], run = 0;
            previous[c] = block[0];
            visit(table, (byte)Size(change), change);
            int last = block.LastIndexOfAnyExcept((short)0);
            for (int k = 1; k <= last; k++)
            {
                if (block[k] == 0)
                {
                    run++;
                    continue;
                }
                for (; run > 15; run -= 16) visit(table + 1, 0xF0, 0);
                visit(table + 1, (byte)((run << 4) | Size(block[k])), block[k]);
                run = 0;
            }
            if (last < 63) visit(table + 1, 0, 0);
        }
    }

    private static void Read(PlanarImage image, int left, int top, int component, Span<float> block)
    {
        Span<float> red = image.Plane(0), green = image.Plane(1), blue = image.Plane(2);
        for (int j = 0; j < 8; j++)
            for (int i = 0; i < 8; i++)
            {
                int k = (Math.Min(top + j, image.Height - 1) * image.Width) + Math.Min(left + i, image.Width - 1);
                float r = PixelBytes.ToByte(red[k]), g = PixelBytes.ToByte(green[k]), b = PixelBytes.ToByte(blue[k]);
                block[(j * 8) + i] = component switch
                {
                    0 => (0.299f * r) + (0.587f * g) + (0.114f * b) - 128,
                    1 => (-0.168736f * r) - (0.331264f * g) + (0.5f * b),
                    _ => (0.5f * r) - (0.418688f * g) - (0.081312f * b),
                };
            }
    }

    /// <summary>The cosine transform of a block, in place.</summary>
    private static void Transform(Span<float> block)
    {
        Span<float> rows = stackalloc float[64];
        rows.Clear();
        for (int y = 0; y < 8; y++)
            for (int u = 0; u < 8; u++)
                for (int x = 0; x < 8; x++) rows[(y * 8) + u] += block[(y * 8) + x] * s_cosines[(u * 8) + x];
        block.Clear();
        for (int v = 0; v < 8; v++)
            for (int u = 0; u < 8; u++)
                for (int y = 0; y < 8; y++) block[(v * 8) + u] += rows[(y * 8) + u] * s_cosines[(v * 8) + y];
    }

    private static byte[] Zigzag()
    {
        byte[] order = new byte[64];
        for (int i = 0, x = 0, y = 0; i < 64; i++)
        {
            order[i] = (byte)((y * 8) + x);
            bool up = (x + y) % 2 == 0;
            if (up && x == 7) y++;
            else if (up && y == 0) x++;
            else if (!up && y == 7) x++;
            else if (!up && x == 0) y++;
            else (x, y) = up ? (x + 1, y - 1) : (x - 1, y + 1);
        }
        return order;
    }

    private static byte[] Scaled(byte[] table, float scale) => [.. table.Select(q => (byte)Math.Clamp(MathF.Round(q * scale), 1, 255))];

    private static int Size(int value) => 32 - int.LeadingZeroCount(Math.Abs(value));

    private void Segment(byte marker, byte[] content)
    {
        Span<byte> head = [0xFF, marker, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)(content.Length + 2));
        _bytes.Write(head);
        _bytes.Write(content);
    }

    private void Bits(int value, int count)
    {
        if (count == 0) return;
        _pending = (_pending << count) | ((uint)value & ((1u << count) - 1));
        _pendingBits += count;
        while (_pendingBits >= 8)
        {
            byte next = (byte)(_pending >> (_pendingBits -= 8));
            _bytes.WriteByte(next);
            if (next == 0xFF) _bytes.WriteByte(0);
        }
    }
}
