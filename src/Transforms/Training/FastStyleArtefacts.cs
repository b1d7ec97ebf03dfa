namespace MLNetStyle.Training;

/// <summary>How much a painted picture shows of the network that painted it, in levels of 0..255: measured on a painted flat or noisy
/// picture.</summary>
/// <param name="Checkerboard">
/// The deviation of the mean levels of pixels that lie alike in cells of 4 x 4, less what chance alone gives: doublings that favour some of
/// their pixels.
/// </param>
/// <param name="Stripes">The larger of the deviations of the rows' and the columns' mean levels, less what chance alone gives.</param>
/// <param name="Border">The distance of the mean colour of a frame of 8 pixels from that of the inside.</param>
/// <remarks>Immutable and safe to share between threads. Luminance is the mean of red, green and blue.</remarks>
internal sealed record FastStyleArtefacts(double Checkerboard, double Stripes, double Border)
{
    private const int Cell = 4;
    private const int Frame = 8;

    /// <summary>Measures a picture.</summary>
    /// <param name="painted">At least 64 pixels a side.</param>
    /// <exception cref="ArgumentException">It is smaller.</exception>
    public static FastStyleArtefacts Of(PlanarImage painted)
    {
        if (Math.Min(painted.Width,
            painted.Height) < 64) throw new ArgumentException($"Artefacts are measured on pictures of 64 pixels a side or more, not "
            + $"{painted.Width} x {painted.Height}.", nameof(painted));
        int width = (painted.Width - 2 * Frame) / Cell * Cell, height = (painted.Height - 2 * Frame) / Cell * Cell;
        double[] levels = new double[width * height];
        for (int c = 0; c < PlanarImage.Channels; c++)
        {
            ReadOnlySpan<float> plane = painted.Plane(c);
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++) levels[y * width + x] += plane[(y + Frame) * painted.Width + x + Frame] / 3.0;
        }
        double mean = levels.Average(), variance = levels.Sum(v => (v - mean) * (v - mean)) / levels.Length;
        return new FastStyleArtefacts(
            Deviation(i => i / width % Cell * Cell + i % width % Cell, Cell * Cell),
            Math.Max(Deviation(i => i / width, height), Deviation(i => i % width, width)), FrameDistance(painted));

        // The deviation of groups' means beyond that of means of as many values drawn from all.
        double Deviation(Func<int, int> group, int groups)
        {
            double[] sums = new double[groups];
            for (int i = 0; i < levels.Length; i++) sums[group(i)] += levels[i];
            double size = (double)levels.Length / groups, spread = sums.Sum(s => (s / size - mean) * (s / size - mean)) / groups;
            return Math.Sqrt(Math.Max(0, spread - variance / size));
        }
    }

    /// <summary>Paints a flat grey picture and one of noise, and gives the larger of each measure.</summary>
    public static FastStyleArtefacts Of(FastStyleNetwork network, string style, int side = 256)
    {
        FastStyleArtefacts worst = new(0, 0, 0);
        Random random = new(1);
        foreach (float noise in (float[])[0, 24])
        {
            PlanarImage picture = new(side, side);
            foreach (ref float level in picture.Samples.AsSpan()) level = 128 + noise * (2 * random.NextSingle() - 1);
            FastStyleArtefacts found = Of(network.Paint(picture, style));
            worst = new(Math.Max(worst.Checkerboard, found.Checkerboard), Math.Max(worst.Stripes, found.Stripes),
                Math.Max(worst.Border, found.Border));
        }
        return worst;
    }

    private static double FrameDistance(PlanarImage painted)
    {
        double square = 0;
        for (int c = 0; c < PlanarImage.Channels; c++)
        {
            ReadOnlySpan<float> plane = painted.Plane(c);
            double inside = 0, frame = 0;
            long insides = 0, frames = 0;
            for (int y = 0; y < painted.Height; y++)
            {
                for (int x = 0; x < painted.Width; x++)
                {
                    bool inner = y >= Frame && x >= Frame && y < painted.Height - Frame && x < painted.Width - Frame;
                    (inside, insides) = inner ? (inside + plane[y * painted.Width + x], insides + 1) : (inside, insides);
                    (frame, frames) = inner ? (frame, frames) : (frame + plane[y * painted.Width + x], frames + 1);
                }
            }
            double distance = inside / insides - frame / frames;
            square += distance * distance;
        }
        return Math.Sqrt(square / PlanarImage.Channels);
    }
}
