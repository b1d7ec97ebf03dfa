using FsCheck;
using FsCheck.Fluent;
using MLNetStyle.Graphs;
using MLNetStyle.Losses;
using MLNetStyle.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace MLNetStyle.Tests.Losses;

public sealed class StyleStatisticTests(ITestOutputHelper output)
{
    private const string Layer = "relu2_1";
    private const int Channels = 8;

    private static readonly StyleStatistic[] s_ofMaps = [.. Enum.GetValues<StyleStatistic>().Where(s =>
        s != StyleStatistic.NearestNeighbor)];

    private static readonly Arbitrary<(int Seed, int Height, int Width)> s_maps =
        (from s in Gen.Choose(0, 1 << 30) from h in Gen.Choose(3, 20) from w in Gen.Choose(3, 20) select (s, h, w)).ToArbitrary();
    // The same maps in every run: a few rare ones (a Gaussian MMD that is a small difference of large sums) lie at float32's own limit.
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(15).WithReplay(20260711UL, 7919UL);

    public static TheoryData<StyleStatistic, LossNormalization> Cases
    {
        get
        {
            TheoryData<StyleStatistic, LossNormalization> cases = [];
            foreach (StyleStatistic statistic in s_ofMaps)
                foreach (LossNormalization normalization in Enum.GetValues<LossNormalization>()) cases.Add(statistic, normalization);
            return cases;
        }
    }

    /// <summary>All that are a function of two maps: NearestNeighborTests has the one whose matches are found by an evaluator.</summary>
    public static TheoryData<StyleStatistic> All => [.. s_ofMaps];

