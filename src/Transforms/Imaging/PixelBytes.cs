using System.Numerics.Tensors;

namespace MLNetStyle;

/// <summary>Converts between interleaved bytes, four a pixel, and planar floats.</summary>
/// <remarks>Alpha is straight (not premultiplied) and kept apart from the colours. Thread-safe.</remarks>
public static class PixelBytes
{
    /// <summary>A colour in one number of 24 bits, which a float holds exactly.</summary>
    internal static float Packed(float red, float green, float blue) => (ToByte(red) << 16) | (ToByte(green) << 8) | ToByte(blue);

    /// <summary>The colour of such a number.</summary>
    internal static (float Red, float Green, float Blue) Unpacked(float packed)
    {
        int rgb = (int)packed;
        return ((rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255);
    }

    /// <summary>The bytes of a pixel.</summary>
    public const int Stride = 4;

    /// <summary>A sample as a byte: held to 0..255, rounded to the nearest integer, halves to the even one; not a number becomes
    /// 0.</summary>
    /// <param name="value">The sample.</param>
    public static byte ToByte(float value) => value > 0 ? (byte)MathF.Round(MathF.Min(value, 255)) : (byte)0;

    /// <summary>Makes an image of the colours of interleaved pixels.</summary>
    /// <param name="pixels">4 * height * width bytes, row by row.</param>
    /// <param name="width">1 to <see cref="PlanarImage.MaxSide"/> pixels.</param>
    /// <param name="height">1 to <see cref="PlanarImage.MaxSide"/> pixels.</param>
    /// <param name="order">The order of the bytes.</param>
    /// <returns>The image, samples 0 to 255.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side is out of range.</exception>
    /// <exception cref="ArgumentException">The number of bytes does not fit.</exception>
    public static PlanarImage ToPlanar(ReadOnlySpan<byte> pixels, int width, int height, PixelOrder order)
    {
        Check(pixels.Length, width, height);
        PlanarImage image = new(width, height);
        int red = Red(order);
        Span<float> r = image.Plane(0), g = image.Plane(1), b = image.Plane(2);
        for (int i = 0; i < r.Length; i++)
        {
            ReadOnlySpan<byte> pixel = pixels.Slice(i * Stride, Stride);
            (r[i], g[i], b[i]) = (pixel[red], pixel[1], pixel[2 - red]);
        }
        return image;
    }

    /// <summary>Writes an image's colours into interleaved pixels, each as <see cref="ToByte"/> says.</summary>
    /// <param name="image">The image.</param>
    /// <param name="pixels">Where to: 4 * height * width bytes.</param>
    /// <param name="order">The order of the bytes.</param>
    /// <param name="keepAlpha">True leaves the alpha bytes as they are; false makes every pixel opaque (255).</param>
    /// <exception cref="ArgumentException">The number of bytes does not fit.</exception>
    public static void FromPlanar(PlanarImage image, Span<byte> pixels, PixelOrder order, bool keepAlpha = false)
    {
        ArgumentNullException.ThrowIfNull(image);
        Check(pixels.Length, image.Width, image.Height);
        int red = Red(order);
        ReadOnlySpan<float> r = image.Plane(0), g = image.Plane(1), b = image.Plane(2);
        for (int i = 0; i < r.Length; i++)
        {
            Span<byte> pixel = pixels.Slice(i * Stride, Stride);
            (pixel[red], pixel[1], pixel[2 - red]) = (ToByte(r[i]), ToByte(g[i]), ToByte(b[i]));
            if (!keepAlpha) pixel[3] = 255;
        }
    }

    /// <summary>The alpha of interleaved pixels as a plane, which <see cref="Resizer.ResizePlane"/> can resize.</summary>
    /// <param name="pixels">4 bytes a pixel, of either order.</param>
    /// <returns>One value a pixel, 0 (transparent) to 255 (opaque).</returns>
    /// <exception cref="ArgumentException">The number of bytes is no multiple of 4.</exception>
    public static float[] Alpha(ReadOnlySpan<byte> pixels)
    {
        if (pixels.Length % Stride != 0) throw new ArgumentException($"Pixels have {Stride} bytes each; {pixels.Length} is no multiple "
            + $"of that.", nameof(pixels));
        float[] alpha = new float[pixels.Length / Stride];
        for (int i = 0; i < alpha.Length; i++) alpha[i] = pixels[(i * Stride) + 3];
        return alpha;
    }

    /// <summary>Writes a plane into the alpha of interleaved pixels, each value as <see cref="ToByte"/> says.</summary>
    /// <param name="alpha">One value a pixel.</param>
    /// <param name="pixels">4 bytes a pixel, of either order.</param>
    /// <exception cref="ArgumentException">The numbers do not fit.</exception>
    public static void SetAlpha(ReadOnlySpan<float> alpha, Span<byte> pixels)
    {
        if (pixels.Length != (long)alpha.Length * Stride)
            throw new ArgumentException($"{alpha.Length} values of alpha go with {(long)alpha.Length * Stride} bytes; {pixels.Length} "
                + $"were given.", nameof(pixels));
        for (int i = 0; i < alpha.Length; i++) pixels[(i * Stride) + 3] = ToByte(alpha[i]);
    }

    /// <summary>Holds an image's samples to 0..255, in place.</summary>
    /// <param name="image">The image.</param>
    public static void Clamp(PlanarImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        TensorPrimitives.Max(image.Samples, 0f, image.Samples);
        TensorPrimitives.Min(image.Samples, 255f, image.Samples);
    }

    private static int Red(PixelOrder order) => order switch
    {
        PixelOrder.Rgba => 0,
        PixelOrder.Bgra => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(order), order, "Not an order of bytes; use Rgba or Bgra."),
    };

    private static void Check(int length, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (length != (long)Stride * width * height)
            throw new ArgumentException($"{width} x {height} pixels have {(long)Stride * width * height} bytes; {length} were given.");
    }
}

/// <summary>The order of the four bytes of an interleaved pixel.</summary>
public enum PixelOrder
{
    /// <summary>Red, green, blue, alpha.</summary>
    Rgba,

    /// <summary>Blue, green, red, alpha.</summary>
    Bgra,
}
