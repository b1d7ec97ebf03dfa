using System.Numerics.Tensors;
using MLNetStyle.Imaging;

namespace MLNetStyle;

/// <summary>Resizes images and single planes, each axis by itself: antialiased Lanczos-3 where it shrinks, a cubic or Lanczos-3 where it
/// grows.</summary>
/// <remarks>
/// Pixel centres lie at half-integers, so an image neither shifts nor depends on direction. A constant image stays constant, an
/// axis that keeps its length is copied. The kernels have negative lobes: with b - a the range of the input, an axis that grows by
/// <see cref="ResizeKernel.CatmullRom"/> overshoots a and b by at most 0.125 (b - a), both axes by 0.2813 (b - a); an axis of
/// Lanczos-3 by at most 0.3 (b - a), both by 0.78 (b - a). Nothing is clamped. Thread-safe, if nobody writes to the input meanwhile.
/// </remarks>
public static class Resizer
{
    /// <summary>Resizes an image.</summary>
    /// <param name="image">The image; it is not changed.</param>
    /// <param name="width">The new width, 1 to <see cref="PlanarImage.MaxSide"/> pixels.</param>
    /// <param name="height">The new height, 1 to <see cref="PlanarImage.MaxSide"/> pixels.</param>
    /// <param name="enlarge">The kernel of an axis that grows.</param>
    /// <returns>A new image, also if the size is the same.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side or the kernel is out of range.</exception>
    public static PlanarImage Resize(PlanarImage image, int width, int height, ResizeKernel enlarge = ResizeKernel.CatmullRom)
    {
        ArgumentNullException.ThrowIfNull(image);
        CheckSide(width, nameof(width));
        CheckSide(height, nameof(height));
        CheckKernel(enlarge);
        return new PlanarImage(width, height,
            Resize(image.Samples, PlanarImage.Channels, image.Width, image.Height, width, height, enlarge));
    }

    /// <summary>Resizes one plane: an alpha channel, a mask.</summary>
    /// <param name="plane">height * width values, row by row.</param>
    /// <param name="width">The plane's width, 1 to <see cref="PlanarImage.MaxSide"/>.</param>
    /// <param name="height">The plane's height, likewise.</param>
    /// <param name="newWidth">The new width, likewise.</param>
    /// <param name="newHeight">The new height, likewise.</param>
    /// <param name="enlarge">The kernel of an axis that grows.</param>
    /// <returns>newHeight * newWidth values.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side or the kernel is out of range.</exception>
    /// <exception cref="ArgumentException">The number of values does not fit.</exception>
    public static float[] ResizePlane(
        ReadOnlySpan<float> plane, int width, int height, int newWidth, int newHeight, ResizeKernel enlarge = ResizeKernel.CatmullRom)
    {
        CheckSide(width, nameof(width));
        CheckSide(height, nameof(height));
        CheckSide(newWidth, nameof(newWidth));
        CheckSide(newHeight, nameof(newHeight));
        CheckKernel(enlarge);
        if (plane.Length != width * height)
            throw new ArgumentException($"A plane of {width} x {height} has {width * height} values; {plane.Length} were given.",
                nameof(plane));
        return Resize(plane, 1, width, height, newWidth, newHeight, enlarge);
    }

    /// <summary>The size that keeps an image's proportions and has a given longer side.</summary>
    /// <param name="width">The width, 1 to <see cref="PlanarImage.MaxSide"/> pixels.</param>
    /// <param name="height">The height, likewise.</param>
    /// <param name="longerSide">The longer side to have, likewise; 0 keeps the size as it is.</param>
    /// <returns>The longer side as asked for; the shorter one rounded to the nearest pixel (halves up), at least 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side is out of range.</exception>
    public static (int Width, int Height) Fit(int width, int height, int longerSide)
    {
        CheckSide(width, nameof(width));
        CheckSide(height, nameof(height));
        if (longerSide == 0) return (width, height);
        CheckSide(longerSide, nameof(longerSide));
        int longer = Math.Max(width, height), shorter = Math.Min(width, height);
        int scaled = Math.Max(1, (int)(((2L * shorter * longerSide) + longer) / (2L * longer)));
        return width >= height ? (longerSide, scaled) : (scaled, longerSide);
    }

