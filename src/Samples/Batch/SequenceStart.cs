namespace MLNetStyle.Samples.Batch;

/// <summary>
/// What is carried from frame to frame of a sequence: the picture, and for each place of it the content that it was painted for. The next
/// frame
/// starts from the picture, moved along with the content, and keeps it where the content is still the one that it was painted for.
/// </summary>
/// <remarks>
/// A run that starts from the last picture goes on from where that one ended, and so comes out elsewhere even where nothing has changed:
/// two
/// frames 0.65 levels apart came out 10 levels apart. What keeps them together is not to paint again what has not changed. Each place is
/// compared with
/// the content of when it was painted, not with the frame before, so that slow changes add up and are painted in the end. (Ruder,
/// Dosovitskiy
/// and Brox, "Artistic style transfer for videos", 2016, start from the moved picture likewise, and weigh places by whether the motion
/// holds.)
/// </remarks>
internal sealed record SequenceStart(PlanarImage PaintedFor, PlanarImage Picture)
{
    // Mean changes of a place, in levels: up to the first it stays, from the second on it is painted anew.
    private const float Still = 3, Changed = 10;
    private const int Radius = 2;

    /// <summary>The two moved to where a frame has them; null if the frame is of another size.</summary>
    public SequenceStart? Moved(PlanarImage content)
    {
        if ((content.Width, content.Height) != (Picture.Width, Picture.Height)) return null;
        FrameMotion motion = FrameMotion.Between(PaintedFor, content);
        return new SequenceStart(motion.Moved(PaintedFor), motion.Moved(Picture));
    }

    /// <summary>How far each place has to be painted anew, 0 to 1.</summary>
    public float[] Change(PlanarImage content)
    {
        float[] change = new float[content.Width * content.Height], difference = new float[change.Length];
        for (int c = 0; c < PlanarImage.Channels; c++)
        {
            ReadOnlySpan<float> now = content.Plane(c), then = PaintedFor.Plane(c);
            for (int i = 0; i < difference.Length; i++) difference[i] = now[i] - then[i];
            Blur(difference, content.Width, content.Height);
            for (int i = 0; i < change.Length; i++) change[i] = Math.Max(change[i], MathF.Abs(difference[i]));
        }
        for (int i = 0; i < change.Length; i++)
        {
            float t = Math.Clamp((change[i] - Still) / (Changed - Still), 0, 1);
            change[i] = t * t * (3 - (2 * t));
        }
        Blur(change, content.Width, content.Height);
        return change;
    }

    /// <summary>The next one: where a place has changed the new picture and its content, elsewhere what was there.</summary>
    /// <param name="content">The frame.</param>
    /// <param name="picture">What was painted of it.</param>
    /// <param name="change">How far each place has changed.</param>
    public SequenceStart Mixed(PlanarImage content, PlanarImage picture, float[] change) =>
        new(Mix(PaintedFor, content, change), Mix(Picture, picture, change));

    private static PlanarImage Mix(PlanarImage old, PlanarImage made, float[] change)
    {
        PlanarImage mixed = new(old.Width, old.Height);
        for (int c = 0; c < PlanarImage.Channels; c++)
        {
            ReadOnlySpan<float> a = old.Plane(c), b = made.Plane(c);
            Span<float> to = mixed.Plane(c);
            for (int i = 0; i < to.Length; i++) to[i] = a[i] + (change[i] * (b[i] - a[i]));
        }
        return mixed;
    }

    // A mean over squares, twice: noise goes, what covers a place stays.
    internal static void Blur(float[] values, int width, int height, int radius = Radius)
    {
        float[] other = new float[values.Length];
        for (int pass = 0; pass < 2; pass++)
        {
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++)
                {
                    float sum = 0;
                    for (int i = -radius; i <= radius; i++) sum += values[(y * width) + Math.Clamp(x + i, 0, width - 1)];
                    other[(y * width) + x] = sum / ((2 * radius) + 1);
                }
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++)
                {
                    float sum = 0;
                    for (int j = -radius; j <= radius; j++) sum += other[(Math.Clamp(y + j, 0, height - 1) * width) + x];
                    values[(y * width) + x] = sum / ((2 * radius) + 1);
                }
        }
    }
}
