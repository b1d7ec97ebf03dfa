namespace MLNetStyle.Stylization;

/// <summary>Images of noise that depend on the seed alone, not on the runtime's generators.</summary>
internal static class Noise
{
    /// <summary>Independent values: even in 0..255, or normal with mean 127.5 and a standard deviation, cut to 0..255 (Box and Muller
    /// 1958).</summary>
    public static PlanarImage Make(int width, int height, int seed, NoiseKind kind = NoiseKind.Normal, double deviation = 64)
    {
        PlanarImage image = new(width, height);
        ulong state = (ulong)(uint)seed;
        for (int i = 0; i < image.Samples.Length; i++)
        {
            if (kind == NoiseKind.Uniform)
            {
                image.Samples[i] = (float)(255 * Uniform(ref state));
                continue;
            }
            double radius = Math.Sqrt(-2 * Math.Log(1 - Uniform(ref state))), angle = 2 * Math.PI * Uniform(ref state);
            image.Samples[i] = (float)Math.Clamp(127.5 + deviation * radius * Math.Cos(angle), 0, 255);
        }
        return image;
    }

    /// <summary>The next of SplitMix64's numbers (Steele, Lea and Flood 2014) in [0, 1).</summary>
    private static double Uniform(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
