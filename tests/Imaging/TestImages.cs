namespace MLNetStyle.Tests.Imaging;

/// <summary>Small random images for the tests of this folder.</summary>
internal static class TestImages
{
    public static PlanarImage Random(int seed, int width, int height, float low = 0, float high = 255)
    {
        Random random = new(seed);
        PlanarImage image = new(width, height);
        for (int i = 0; i < image.Samples.Length; i++) image.Samples[i] = low + ((high - low) * random.NextSingle());
        return image;
    }

    /// <summary>Random colours around a line in colour space: correlated channels, as pictures have.</summary>
    public static PlanarImage Correlated(int seed, int width, int height)
    {
        Random random = new(seed);
        PlanarImage image = new(width, height);
        double tilt = 0.2 + random.NextDouble(), middle = 60 + (100 * random.NextDouble());
        for (int i = 0; i < width * height; i++)
        {
            double light = (random.NextDouble() - 0.5) * 100, warm = (random.NextDouble() - 0.5) * 40,
                noise = (random.NextDouble() - 0.5) * 12;
            image.Plane(0)[i] = (float)(middle + light + warm);
            image.Plane(1)[i] = (float)(middle + (tilt * light) + noise);
            image.Plane(2)[i] = (float)(middle + 20 + (0.7 * light) - warm);
        }
        return image;
    }

    public static PlanarImage Bytes(int seed, int width, int height)
    {
        PlanarImage image = Random(seed, width, height);
        for (int i = 0; i < image.Samples.Length; i++) image.Samples[i] = MathF.Round(image.Samples[i]);
        return image;
    }

    public static PlanarImage Flip(PlanarImage image, bool horizontally)
    {
        PlanarImage result = new(image.Width, image.Height);
        for (int c = 0; c < PlanarImage.Channels; c++)
            for (int y = 0; y < image.Height; y++)
                for (int x = 0; x < image.Width; x++)
                {
                    int from = horizontally ? (y * image.Width) + image.Width - 1 - x : ((image.Height - 1 - y) * image.Width) + x;
                    result.Plane(c)[(y * image.Width) + x] = image.Plane(c)[from];
                }
        return result;
    }

    public static void AssertEqual(PlanarImage expected, PlanarImage actual, double tolerance)
    {
        Xunit.Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        double worst = 0;
        for (int i = 0; i < expected.Samples.Length; i++)
        {
            Xunit.Assert.True(float.IsFinite(actual.Samples[i]), $"Sample {i} is {actual.Samples[i]}.");
            worst = Math.Max(worst, Math.Abs(expected.Samples[i] - (double)actual.Samples[i]));
        }
        Xunit.Assert.True(worst <= tolerance, $"The images differ by {worst}, more than {tolerance}.");
    }
}
