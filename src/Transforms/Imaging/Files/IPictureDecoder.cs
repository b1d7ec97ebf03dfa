namespace MLNetStyle;

/// <summary>Decodes formats that the library can't read by itself: an addition brings one and names it to
/// <see cref="PictureDecoders.Register"/>.</summary>
/// <remarks>Implementations are safe for use by several threads.</remarks>
public interface IPictureDecoder
{
    /// <summary>Whether it reads a format. It is asked only for files whose first bytes say that they are of that format.</summary>
    /// <param name="format">The format.</param>
    bool Reads(PictureFormat format);

    /// <summary>The size of the upright picture, from the file's header: no memory is taken for pixels.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="format">The format that its first bytes say.</param>
    /// <exception cref="InvalidDataException">The file is damaged; the message says how, without the file's name.</exception>
    (int Width, int Height) ReadSize(ReadOnlyMemory<byte> file, PictureFormat format);

    /// <summary>The upright picture of the file, brought to sRGB. Its size has been read and found within the limit.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="format">The format that its first bytes say.</param>
    /// <param name="maxPixels">The pixels that the picture may have.</param>
    /// <exception cref="InvalidDataException">The file is damaged or cut short; the message says how, without the file's name.</exception>
    DecodedPicture Decode(ReadOnlyMemory<byte> file, PictureFormat format, long maxPixels);
}

/// <summary>A decoded picture: 4 * height * width bytes, red, green, blue and straight alpha of each pixel, row by row, sRGB.</summary>
/// <param name="Width">The width in pixels.</param>
/// <param name="Height">The height in pixels.</param>
/// <param name="Rgba">The bytes.</param>
public sealed record DecodedPicture(int Width, int Height, byte[] Rgba);

/// <summary>The decoders that additions have brought.</summary>
/// <remarks>Safe for use by several threads.</remarks>
public static class PictureDecoders
{
    // The project's own addition is found where it lies beside the program, so that a model loaded elsewhere reads what it read here.
    private const string Known = "MLNetStyle.MagickDecoder, MLNetStyle.Magick";

    private static readonly Lock s_lock = new();
    private static readonly Lazy<IPictureDecoder?> s_known = new(Load);
    private static IPictureDecoder[] s_registered = [];

    /// <summary>Adds a decoder; the one that was added last is asked first. MLNetStyle.Magick needs no call: it is found where it is
    /// installed.</summary>
    /// <param name="decoder">The decoder.</param>
    public static void Register(IPictureDecoder decoder)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        lock (s_lock) s_registered = [decoder, .. s_registered];
    }

    /// <summary>The decoder for a format; null if there is none.</summary>
    internal static IPictureDecoder? For(PictureFormat format) =>
        s_registered.FirstOrDefault(d => d.Reads(format)) ?? (s_known.Value is { } known && known.Reads(format) ? known : null);

    private static IPictureDecoder? Load() =>
        Type.GetType(Known, throwOnError: false) is { } type ? (IPictureDecoder?)Activator.CreateInstance(type) : null;
}
