using System.Buffers.Binary;
using System.IO.Compression;
using MLNetStyle.Imaging;

namespace MLNetStyle.Fuzz;

/// <summary>Damages files: bits, bytes, lengths, cuts; inside a zip's entries and under a PNG's checksums too.</summary>
internal static class Mutator
{
    /// <summary>A damaged copy.</summary>
    /// <param name="whole">The file.</param>
    /// <param name="random">What is drawn from.</param>
    public static byte[] Mutate(byte[] whole, Random random)
    {
        bool within = random.Next(2) == 0; // half of them pass the format's own checks, and so get further
        if (within && IsZip(whole)) return InsideZip(whole, random);
        byte[] bytes = Damage(whole, random);
        if (within && IsPng(bytes)) Resum(bytes);
        return bytes;
    }

    private static byte[] Damage(byte[] whole, Random random)
    {
        byte[] bytes = [.. whole];
        int kind = random.Next(6);
        for (int i = 1 + random.Next(4); i > 0; i--)
        {
            if (bytes.Length == 0) return [0];
            int at = Place();
            switch (kind)
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.AsSpan(at, Math.Min(8, bytes.Length - at)).Fill(0xff); break;
                case 3: bytes = [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(64))..]]; break;
                case 4: bytes = bytes[..at]; break;
                default:
                    int from = random.Next(bytes.Length);
                    bytes = [.. bytes[..at], .. bytes[from..Math.Min(bytes.Length, from + random.Next(256))], .. bytes[at..]];
                    break;
            }
        }
        return bytes.Length == 0 ? [0] : bytes;

        // Structure lies at the start and the end of files: most damage goes there.
        int Place() => random.Next(3) switch
        {
            0 => random.Next(bytes.Length),
            1 => random.Next(Math.Min(bytes.Length, 2048)),
            _ => Math.Max(0, bytes.Length - 1 - random.Next(4096)),
        };
    }

    private static bool IsZip(ReadOnlySpan<byte> bytes) => bytes.StartsWith("PK\x03\x04"u8);

    private static bool IsPng(ReadOnlySpan<byte> bytes) => bytes.Length > 20 && bytes[1..].StartsWith("PNG\r\n"u8);

    private static byte[] InsideZip(byte[] whole, Random random)
    {
        using MemoryStream made = new();
        using (ZipArchive from = new(new MemoryStream(whole)), to = new(made, ZipArchiveMode.Create, leaveOpen: true))
        {
            int chosen = random.Next(from.Entries.Count);
            for (int i = 0; i < from.Entries.Count; i++)
            {
                using MemoryStream content = new();
                using (Stream entry = from.Entries[i].Open()) entry.CopyTo(content);
                byte[] bytes = content.ToArray();
                if (i == chosen && bytes.Length > 0) bytes = Damage(bytes, random);
                using Stream written = to.CreateEntry(from.Entries[i].FullName, CompressionLevel.NoCompression).Open();
                written.Write(bytes);
            }
        }
        return made.ToArray();
    }

    /// <summary>Gives every chunk of a PNG the checksum that its bytes have now.</summary>
    private static void Resum(byte[] bytes)
    {
        for (int at = 8; at + 12 <= bytes.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));
            if (length > bytes.Length - at - 12) return;
            int end = at + 8 + (int)length;
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(end), PngHeader.Crc(bytes.AsSpan(at + 4, (int)length + 4)));
            at = end + 4;
        }
    }
}
