namespace MLNetStyle.Imaging;

/// <summary>Images and masks turned by quarters, counterclockwise.</summary>
internal static class QuarterTurns
{
    /// <summary>An image turned; itself for none.</summary>
    /// <param name="image">The image.</param>
    /// <param name="turns">0 to 3.</param>
    public static PlanarImage Turned(this PlanarImage image, int turns)
    {
        if (turns == 0) return image;
        (int width, int height) = turns == 2 ? (image.Width, image.Height) : (image.Height, image.Width);
        PlanarImage turned = new(width, height);
        for (int c = 0; c < PlanarImage.Channels; c++) Turn(image.Plane(c), image.Width, image.Height, turns, turned.Plane(c));
        return turned;
    }

    /// <summary>Regions turned.</summary>
    /// <param name="regions">The regions.</param>
    /// <param name="turns">0 to 3.</param>
    public static RegionMasks Turned(this RegionMasks regions, int turns)
    {
        if (turns == 0) return regions;
        return new RegionMasks(regions.Names.Zip(regions.Masks, (name, mask) =>
        {
            float[] values = new float[mask.Values.Length];
            Turn(mask.Values, mask.Width, mask.Height, turns, values);
            return (name, turns == 2 ? new Mask(mask.Width, mask.Height, values) : new Mask(mask.Height, mask.Width, values));
        }), regions.Origin);
    }

    private static void Turn(ReadOnlySpan<float> from, int width, int height, int turns, Span<float> to)
    {
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int at = turns switch
                {
                    1 => (width - 1 - x) * height + y,
                    2 => (height - 1 - y) * width + width - 1 - x,
                    _ => x * height + height - 1 - y,
                };
                to[at] = from[y * width + x];
            }
        }
    }
}
