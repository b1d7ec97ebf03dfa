using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using MLNetStyle.Imaging;

namespace MLNetStyle.Pipeline;

/// <summary>
/// The content of an <see cref="MLImage"/> as planar floats, with what has to come back when it becomes an image again: the
/// transparency and the order of the pixels' bytes. An MLImage holds colours multiplied by alpha; the planes hold them divided
/// by it, so that a half-transparent red is red here too, and multiplying again gives the same bytes. One whose colours can't have been
/// multiplied is taken as straight, or as opaque where its alpha is 0 throughout.
/// </summary>
internal sealed class ImagePixels(PlanarImage color, byte[]? alpha, MLPixelFormat format)
{
    private const int BytesPerPixel = 4;

    // What a file had of an image and its bytes can't hold; goes when the image is collected.
    private static readonly ConditionalWeakTable<MLImage, ImagePixels> s_more = [];

    public PlanarImage Color { get; } = color;

    /// <summary>The colours as a style has them: what is wholly transparent has none of its own.</summary>
    public PlanarImage Visible => HiddenColors.Replaced(Color, Alpha);

    /// <summary>One byte a pixel; null if every pixel is opaque.</summary>
    public byte[]? Alpha { get; } = alpha;

    public MLPixelFormat Format { get; } = format;

    /// <summary>The pixels of a file.</summary>
    public static ImagePixels Of(Picture picture) => new(picture.Color, picture.Alpha, MLPixelFormat.Bgra32);

    /// <summary>
    /// A file's picture as an image. Where its bytes can't hold what the file has, 16 bits a sample or colours that shine through little,
    /// the image
    /// carries that with it, for the next transform of this library.
    /// </summary>
    public static MLImage ToImage(Picture picture)
    {
        ImagePixels pixels = Of(picture);
        MLImage image = pixels.ToImage();
        if (picture.IsMoreThanBytes) s_more.Add(image, pixels);
        return image;
    }

    /// <summary>Gives a copy of an image what the image carries beside its bytes.</summary>
    public static void CopyMore(MLImage image, MLImage copy)
    {
        if (s_more.TryGetValue(image, out ImagePixels? more)) s_more.Add(copy, more);
    }

    public static ImagePixels Read(MLImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (s_more.TryGetValue(image, out ImagePixels? more))
        {
            _ = image.Width; // throws if it was disposed
            return more;
        }
        ImagePixels pixels = Read(image.Width, image.Height, image.PixelFormat, image.Pixels);
        GC.KeepAlive(image); // its pixels are native memory, which goes when it is collected
        return pixels;
    }

    public static ImagePixels Read(int width, int height, MLPixelFormat format, ReadOnlySpan<byte> pixels)
    {
        (int red, int blue) = Order(format);
        PlanarImage color = new(width, height);
        int area = width * height;
        if (pixels.Length < (long)area * BytesPerPixel)
            throw new ArgumentException($"An image of {width} x {height} pixels has {(long)area * BytesPerPixel} bytes; {pixels.Length} "
                + $"were found.", nameof(pixels));
        Span<float> r = color.Plane(0), g = color.Plane(1), b = color.Plane(2);
        byte[]? alpha = null;
        Transparency kind = KindOf(pixels[..(area * BytesPerPixel)]);
        for (int i = 0, p = 0; i < area; i++, p += BytesPerPixel)
        {
            byte a = kind == Transparency.None ? byte.MaxValue : pixels[p + 3];
            float scale = 1;
            if (a != byte.MaxValue)
            {
                if (alpha is null)
                {
                    alpha = new byte[area];
                    alpha.AsSpan(0, i).Fill(byte.MaxValue);
                }
                if (kind == Transparency.Multiplied) scale = a == 0 ? 0 : (float)byte.MaxValue / a;
            }
            if (alpha is not null) alpha[i] = a;
            r[i] = pixels[p + red] * scale;
            g[i] = pixels[p + 1] * scale;
            b[i] = pixels[p + blue] * scale;
        }
        return new ImagePixels(color, alpha, format);
    }

    /// <summary>
    /// What the fourth bytes of pixels say. No colour is larger than the alpha that it was multiplied by: where one is, the colours are
    /// straight;
    /// or there is no transparency at all, where every alpha is 0, as in what ML.NET's ConvertToImage makes and in the BGRX frames of
    /// cameras.
    /// </summary>
    private static Transparency KindOf(ReadOnlySpan<byte> pixels)
    {
        bool straight = false, any = false;
        for (int p = 0; p < pixels.Length && !(straight && any); p += BytesPerPixel)
        {
            byte a = pixels[p + 3];
            any |= a != 0;
            straight |= pixels[p] > a || pixels[p + 1] > a || pixels[p + 2] > a;
        }
        return !straight ? Transparency.Multiplied : any ? Transparency.Straight : Transparency.None;
    }

    /// <summary>The same transparency and byte order with other colours; the transparency is resized along.</summary>
    public ImagePixels With(PlanarImage other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Alpha is null || (other.Width == Color.Width && other.Height == Color.Height)) return new ImagePixels(other, Alpha, Format);
        int area = Color.Width * Color.Height;
        PlanarImage mask = new(Color.Width, Color.Height);
        for (int i = 0; i < area; i++) mask.Samples[i] = Alpha[i];
        mask = Resizer.Resize(mask, other.Width, other.Height);
        byte[] resized = new byte[other.Width * other.Height];
        for (int i = 0; i < resized.Length; i++) resized[i] = ToByte(mask.Samples[i]);
        return new ImagePixels(other, resized, Format);
    }

    /// <summary>The pixels' bytes, rounded to the nearest and held to 0..255.</summary>
    public byte[] ToBytes()
    {
        (int red, int blue) = Order(Format);
        int area = Color.Width * Color.Height;
        byte[] pixels = new byte[checked(area * BytesPerPixel)];
        ReadOnlySpan<float> r = Color.Plane(0), g = Color.Plane(1), b = Color.Plane(2);
        for (int i = 0, p = 0; i < area; i++, p += BytesPerPixel)
        {
            byte a = Alpha is null ? byte.MaxValue : Alpha[i];
            float scale = a / (float)byte.MaxValue;
            pixels[p + red] = ToByte(r[i] * scale);
            pixels[p + 1] = ToByte(g[i] * scale);
            pixels[p + blue] = ToByte(b[i] * scale);
            pixels[p + 3] = a;
        }
        return pixels;
    }

    public MLImage ToImage() => MLImage.CreateFromPixels(Color.Width, Color.Height, Format, ToBytes());

    private static byte ToByte(float value) => float.IsNaN(value) ? (byte)0 : (byte)Math.Clamp(MathF.Round(value), 0, byte.MaxValue);

    private enum Transparency
    {
        Multiplied,
        Straight,
        None,
    }

    private static (int Red, int Blue) Order(MLPixelFormat format) => format switch
    {
        MLPixelFormat.Bgra32 => (2, 0),
        MLPixelFormat.Rgba32 => (0, 2),
        _ => throw new NotSupportedException($"The pixel format {format} of an image is not supported: Bgra32 and Rgba32 are. Load the "
            + $"image with MLImage.CreateFromFile or make it with MLImage.CreateFromPixels."),
    };
}
