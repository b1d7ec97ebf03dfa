using MLNetStyle.Kernels;
using Xunit;

namespace MLNetStyle.Tests.Kernels;

/// <summary>Networks and pictures of random numbers.</summary>
internal static class RandomNetworks
{
    public static TheoryData<SimdPath> Paths => new(SimdPaths.Supported);

    /// <summary>"c32 r c16 p" is a convolution to 32 channels, a ReLU, one to 16 and a max pooling; "a" is an average pooling.</summary>
    public static EngineLayer[] Make(string text, Random random)
    {
        List<EngineLayer> layers = [];
        int channels = 3;
        foreach (string word in text.Split(' '))
        {
            string name = $"{word}@{layers.Count}";
            if (word[0] == 'c')
            {
                int outputs = int.Parse(word[1..]);
                float scale = MathF.Sqrt(2f / (9 * channels));
                layers.Add(EngineLayer.Convolution(name, channels, outputs, Floats(9 * channels * outputs, random, scale * 1.7f),
                    Floats(outputs, random, 0.3f)));
                channels = outputs;
            }
            else layers.Add(word == "r" ? EngineLayer.Relu(name) : word == "p" ? EngineLayer.MaxPool(name) : EngineLayer.AveragePool(name));
        }
        return [.. layers];
    }

    /// <summary>Numbers from -scale to scale.</summary>
    public static float[] Floats(int count, Random random, float scale = 1)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (random.NextSingle() * 2 - 1) * scale;
        return values;
    }

    public static double[] Doubles(this ReadOnlySpan<float> values)
    {
        double[] result = new double[values.Length];
        for (int i = 0; i < result.Length; i++) result[i] = values[i];
        return result;
    }

    /// <summary>The norm of the difference by the norm of what is right.</summary>
    public static double Difference(ReadOnlySpan<float> actual, ReadOnlySpan<double> expected)
    {
        Assert.Equal(expected.Length, actual.Length);
        double difference = 0, norm = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow(actual[i] - expected[i], 2);
            norm += expected[i] * expected[i];
        }
        return Math.Sqrt(difference / Math.Max(norm, 1e-30));
    }
}