    private static float[] Resize(ReadOnlySpan<float> planes, int count, int width, int height, int newWidth, int newHeight,
        ResizeKernel enlarge)
    {
        // The axis that shrinks more goes first, so the other one has less to do.
        if ((double)newHeight / height <= (double)newWidth / width)
            return Rows(Columns(planes, count, width, height, newHeight, enlarge), count, width, newHeight, newWidth, enlarge);
        return Columns(Rows(planes, count, width, height, newWidth, enlarge), count, newWidth, height, newHeight, enlarge);
    }

    private static float[] Columns(ReadOnlySpan<float> planes, int count, int width, int height, int newHeight, ResizeKernel enlarge)
    {
        if (height == newHeight) return planes.ToArray();
        Resampling resampling = Resampling.Create(height, newHeight, enlarge);
        float[] result = new float[checked(count * newHeight * width)];
        for (int plane = 0; plane < count; plane++)
        {
            ReadOnlySpan<float> source = planes.Slice(plane * height * width, height * width);
            for (int y = 0; y < newHeight; y++)
            {
                Span<float> row = result.AsSpan(((plane * newHeight) + y) * width, width);
                ReadOnlySpan<float> weights = resampling.Weights(y);
                int first = resampling.First(y);
                TensorPrimitives.Multiply(source.Slice(first * width, width), weights[0], row);
                for (int i = 1; i < weights.Length; i++)
                    TensorPrimitives.MultiplyAdd(source.Slice((first + i) * width, width), weights[i], row, row);
            }
        }
        return result;
    }

    private static float[] Rows(ReadOnlySpan<float> planes, int count, int width, int height, int newWidth, ResizeKernel enlarge)
    {
        if (width == newWidth) return planes.ToArray();
        Resampling resampling = Resampling.Create(width, newWidth, enlarge);
        float[] result = new float[checked(count * height * newWidth)];
        for (int y = 0; y < count * height; y++)
        {
            ReadOnlySpan<float> source = planes.Slice(y * width, width);
            Span<float> row = result.AsSpan(y * newWidth, newWidth);
            for (int x = 0; x < newWidth; x++)
            {
                ReadOnlySpan<float> weights = resampling.Weights(x);
                row[x] = Dot(source.Slice(resampling.First(x), weights.Length), weights);
            }
        }
        return result;
    }

    private static float Dot(ReadOnlySpan<float> values, ReadOnlySpan<float> weights)
    {
        if (weights.Length >= 16) return TensorPrimitives.Dot(values, weights);
        float sum = 0;
        for (int i = 0; i < weights.Length; i++) sum += values[i] * weights[i];
        return sum;
    }

    private static void CheckSide(int side, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(side, PlanarImage.MaxSide, name);
    }

    private static void CheckKernel(ResizeKernel kernel)
    {
        if (kernel is not (ResizeKernel.CatmullRom or ResizeKernel.Lanczos3))
            throw new ArgumentOutOfRangeException(nameof(kernel), kernel, "Not a kernel for resizing; use CatmullRom or Lanczos3.");
    }
}

/// <summary>The interpolation kernel for enlarging an image. Shrinking always uses an antialiased Lanczos-3 window.</summary>
public enum ResizeKernel
{
    /// <summary>
    /// The cubic through four samples with a = -1/2: smooth, little ringing.
    /// Keys, "Cubic Convolution Interpolation for Digital Image Processing", 1981, equation 15.
    /// </summary>
    CatmullRom,

    /// <summary>
    /// sinc(x) sinc(x / 3) over six samples: sharper than the cubic, with visible ringing at hard edges.
    /// Duchon, "Lanczos Filtering in One and Two Dimensions", 1979.
    /// </summary>
    Lanczos3,
}
