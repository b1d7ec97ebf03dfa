namespace Microsoft.ML.Data;

public enum MLPixelFormat
{
    Unknown = 0,
    Bgra32 = 1,
    Rgba32 = 2,
}

// Like the real one, it keeps the colours of a decoded image multiplied by alpha and does not turn it as EXIF says.
public sealed class MLImage : IDisposable
{
    private readonly int _width, _height;
    private readonly MLPixelFormat _format;
    private byte[] _pixels;
    private string _tag;

    private MLImage(int width, int height, MLPixelFormat format, byte[] pixels) => (_width, _height, _format, _pixels) = (width, height, format, pixels);

    public int Width => Alive(_width);
    public int Height => Alive(_height);
    public int BitsPerPixel => Alive(32);
    public MLPixelFormat PixelFormat => Alive(_format);
    public ReadOnlySpan<byte> Pixels => Alive(_pixels);

    public string Tag
    {
        get => Alive(_tag);
        set => _tag = Alive(value);
    }

    public byte[] GetBGRPixels
    {
        get
        {
            byte[] bgr = new byte[Alive(_width) * _height * 3];
            int first = _format == MLPixelFormat.Bgra32 ? 0 : 2;
            for (int from = 0, to = 0; to < bgr.Length; from += 4, to += 3)
            {
                (bgr[to], bgr[to + 1], bgr[to + 2]) = (_pixels[from + first], _pixels[from + 1], _pixels[from + 2 - first]);
            }

            return bgr;
        }
    }

    public static MLImage CreateFromFile(string imagePath)
    {
        ArgumentNullException.ThrowIfNull(imagePath);
        try
        {
            return Decode(File.ReadAllBytes(imagePath));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or VipsException)
        {
            throw new ArgumentException($"Invalid path: '{imagePath}' can't be read as an image: {e.Message}", nameof(imagePath), e);
        }
    }

    public static MLImage CreateFromStream(Stream imageStream)
    {
        ArgumentNullException.ThrowIfNull(imageStream);
        using MemoryStream content = new();
        imageStream.CopyTo(content);
        try
        {
            return Decode(content.GetBuffer().AsSpan(0, (int)content.Length));
        }
        catch (VipsException e)
        {
            throw new ArgumentException($"Invalid input stream contents: {e.Message}", nameof(imageStream), e);
        }
    }

    public static MLImage CreateFromPixels(int width, int height, MLPixelFormat pixelFormat, ReadOnlySpan<byte> imagePixelData)
    {
        if (pixelFormat is not (MLPixelFormat.Bgra32 or MLPixelFormat.Rgba32)) throw new ArgumentException("Unsupported pixel format", nameof(pixelFormat));
        if (width <= 0) throw new ArgumentException("Invalid width value.", nameof(width));
        if (height <= 0) throw new ArgumentException("Invalid height value.", nameof(height));
        if (imagePixelData.Length != (long)width * height * 4) throw new ArgumentException($"Invalid {nameof(imagePixelData)} buffer size.");
        return new(width, height, pixelFormat, imagePixelData.ToArray());
    }

    public void Save(string imagePath)
    {
        byte[] rgba = Rgba();
        string extension = Path.GetExtension(imagePath).ToLowerInvariant();
        byte[] file = extension switch
        {
            ".png" => Vips.Encode(Unmultiplied(rgba), _width, _height, 4, ".png"),
            ".jpg" or ".jpeg" => Vips.Encode(WithoutAlpha(rgba), _width, _height, 3, ".jpg[Q=100]"),
            ".webp" => Vips.Encode(Unmultiplied(rgba), _width, _height, 4, ".webp[Q=100]"),
            _ => throw new ArgumentException($"Saving image with the format '{extension}' is not supported. Use png, jpg or webp.", nameof(imagePath)),
        };
        File.WriteAllBytes(imagePath, file);
    }

    public void Dispose() => _pixels = null;

    internal static MLImage FromRgba(int width, int height, byte[] rgba) => new(width, height, MLPixelFormat.Bgra32, Swapped(rgba));

    // The pixels as red, green, blue, alpha; a copy.
    internal byte[] Rgba() => Alive(_format) == MLPixelFormat.Rgba32 ? [.. _pixels] : Swapped([.. _pixels]);

    private static MLImage Decode(ReadOnlySpan<byte> file)
    {
        (byte[] pixels, int width, int height) = Vips.Decode(file);
        for (int i = 0; i < pixels.Length; i += 4)
        {
            int alpha = pixels[i + 3];
            if (alpha == 255) continue;
            for (int c = 0; c < 3; c++) pixels[i + c] = (byte)(((pixels[i + c] * alpha) + 127) / 255);
        }

        return FromRgba(width, height, pixels);
    }

    private static byte[] Swapped(byte[] pixels)
    {
        for (int i = 0; i < pixels.Length; i += 4) (pixels[i], pixels[i + 2]) = (pixels[i + 2], pixels[i]);
        return pixels;
    }

    private static byte[] Unmultiplied(byte[] rgba)
    {
        for (int i = 0; i < rgba.Length; i += 4)
        {
            int alpha = rgba[i + 3];
            if (alpha is 0 or 255) continue;
            for (int c = 0; c < 3; c++) rgba[i + c] = (byte)Math.Min(255, ((rgba[i + c] * 255) + (alpha / 2)) / alpha);
        }

        return rgba;
    }

    private static byte[] WithoutAlpha(byte[] rgba)
    {
        byte[] rgb = new byte[rgba.Length / 4 * 3];
        for (int from = 0, to = 0; to < rgb.Length; from += 4, to += 3) rgba.AsSpan(from, 3).CopyTo(rgb.AsSpan(to));
        return rgb;
    }

    private T Alive<T>(T value) => _pixels is not null ? value : throw new InvalidOperationException("Object is disposed.");
}
