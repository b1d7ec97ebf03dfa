namespace MLNetStyle;

/// <summary>An RGB image as three planes of floats: red, green, blue, each row-major, values nominally 0 to 255.</summary>
/// <remarks>
/// The layout is a network's [1, 3, height, width] input. Values outside 0..255 are kept until the image becomes pixels again.
/// Mutable through <see cref="Samples"/>; safe for concurrent reading.
/// </remarks>
public sealed class PlanarImage
{
    /// <summary>The number of planes.</summary>
    public const int Channels = 3;

    /// <summary>The longest side that an image may have, in pixels.</summary>
    public const int MaxSide = 1 << 20;

    /// <summary>The most pixels, width times height, that an image may have: what the samples of an array can hold.</summary>
    public const int MaxPixels = int.MaxValue / Channels;

    /// <summary>Makes a black image.</summary>
    /// <param name="width">1 to <see cref="MaxSide"/> pixels.</param>
    /// <param name="height">1 to <see cref="MaxSide"/> pixels.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is out of range, or there are more pixels than
    /// <see cref="MaxPixels"/>.</exception>
    public PlanarImage(int width, int height)
        : this(width, height, new float[CheckedSamples(width, height)])
    {
    }

    /// <summary>Wraps samples without copying them.</summary>
    /// <param name="width">1 to <see cref="MaxSide"/> pixels.</param>
    /// <param name="height">1 to <see cref="MaxSide"/> pixels.</param>
    /// <param name="samples">3 * height * width values: the red plane, then green, then blue.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is out of range, or there are more pixels than
    /// <see cref="MaxPixels"/>.</exception>
    /// <exception cref="ArgumentException">The number of samples does not fit.</exception>
    public PlanarImage(int width, int height, float[] samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        int expected = CheckedSamples(width, height);
        if (samples.Length != expected)
            throw new ArgumentException($"An RGB image of {width} x {height} pixels has {expected} samples; {samples.Length} were given.",
                nameof(samples));
        (Width, Height, Samples) = (width, height, samples);
    }

    /// <summary>The width in pixels.</summary>
    public int Width { get; }

    /// <summary>The height in pixels.</summary>
    public int Height { get; }

    /// <summary>All samples: plane by plane, row by row.</summary>
    public float[] Samples { get; }

    /// <summary>The samples of one plane.</summary>
    /// <param name="channel">0 red, 1 green, 2 blue.</param>
    public Span<float> Plane(int channel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(channel);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(channel, Channels);
        int area = Width * Height;
        return Samples.AsSpan(channel * area, area);
    }

    /// <summary>A copy that shares nothing with this image.</summary>
    public PlanarImage Clone() => new(Width, Height, (float[])Samples.Clone());

    private static int CheckedSamples(int width, int height)
    {
        long area = (long)CheckSide(width, nameof(width)) * CheckSide(height, nameof(height));
        if (area > MaxPixels) throw new ArgumentOutOfRangeException(nameof(height), height,
            $"{width} x {height} pixels are more than the {MaxPixels} that an image may have.");
        return (int)(Channels * area);
    }

    private static int CheckSide(int side, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(side, MaxSide, name);
        return side;
    }
}
