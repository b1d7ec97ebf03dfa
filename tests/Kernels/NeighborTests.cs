using MLNetStyle.Kernels;
using Xunit;

namespace MLNetStyle.Tests.Kernels;

/// <summary>
/// The search for nearest vectors and the distance to them, against plain loops in double: every vector path, any number of threads and of
/// vectors.
/// </summary>
public sealed class NeighborTests
{
    private const int Channels = 19;

    public static TheoryData<SimdPath, int, int, int, int> Cases
    {
        get
        {
            TheoryData<SimdPath, int, int, int, int> cases = [];
            foreach (SimdPath path in SimdPaths.Supported)
                foreach ((int threads, int width, int height, int vectors) in new[] { (1, 37, 21, 300), (3, 64, 50, 77), (2, 17, 2, 1), (2,
                    7, 35, 529) }) cases.Add(path, threads, width, height, vectors);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheNearestVectorIsFoundAndItsDistanceMeasured(SimdPath path, int threads, int width, int height, int vectors)
    {
        using ConvolutionEngine engine = MeasureTests.Engine(path, threads);
        FeatureMap map = engine.Maps["relu"];
        using NeighborField field = new();
        Random random = new(vectors);
        float[] mean = [.. Enumerable.Range(0, Channels).Select(_ => random.NextSingle())], units = new float[vectors * Channels];
        for (int i = 0; i < vectors; i++)
        {
            double[] vector = [.. Enumerable.Range(0, Channels).Select(_ => random.NextDouble() - 0.5)];
            double length = Math.Sqrt(vector.Sum(v => v * v));
            for (int c = 0; c < Channels; c++) units[i * Channels + c] = (float)(vector[c] / length);
        }
        field.Set(engine.Kernels, units, mean);
        for (int i = 0; i < vectors; i++) field.Prices[i] = 0.2f * random.NextSingle();
        engine.Forward(MeasureTests.Random(3 * width * height, 4), width, height);
        engine.Keep(map, field);
        double[][] content = Pixels(map);
        engine.Forward(MeasureTests.Random(3 * width * height, 5), width, height);
        double[][] picture = Pixels(map);
        for (int i = 0; i < content.Length; i++)
        {
            Assert.Equal(Length(content[i]), field.Length[i], 1e-5 * field.Length[i] + 1e-6);
            field.Share[i] = random.NextSingle();
        }

        engine.Search(map, field, kept: true);

        for (int i = 0; i < picture.Length; i++)
        {
            double share = field.Share[i];
            double[] searched = [.. picture[i].Zip(content[i], (p, c) => (1 - share) * p + share * c)];
            double about = Length([.. searched.Zip(mean, (v, m) => v - m)]);
            double best = Enumerable.Range(0, vectors).Max(j => Product(searched, j) / about - field.Prices[j]),
                cosine = Product(searched, field.Index[i]) / about;
            // Of two that are as near as rounding can tell either may be found.
            Assert.InRange(cosine - field.Prices[field.Index[i]], best - 1e-4, best);
            Assert.Equal(cosine, field.Cosine[i], 1e-4);
            Assert.Equal(Length(searched), field.Length[i], 1e-4 * field.Length[i] + 1e-6);
            field.Weight[i] = random.Next(4) == 0 ? 0 : random.NextSingle();
        }
        float[] before = MeasureTests.Random((int)map.Length, 8);
        foreach (bool add in (bool[])[false, true])
        {
            before.CopyTo(map.Gradient);
            double expected = 0, value = engine.NeighborDistance(map, field, 3, add);
            float[] gradient = map.Gradient.ToArray();
            for (int i = 0; i < picture.Length; i++)
            {
                double[] own = [.. picture[i].Zip(mean, (p, m) => p - m)];
                double length = Math.Sqrt(own.Sum(v => v * v)), cosine = Product(picture[i], field.Index[i]) / length;
                expected += field.Weight[i] * (1 - cosine);
                for (int c = 0; c < Channels; c++)
                {
                    int at = (c / 16 * picture.Length + i) * 16 + c % 16;
                    double slope = -3 * field.Weight[i] * (units[field.Index[i] * Channels + c] - cosine * own[c] / length) / length;
                    Assert.Equal(slope + (add ? before[at] : 0), gradient[at], 1e-4 * Math.Abs(slope) + 1e-5);
                }
            }
            Assert.Equal(expected, value, 1e-5 * expected + 1e-5);
        }

        double Product(double[] vector, int j)
        {
            double sum = 0;
            for (int c = 0; c < Channels; c++) sum += (vector[c] - mean[c]) * units[j * Channels + c];
            return sum;
        }
    }

    private static double Length(double[] vector) => Math.Sqrt(vector.Sum(v => v * v));

    private static double[][] Pixels(FeatureMap map)
    {
        float[] planes = new float[map.Channels * map.Pixels];
        map.CopyTo(planes);
        return [.. Enumerable.Range(0, (int)map.Pixels).Select(i => Enumerable.Range(0,
            map.Channels).Select(c => (double)planes[c * map.Pixels + i]).ToArray())];
    }
}
