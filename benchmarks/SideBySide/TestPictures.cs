namespace MLNetStyle.Benchmarks.SideBySide;

/// <summary>Pictures to measure with: smooth waves with some noise, the same for every engine.</summary>
internal static class TestPictures
{
    public static float[] Make(int seed, int width, int height)
    {
        Random random = new(seed);
        float[] samples = new float[3 * height * width];
        for (int c = 0; c < 3; c++)
        {
            double fx = 0.01 + 0.05 * random.NextDouble(), fy = 0.01 + 0.05 * random.NextDouble(), phase = 6 * random.NextDouble();
            for (int y = 0, i = c * height * width; y < height; y++)
                for (int x = 0; x < width; x++, i++)
                    samples[i] = (float)Math.Clamp(128 + 80 * Math.Sin(fx * x + fy * y + phase) + 40 * (random.NextDouble() - 0.5), 0, 255);
        }
        return samples;
    }
}
