namespace MLNetStyle.Networks;

/// <summary>The bytes of a file from outside: every place and length is checked against the file before memory is taken.</summary>
/// <remarks>Nothing is kept open. Safe for use by several threads at once.</remarks>
internal sealed class FileBytes
{
    private readonly Func<Stream> _open;
    private readonly DateTime _written;

    /// <param name="name">What messages call the file.</param>
    /// <param name="format">What messages call its format.</param>
    /// <param name="open">Opens the file from its start, as often as needed.</param>
    public FileBytes(string name, string format, Func<Stream> open)
    {
        (Name, Format, _open) = (name, format, open);
        using Stream stream = open();
        (Length, _written) = (stream.Length, Written(stream));
    }

    /// <summary>What messages call the file.</summary>
    public string Name { get; }

    /// <summary>What messages call its format.</summary>
    public string Format { get; }

    /// <summary>The file's length in bytes.</summary>
    public long Length { get; }

    /// <summary>Opens the file.</summary>
    /// <exception cref="FileNotFoundException">The file is gone.</exception>
    /// <exception cref="InvalidDataException">It has been changed since it was first looked at.</exception>
    public Stream Open()
    {
        Stream stream;
        try
        {
            stream = _open();
        }
        catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException($"'{Name}' is gone, but its weights are read when they are needed. Put the file back, and "
                + $"leave it there while the network is used.", Name, e);
        }
        if (stream.Length == Length && Written(stream) == _written) return stream;
        stream.Dispose();
        throw new InvalidDataException($"'{Name}' has been written to since it was first read. Load the network again.");
    }

    /// <summary>Reads bytes at a place.</summary>
    /// <param name="at">Where they begin.</param>
    /// <param name="count">How many.</param>
    /// <param name="what">What they are, for the message.</param>
    /// <exception cref="InvalidDataException">They lie outside the file.</exception>
    public byte[] Read(long at, long count, string what)
    {
        if (at < 0 || count < 0 || count > Array.MaxLength || at > Length - count)
            throw Broken(at, $"{what} claims {count} bytes of a file of {Length}");
        using Stream stream = Open();
        stream.Position = at;
        byte[] bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The error for what can't be read.</summary>
    public InvalidDataException Broken(string why, Exception? inner = null) =>
        new($"'{Name}' is no {Format} file that can be read: {why}.", inner);

    /// <summary>The error for what can't be read at a place.</summary>
    public InvalidDataException Broken(long at, string why) =>
        new($"'{Name}' is no {Format} file that can be read: at byte {at}, {why}.");

    private static DateTime Written(Stream stream) => stream is FileStream file ? File.GetLastWriteTimeUtc(file.SafeFileHandle) : default;
}
