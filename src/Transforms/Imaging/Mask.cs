using MLNetStyle.Imaging;

namespace MLNetStyle;

/// <summary>How much each pixel of a picture belongs to something: one plane of floats, 0 (not at all) to 1 (wholly), row by row.</summary>
/// <remarks>Immutable as long as nobody writes to the array that it wraps; safe to share between threads then.</remarks>
public sealed class Mask
{
    /// <summary>The largest radius that edges can be softened by, in pixels.</summary>
    public const int MaxRadius = 256;

    private readonly float[] _values;

    /// <summary>Wraps values without copying them.</summary>
    /// <param name="width">1 to <see cref="PlanarImage.MaxSide"/> pixels.</param>
    /// <param name="height">Likewise.</param>
    /// <param name="values">height * width values, each within 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is out of range.</exception>
    /// <exception cref="ArgumentException">The number of values does not fit, or one is not within 0 to 1.</exception>
    public Mask(int width, int height, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        CheckSide(width, nameof(width));
        CheckSide(height, nameof(height));
        if (values.Length != width * height) throw new ArgumentException($"A mask of {width} x {height} has {width * height} values; "
            + $"{values.Length} were given.", nameof(values));
        foreach (float value in values)
            if (!(value is >= 0 and <= 1)) throw new ArgumentException($"A mask has the value {value}; values are within 0 to 1.",
                nameof(values));
        (Width, Height, _values) = (width, height, values);
    }

    /// <summary>The width in pixels.</summary>
    public int Width { get; }

    /// <summary>The height in pixels.</summary>
    public int Height { get; }

    /// <summary>The values, row by row.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>Whether every value is 0.</summary>
    public bool IsEmpty => !_values.AsSpan().ContainsAnyExcept(0f);

    /// <summary>The values as memory that others may hold, but not write to.</summary>
    internal float[] Array => _values;

    /// <summary>The mask that a picture belongs to wholly: ones.</summary>
    /// <param name="width">1 to <see cref="PlanarImage.MaxSide"/> pixels.</param>
    /// <param name="height">Likewise.</param>
    public static Mask Whole(int width, int height)
    {
        CheckSide(width, nameof(width));
        CheckSide(height, nameof(height));
        float[] ones = new float[width * height];
        ones.AsSpan().Fill(1);
        return new Mask(width, height, ones);
    }

    /// <summary>The brightness of an image: white is 1, black 0, colours by their luma (ITU-R BT.601).</summary>
    /// <param name="image">The image, 0..255; what lies outside is cut off.</param>
    public static Mask FromGrey(PlanarImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        float[] values = new float[image.Width * image.Height];
        ReadOnlySpan<float> r = image.Plane(0), g = image.Plane(1), b = image.Plane(2);
        for (int i = 0; i < values.Length; i++)
        {
            double luma = ((299.0 * r[i]) + (587.0 * g[i]) + (114.0 * b[i])) / 255_000;
            values[i] = luma > 0 ? (float)Math.Min(luma, 1) : 0;
        }
        return new Mask(image.Width, image.Height, values);
    }

    /// <summary>The mask at another size: each axis by the mean over what a pixel covers where it shrinks, by straight lines where it
    /// grows.</summary>
    /// <param name="width">1 to <see cref="PlanarImage.MaxSide"/> pixels.</param>
    /// <param name="height">Likewise.</param>
    /// <returns>This mask, if it has that size. Ones stay ones, and masks that add up to 1 go on doing so within rounding.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side is out of range.</exception>
    public Mask Resized(int width, int height)
    {
        CheckSide(width, nameof(width));
        CheckSide(height, nameof(height));
        if ((width, height) == (Width, Height)) return this;
        float[] rows = MaskAxis.Resize(_values, Height, Width, width);
        return new Mask(width, height,
            MaskAxis.Transpose(MaskAxis.Resize(MaskAxis.Transpose(rows, Height, width), width, Height, height), width, height));
    }

    /// <summary>The mask with soft edges: each pixel is the mean of those within a radius, nearer ones counting more (a raised cosine in
    /// each axis).</summary>
    /// <param name="radius">How far an edge reaches to either side, in pixels, 0 to <see cref="MaxRadius"/>; 1 and less change
    /// nothing.</param>
    /// <returns>This mask, if nothing changes. Ones stay ones: what lies outside the picture does not count.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The radius is out of range.</exception>
    public Mask Softened(double radius)
    {
        if (!(radius is >= 0 and <= MaxRadius)) throw new ArgumentOutOfRangeException(nameof(radius), radius,
            $"The softness of a mask's edges is 0 to {MaxRadius} pixels.");
        if (radius <= 1) return this;
        float[] rows = MaskAxis.Soften(_values, Height, Width, radius);
        return new Mask(Width, Height,
            MaskAxis.Transpose(MaskAxis.Soften(MaskAxis.Transpose(rows, Height, Width), Width, Height, radius), Width, Height));
    }

    /// <summary>The mask as a pooling layer would have it: the mean of every 2 x 2 pixels; an odd last row or column is left out.</summary>
    /// <exception cref="InvalidOperationException">A side is a single pixel.</exception>
    public Mask Halved()
    {
        if (Math.Min(Width, Height) < 2) throw new InvalidOperationException($"A mask of {Width} x {Height} pixels can't be halved.");
        int width = Width / 2, height = Height / 2;
        float[] half = new float[width * height];
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<float> upper = _values.AsSpan(2 * y * Width, Width), lower = _values.AsSpan(((2 * y) + 1) * Width, Width);
            for (int x = 0; x < width; x++) half[(y * width) + x] = 0.25f * (upper[2 * x] + upper[(2 * x) + 1] + lower[2 * x]
                + lower[(2 * x) + 1]);
        }
        return new Mask(width, height, half);
    }

    /// <summary>Whether a mask of this size can be meant for a picture: the proportions agree within a pixel of the smaller one of the
    /// two.</summary>
    /// <param name="width">The picture's width in pixels.</param>
    /// <param name="height">The picture's height in pixels.</param>
    public bool Fits(int width, int height)
    {
        bool smaller = (long)Width * Height <= (long)width * height;
        (double w, double h, double ow, double oh) = smaller ? (Width, Height, width, height)
            : (width, height, (double)Width, (double)Height);
        return Math.Abs((oh * w / ow) - h) <= 1 || Math.Abs((ow * h / oh) - w) <= 1;
    }

    private static void CheckSide(int side, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(side, PlanarImage.MaxSide, name);
    }
}
