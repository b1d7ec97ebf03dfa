using System.Globalization;

namespace MLNetStyle.Imaging;

/// <summary>The one way that picture files are read: by their content, header first, whole or not at all.</summary>
internal static class PictureReader
{
    private const int MostBytesPerPixel = 8, SpareBytes = 1 << 24;

    /// <summary>Reads a picture.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it is, as a message says it: "style image".</param>
    /// <param name="options">How it is read; null for the defaults.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no picture that can be read; the message names file, kind and remedy.</exception>
    public static Picture Read(string path, string what, PictureReadOptions? options = null) =>
        Use(path, what, options ?? PictureReadOptions.Default, FromSkia, FromAddition);

    /// <summary>The size of the upright picture; its pixels are not read.</summary>
    /// <inheritdoc cref="Read"/>
    public static (int Width, int Height) ReadSize(string path, string what, PictureReadOptions? options = null) =>
        Use(path, what, options ?? PictureReadOptions.Default, (decoder, _) => Upright(decoder), (_, _, _, size, _) => size);

    /// <summary>Decodes a picture file that is in memory.</summary>
    /// <param name="file">All of its bytes.</param>
    /// <param name="options">How it is read; null for the defaults.</param>
    /// <exception cref="InvalidDataException">They are no picture that can be read; the message says kind and remedy.</exception>
    public static Picture Decode(byte[] file, PictureReadOptions? options = null) =>
        Use(file, FileKind.Of(file.AsSpan(0, Math.Min(file.Length, FileKind.HeadLength))), options ?? PictureReadOptions.Default, FromSkia,
            FromAddition);

    /// <summary>Refuses a path where no file is.</summary>
    public static void Check(string path, string what)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (Directory.Exists(path)) throw new InvalidDataException($"The {what} '{path}' is a folder, not a picture file.");
        if (!File.Exists(path)) throw new FileNotFoundException($"The {what} '{path}' does not exist.", path);
    }

    private static T Use<T>(
        string path, string what, PictureReadOptions options, Func<SkiaDecoder, PictureReadOptions, T> skia,
        Func<IPictureDecoder, byte[], PictureFormat, (int Width, int Height), PictureReadOptions, T> addition)
    {
        Check(path, what);
        try
        {
            (byte[] file, FileKind kind) = Bytes(path, options);
            return Use(file, kind, options, skia, addition);
        }
        catch (Exception e) when (e is InvalidDataException or UnauthorizedAccessException || e.GetType() == typeof(IOException))
        {
            throw new InvalidDataException($"The {what} '{path}' can't be read: {e.Message}", e);
        }
    }

    private static T Use<T>(
        byte[] file, FileKind kind, PictureReadOptions options, Func<SkiaDecoder, PictureReadOptions, T> skia,
        Func<IPictureDecoder, byte[], PictureFormat, (int Width, int Height), PictureReadOptions, T> addition)
    {
        if (kind.Format is not { } format) throw new InvalidDataException($"it is {kind.Name}. {Readable}");
        try
        {
            if (format < PictureFormat.Tiff)
            {
                using SkiaDecoder decoder = new(file, format);
                CheckPixels(Upright(decoder), kind, options);
                return skia(decoder, options);
            }
            IPictureDecoder other = PictureDecoders.For(format) ?? throw new InvalidDataException(
                $"it is {kind.Name}, which takes the package MLNetStyle.Magick to read. Add it to the project, or convert the "
                    + $"picture to PNG or JPEG.");
            (int Width, int Height) size = other.ReadSize(file, format);
            CheckPixels(size, kind, options);
            return addition(other, file, format, size, options);
        }
        catch (InvalidDataException e) when (!e.Message.Contains(kind.Name, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"it is {kind.Name}, but damaged or cut short. {e.Message}", e);
        }
    }

    private static string Readable =>
        $"PNG, JPEG, WebP, GIF and BMP files can be "
            + $"read{(PictureDecoders.For(PictureFormat.Heic) is null ? "" : ", and HEIC, AVIF and TIFF files")}.";

    // The whole file, once its first bytes promise a picture; no pipe and no device, which have no length.
    private static (byte[] File, FileKind Kind) Bytes(string path, PictureReadOptions options)
    {
        FileInfo info = (FileInfo?)File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
        if (info.Length == 0) return ([], FileKind.Of([]));
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1);
        long length = stream.Length;
        byte[] head = new byte[(int)Math.Min(length, FileKind.HeadLength)];
        stream.ReadExactly(head);
        FileKind kind = FileKind.Of(head);
        if (kind.Format is null) return ([], kind);
        long most = Math.Min((options.MaxPixels * MostBytesPerPixel) + SpareBytes, Array.MaxLength);
        if (length > most) throw new InvalidDataException($"it has {length} bytes; {most} are the most for {options.MaxPixels} pixels.");
        byte[] file = GC.AllocateUninitializedArray<byte>((int)length);
        head.CopyTo(file, 0);
        stream.ReadExactly(file.AsSpan(head.Length));
        return (file, kind);
    }

    private static void CheckPixels((int Width, int Height) size, FileKind kind, PictureReadOptions options)
    {
        (int width, int height) = size;
        if ((long)width * height > options.MaxPixels || Math.Max(width, height) > PlanarImage.MaxSide)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"it is {kind.Name} of {width} x {height} pixels ({(long)width * height / 1e6:0.#} megapixels); ")
                + string.Create(CultureInfo.InvariantCulture, $"{options.MaxPixels / 1e6:0.######} megapixels are the limit. Shrink it, or raise "
                    + $"{nameof(PictureReadOptions.MaxPixels)} if you trust the file."));
    }

    private static (int Width, int Height) Upright(SkiaDecoder decoder) =>
        decoder.Orientation >= 5 ? (decoder.StoredHeight, decoder.StoredWidth) : (decoder.StoredWidth, decoder.StoredHeight);

    private static Picture FromSkia(SkiaDecoder decoder, PictureReadOptions options) => decoder.Decode(options);

    private static unsafe Picture FromAddition(IPictureDecoder decoder, byte[] file, PictureFormat format, (int Width, int Height) size,
        PictureReadOptions options)
    {
        DecodedPicture decoded = decoder.Decode(file, format, options.MaxPixels);
        if (decoded.Rgba.Length != 4L * decoded.Width * decoded.Height)
            throw new InvalidDataException($"Its decoder gave {decoded.Rgba.Length} bytes for {decoded.Width} x {decoded.Height} pixels.");
        int by = 1;
        if (options.LongerSide > 0)
        {
            (int Width, int Height) wanted = Resizer.Fit(decoded.Width, decoded.Height, options.LongerSide);
            while (Math.Max(decoded.Width, decoded.Height) / (2L * by) >= 2L * options.LongerSide) by *= 2;
            while (by > 1 && Resizer.Fit(PictureRows.Reduced(decoded.Width, by), PictureRows.Reduced(decoded.Height, by),
                options.LongerSide) != wanted) by /= 2;
        }
        PictureRows rows = new(new SkiaSharp.SKImageInfo(decoded.Width, decoded.Height, SkiaSharp.SKColorType.Rgba8888,
            SkiaSharp.SKAlphaType.Unpremul), by, 1);
        fixed (byte* first = decoded.Rgba)
            for (int y = 0; y < decoded.Height; y++) rows.Add(first + (4L * y * decoded.Width));
        return rows.ToPicture();
    }
}