    [Theory]
    [MemberData(nameof(Cases))]
    public void ATermIsItsFormula(StyleStatistic statistic, LossNormalization normalization)
    {
        using LossRunner runner = Runner(statistic, normalization);
        Prop.ForAll(s_maps, m =>
        {
            PlainVgg.Map picture = Map(m.Seed, m.Height, m.Width), style = Map(m.Seed + 1, m.Width + 2, m.Height + 1);
            (double distance, double energy) = PlainStatistics.Compare(statistic, picture, style);
            double expected = normalization == LossNormalization.Relative ? distance / energy : distance,
                found = Term(runner, statistic, picture, style);
            // A distance that is a difference of large numbers is as exact as these.
            double scale = normalization == LossNormalization.Relative ? 1 : energy;
            Assert.True(Math.Abs(found - expected) <= 1e-4 * expected
                + 1e-5 * scale, $"{m}: {found} where {expected} is expected, energy {energy}");
        }).Check(s_config);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void ATermIsNothingAtItsTarget(StyleStatistic statistic)
    {
        using LossRunner runner = Runner(statistic, LossNormalization.Relative);
        // Histograms are kept in 256 levels, and the roots of matrices are found step by step.
        double near = statistic switch { StyleStatistic.Histogram or StyleStatistic.SlicedWasserstein => 2e-2, StyleStatistic.Wasserstein => 2e-5, _ => 1e-6 };
        Prop.ForAll(s_maps, m =>
        {
            PlainVgg.Map picture = Map(m.Seed, m.Height, m.Width);
            double found = Term(runner, statistic, picture, picture);
            Assert.True(Math.Abs(found) <= near, $"{m}: {found}");
            Assert.True(Term(runner, statistic, picture with { Values = [.. picture.Values.Select(v => 2 * v + 1)] },
                picture) > 100 * Math.Abs(found), $"{m}");
        }).Check(s_config);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void ATermForgetsWhereThingsAre(StyleStatistic statistic)
    {
        if (statistic is StyleStatistic.MmdGaussian or StyleStatistic.OptimalTransport) return; // it looks at some positions only: EveryMomentCounts is its test
        using LossRunner runner = Runner(statistic, LossNormalization.Relative);
        Prop.ForAll(s_maps, m =>
        {
            PlainVgg.Map picture = Map(m.Seed, m.Height, m.Width), style = Map(m.Seed + 1, 9, 7);
            int n = m.Height * m.Width;
            int[] order = [.. Enumerable.Range(0, n)];
            new Random(m.Seed).Shuffle(order);
            PlainVgg.Map moved = new([.. picture.Values.Select((_, i) => picture.Values[i / n * n + order[i % n]])], Channels, m.Width,
                m.Height);
            double found = Term(runner, statistic, picture, style);
            Assert.Equal(found, Term(runner, statistic, moved, style), 1e-5 * found + 1e-6);
        }).Check(s_config);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void RelativeTermsForgetTheScaleAndAbsoluteOnesGrowByTheirDegree(StyleStatistic statistic)
    {
        PlainVgg.Map picture = Map(1, 12, 9), style = Map(2, 10, 11), scaled = Scaled(picture), scaledStyle = Scaled(style);
        foreach (LossNormalization normalization in Enum.GetValues<LossNormalization>())
        {
            using LossRunner runner = Runner(statistic, normalization);
            double degree = StyleStatistics.Create(statistic, Layer, 1, normalization).Degree;
            Assert.Equal(Math.Pow(50, degree), Term(runner, statistic, scaled, scaledStyle) / Term(runner, statistic, picture, style),
                1e-3 * Math.Pow(50, degree));
        }

        static PlainVgg.Map Scaled(PlainVgg.Map map) => map with { Values = [.. map.Values.Select(v => 50 * v)] };
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheGradientAgreesWithDifferencesIn64Bits(StyleStatistic statistic, LossNormalization normalization)
    {
        using LossRunner runner = Runner(statistic, normalization);
        const int width = 31, height = 22;
        float[] style = Image(2, 27, 24), image = Image(3, width, height);
        (float[] terms, _, float[] gradient) = runner.Evaluate(image, width, height, runner.Measure(style, 27, 24), 1);
        PlainVgg.Map styleMap = Plain([.. style.Select(v => (double)v)], 27, 24);
        double[] at = [.. image.Select(v => (double)v)];
        double expected = Distance(at);
        Assert.Equal(1, terms[0] / expected, statistic == StyleStatistic.Wasserstein ? 1e-3 : 1e-4);
        Random random = new(8);
        double size = Math.Sqrt(gradient.Sum(g => (double)g * g) / 3);
        for (int repeat = 0; repeat < 4; repeat++)
        {
            double[] direction = [.. image.Select(_ => random.NextDouble() * 2 - 1)];
            double step = 1e-5, slope = (Distance(Moved(step)) - Distance(Moved(-step))) / (2 * step),
                along = direction.Zip(gradient, (d, g) => d * g).Sum();
            output.WriteLine($"{statistic} {normalization}: {along} and {slope}, size {size}");
            Assert.True(Math.Abs(slope - along) <= (statistic == StyleStatistic.Wasserstein ? 5e-3 : 5e-4) * size,
                $"{along} along a direction where differences give {slope}, size {size}");

            double[] Moved(double by) => [.. at.Select((v, i) => v + by * direction[i])];
        }

        double Distance(double[] x)
        {
            (double distance, double energy) = PlainStatistics.Compare(statistic, Plain(x, width, height), styleMap);
            return normalization == LossNormalization.Relative ? distance / energy : distance;
        }
    }

    [Fact]
    public void EveryMomentCounts()
    {
        // Two sets of values with the same mean and the same deviation: only the whole distribution tells them apart.
        double[] two = [.. Enumerable.Range(0, Channels * 144).Select(i => i % 2 == 0 ? -1.0 : 1)];
        double[] three = [.. Enumerable.Range(0, Channels * 144).Select(i =>
            (i % 4) switch { 0 => -Math.Sqrt(2), 1 => Math.Sqrt(2), _ => 0 })];
        PlainVgg.Map picture = new(two, Channels, 12, 12), style = new(three, Channels, 12, 12);
        Assert.True(Relative(StyleStatistic.MeanStd) < 1e-6);
        Assert.True(Relative(StyleStatistic.MmdGaussian) > 0.02);
        Assert.True(Relative(StyleStatistic.Histogram) > 0.05);
        Assert.True(Relative(StyleStatistic.SlicedWasserstein) > 0.01);

        double Relative(StyleStatistic statistic)
        {
            using LossRunner runner = Runner(statistic, LossNormalization.Relative);
            return Term(runner, statistic, picture, style);
        }
    }

    [Fact]
    public void AConstantMapHasFiniteTermsAndGradients()
    {
        foreach (StyleStatistic statistic in s_ofMaps)
        {
            foreach (double value in (double[])[0, 3])
            {
                PlainVgg.Map flat = new([.. Enumerable.Repeat(value, Channels * 30)], Channels, 5, 6);
                using LossRunner runner = Runner(statistic, LossNormalization.Relative);
                foreach (PlainVgg.Map other in (PlainVgg.Map[])[flat, Map(4, 7, 8)])
                {
                    (float[] terms, float[] gradient) = Evaluate(runner, statistic, flat, other);
                    Assert.True(float.IsFinite(terms[0]) && gradient.All(float.IsFinite), $"{statistic} of {value}: {terms[0]}");
                    (terms, gradient) = Evaluate(runner, statistic, other, flat);
                    Assert.True(float.IsFinite(terms[0]) && gradient.All(float.IsFinite), $"{statistic} to {value}: {terms[0]}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void BlendsOfOneStyleAreThatStyle(StyleStatistic statistic)
    {
        Loss loss = StyleStatistics.Create(statistic, Layer);
        float[] one = [.. Enumerable.Range(0, loss.StatisticShape(Channels)!.Aggregate(1, (n, d) => n * int.Parse(d))).Select(i =>
            (float)Math.Sin(i))];
        float[] blend = new float[one.Length];
        loss.Blend(one, 0, 0.3, blend);
        loss.Blend(one, 0.3, 0.55, blend);
        loss.Blend(one, 0.55, 1, blend);
        for (int i = 0; i < one.Length; i++) Assert.Equal(one[i], blend[i], 1e-6);
        Assert.Throws<ArgumentException>(() => loss.Blend(one, 0, 1, new float[one.Length - 1]));
    }

    [Fact]
    public void NamesAreReadAndWritten()
    {
        Assert.Equal(["gram", "covariance", "mean-std", "mmd-linear", "mmd-polynomial", "mmd-gaussian", "wasserstein", "histogram",
            "nearest-neighbor", "optimal-transport", "sliced-wasserstein"], StyleStatistics.Names);
        foreach (StyleStatistic statistic in Enum.GetValues<StyleStatistic>())
        {
            Assert.Equal(statistic, StyleStatistics.Parse(StyleStatistics.NameOf(statistic).ToUpperInvariant()));
            Assert.Equal(statistic, StyleStatistics.Parse($" {statistic} "));
            Assert.Equal(Layer, StyleStatistics.Create(statistic, Layer).Layer);
        }
        Assert.Equal("style relu1_1", StyleStatistics.Create(StyleStatistic.Gram, "relu1_1").Name);
        Assert.Equal("style relu1_1 mean-std", StyleStatistics.Create(StyleStatistic.MeanStd, "relu1_1").Name);
        Assert.Contains("mmd-linear", Assert.Throws<FormatException>(() => StyleStatistics.Parse("grams")).Message);
        Assert.Throws<ArgumentException>(() => StyleStatistics.Create((StyleStatistic)99, Layer));
    }

    private static LossRunner Runner(StyleStatistic statistic, LossNormalization normalization) =>
        new(TinyNetwork.Shared.Network, StyleStatistics.Create(statistic, Layer, 1, normalization));

    private static double Term(LossRunner runner, StyleStatistic statistic, PlainVgg.Map picture, PlainVgg.Map style) =>
        Evaluate(runner, statistic, picture, style).Terms[0];

    private static (float[] Terms, float[] Gradient) Evaluate(LossRunner runner, StyleStatistic statistic, PlainVgg.Map picture,
        PlainVgg.Map style)
    {
        Loss loss = StyleStatistics.Create(statistic, Layer);
        (float[] terms, _, Dictionary<string, float[]> gradients) = runner.EvaluateMaps(
            new Dictionary<string, GraphTensor> { [LossGraph.Map(Layer)] = Tensor(picture) },
            new Dictionary<string, GraphTensor> { [loss.Name] = runner.MeasureMap(loss, Tensor(style)) }, 1);
        return (terms, gradients[LossGraph.Gradient(Layer)]);
    }

    private static GraphTensor Tensor(PlainVgg.Map map) =>
        new(Array.ConvertAll(map.Values, v => (float)v), 1, map.Channels, map.Height, map.Width);

    private static PlainVgg.Map Map(int seed, int height, int width)
    {
        Random random = new(seed);
        return new PlainVgg.Map([.. Enumerable.Range(0, Channels * height * width).Select(_ => (double)(random.NextSingle() * 3 - 1))],
            Channels, height, width);
    }

    private static PlainVgg.Map Plain(double[] image, int width, int height) =>
        PlainVgg.Features(TinyNetwork.Tensors(1, 4, 8, 8, 8, 8), new PlainVgg.Map(image, 3, height, width), Pooling.Max, Layer)[Layer];

    private static float[] Image(int seed, int width, int height)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, 3 * width * height).Select(_ => random.NextSingle() * 255)];
    }
}
