using System.IO.Compression;

namespace MLNetStyle.Networks;

/// <summary>Entries of zip archives, whose lengths are believed only as far as the archive can hold them.</summary>
internal static class ZipEntries
{
    // Deflate makes no more of a byte.
    private const int MostOfAByte = 1032;

    /// <summary>Opens the archive for one action.</summary>
    /// <exception cref="InvalidDataException">It is no archive, or the action found an entry that is none.</exception>
    public static T Try<T>(FileBytes file, Func<ZipArchive, T> action)
    {
        try
        {
            using Stream stream = file.Open();
            using ZipArchive archive = new(stream, ZipArchiveMode.Read);
            return action(archive);
        }
        catch (InvalidDataException e) when (!e.Message.StartsWith($"'{file.Name}'", StringComparison.Ordinal))
        {
            throw file.Broken(e.Message.TrimEnd('.'), e);
        }
        catch (Exception e) when (e is EndOfStreamException or NotSupportedException or ArgumentException or OverflowException
            or IOException and not FileNotFoundException)
        {
            throw file.Broken($"its archive is damaged ({e.Message.TrimEnd('.')})", e);
        }
    }

    /// <summary>The length of an entry.</summary>
    public static long Length(FileBytes file, ZipArchiveEntry entry) =>
        entry.CompressedLength >= 0 && entry.CompressedLength <= file.Length && entry.Length >= 0
            && entry.Length <= MostOfAByte * (entry.CompressedLength + 1)
            ? entry.Length
            : throw file.Broken($"its entry '{entry.FullName}' claims {entry.Length} bytes out of {entry.CompressedLength}");

    /// <summary>A whole entry of a length that is limited.</summary>
    public static byte[] Bytes(FileBytes file, ZipArchiveEntry entry, int most)
    {
        long length = Length(file, entry);
        if (length > most) throw file.Broken($"its entry '{entry.FullName}' has {length} bytes; at most {most} are read");
        return Bytes(file, entry, 0, length);
    }

    /// <summary>A part of an entry.</summary>
    public static byte[] Bytes(FileBytes file, ZipArchiveEntry entry, long first, long count)
    {
        long length = Length(file, entry);
        if (first < 0 || count < 0 || count > Array.MaxLength || first > length - count)
            throw file.Broken($"its entry '{entry.FullName}' of {length} bytes ends before byte {first} + {count}");
        using Stream stream = entry.Open();
        byte[] skipped = new byte[(int)Math.Min(first, 1 << 16)];
        for (long left = first; left > 0; left -= Math.Min(left, skipped.Length))
            stream.ReadExactly(skipped, 0, (int)Math.Min(left, skipped.Length));
        byte[] bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
