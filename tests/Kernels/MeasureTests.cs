using MLNetStyle.Kernels;
using Xunit;

namespace MLNetStyle.Tests.Kernels;

/// <summary>What the engine measures without a graph, against plain sums in double: every vector path, any number of threads, odd
/// sizes.</summary>
public sealed class MeasureTests
{
    private const int Channels = 19;

    public static TheoryData<SimdPath, int, int, int> Cases
    {
        get
        {
            TheoryData<SimdPath, int, int, int> cases = [];
            foreach (SimdPath path in SimdPaths.Supported)
                foreach ((int threads, int width, int height) in new[] { (1, 37, 21), (3, 64, 50), (2, 17, 2),
                    (2, 2, 35) }) cases.Add(path, threads, width, height);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TotalVariationIsTheSumOfSquaredDifferences(SimdPath path, int threads, int width, int height)
    {
        using ConvolutionEngine engine = Engine(path, threads);
        float[] image = Random(3 * width * height, 5), gradient = Random(image.Length, 6);
        double[] expected = [.. gradient.Select(g => (double)g)];
        double vertical = 0, horizontal = 0;
        for (int i = 0; i < image.Length; i++)
        {
            if (i % width + 1 < width) horizontal += Pair(i, i + 1, 0.7);
            if (i % (width * height) / width + 1 < height) vertical += Pair(i, i + width, 0.3);
        }

        engine.Forward(image, width, height);
        (double down, double across) = engine.Variation(image, gradient, 0.3, 0.7);

        Assert.Equal(vertical, down, 1e-5 * vertical);
        Assert.Equal(horizontal, across, 1e-5 * horizontal);
        for (int i = 0; i < gradient.Length; i++) Assert.Equal(expected[i], gradient[i], 1e-5);

        double Pair(int a, int b, double factor)
        {
            double difference = (double)image[b] - image[a];
            expected[b] += 2 * factor * difference;
            expected[a] -= 2 * factor * difference;
            return difference * difference;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void DifferencesFromATargetAreSummedAndMadeAGradient(SimdPath path, int threads, int width, int height)
    {
        using ConvolutionEngine engine = Engine(path, threads);
        FeatureMap map = engine.Maps["relu"];
        engine.Forward(Random(3 * width * height, 5), width, height);
        float[] values = map.Values.ToArray(), target = Random(values.Length, 7), before = Random(values.Length, 8);
        double expected = values.Zip(target, (v, t) => ((double)v - t) * ((double)v - t)).Sum();

        Assert.Equal(expected, engine.Difference(map, target, 0.5f, false), 1e-6 * expected);
        Check(i => 0.5 * (values[i] - target[i]));
        before.CopyTo(map.Gradient);
        Assert.Equal(expected, engine.Difference(map, target, -2f, true), 1e-6 * expected);
        Check(i => before[i] - 2.0 * (values[i] - target[i]));
        Assert.Throws<ArgumentException>(() => engine.Difference(map, new float[1], 1, false));

        void Check(Func<int, double> gradient)
        {
            for (int i = 0; i < values.Length; i++) Assert.Equal(gradient(i), map.Gradient[i], 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ATapIsAMatrixOverTheChannelsAndItsGradientTheTransposed(SimdPath path, int threads, int width, int height)
    {
        using ConvolutionEngine engine = Engine(path, threads);
        FeatureMap map = engine.Maps["relu"];
        float[] matrix = Random(Channels * Channels, 9);
        FeatureMap seen = engine.Tap(map, matrix);
        engine.Forward(Random(3 * width * height, 5), width, height);
        int pixels = width * height;
        float[] under = new float[Channels * pixels], through = new float[under.Length], gradient = Random(under.Length, 10),
            before = Random(under.Length, 11);
        map.CopyTo(under);
        seen.CopyTo(through);
        for (int i = 0; i < through.Length; i++) Assert.Equal(Row(i / pixels, i % pixels, under, transposed: false), through[i], 1e-3);

        foreach (bool add in new[] { false, true })
        {
            map.SetGradient(before);
            seen.SetGradient(gradient);
            engine.PullBack(seen, add);
            ReadOnlySpan<float> found = map.Gradient;
            for (int i = 0; i < under.Length; i++)
            {
                int place = ((i / pixels / 16 * height * width) + i % pixels) * 16 + i / pixels % 16;
                Assert.Equal(Row(i / pixels, i % pixels, gradient, transposed: true) + (add ? before[i] : 0), found[place], 1e-4);
            }
        }
        Assert.Throws<InvalidOperationException>(() => engine.Tap(map, matrix));

        double Row(int row, int pixel, float[] planes, bool transposed)
        {
            double sum = 0;
            for (int c = 0; c < Channels; c++) sum += (double)matrix[transposed ? c * Channels + row : row * Channels
                + c] * planes[c * pixels + pixel];
            return sum;
        }
    }

    internal static ConvolutionEngine Engine(SimdPath path, int threads) => new(
        [EngineLayer.Convolution("conv", 3, Channels, Random(3 * 9 * Channels, 1), Random(Channels, 2)), EngineLayer.Relu("relu")], ["relu"],
        new EngineOptions { Path = path, Threads = threads });

    internal static float[] Random(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(2 * random.NextDouble() - 1))];
    }
}
