using System.Buffers.Binary;
using System.IO.Compression;

namespace MLNetStyle.Tests.Support;

/// <summary>Reads 8-bit RGB pictures in .png files, with nothing but the runtime.</summary>
internal static class Png
{
    /// <summary>Reads a picture.</summary>
    /// <returns>Planar red, green, blue values 0..255, and the size.</returns>
    public static (float[] Planes, int Width, int Height) Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int width = 0, height = 0;
        using MemoryStream packed = new();
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            string kind = System.Text.Encoding.ASCII.GetString(file, at + 4, 4);
            ReadOnlySpan<byte> data = file.AsSpan(at + 8, length);
            if (kind == "IDAT") packed.Write(data);
            if (kind == "IHDR")
            {
                (width, height) = (BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]));
                if (data[8] != 8 || data[9] != 2
                    || data[12] != 0) throw new InvalidDataException($"'{path}' is no plain 8-bit RGB picture.");
            }
            at += length + 12;
        }
        packed.Position = 0;
        using ZLibStream unpacked = new(packed, CompressionMode.Decompress);
        float[] planes = new float[3 * width * height];
        byte[] above = new byte[3 * width], line = new byte[3 * width];
        for (int y = 0; y < height; y++)
        {
            int filter = unpacked.ReadByte();
            unpacked.ReadExactly(line);
            Undo(filter, line, above);
            for (int i = 0; i < line.Length; i++) planes[i % 3 * width * height + y * width + i / 3] = line[i];
            (above, line) = (line, above);
        }
        return (planes, width, height);
    }

    private static void Undo(int filter, Span<byte> line, ReadOnlySpan<byte> above)
    {
        for (int i = 0; i < line.Length; i++)
        {
            int left = i < 3 ? 0 : line[i - 3], up = above[i], corner = i < 3 ? 0 : above[i - 3];
            line[i] += (byte)(filter switch { 0 => 0, 1 => left, 2 => up, 3 => (left + up) / 2, _ => Paeth(left, up, corner) });
        }
    }

    private static int Paeth(int left, int up, int corner)
    {
        int p = left + up - corner, a = Math.Abs(p - left), b = Math.Abs(p - up), c = Math.Abs(p - corner);
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }
}
