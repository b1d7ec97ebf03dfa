using FsCheck;
using FsCheck.Fluent;
using MLNetStyle.Graphs;
using MLNetStyle.Losses;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Losses;

public sealed class GuidedLossTests
{
    private const string Layer = "relu2_1", Region = "#ff0000";
    private const int Channels = 8;

    private static readonly Arbitrary<(int Seed, int Height, int Width)> s_maps =
        (from s in Gen.Choose(0, 1 << 30) from h in Gen.Choose(3, 14) from w in Gen.Choose(3, 14) select (s, h, w)).ToArbitrary();
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(12).WithReplay(20261123UL, 7919UL);

    public static TheoryData<StyleStatistic> Guided =>
        [StyleStatistic.Gram, StyleStatistic.Covariance, StyleStatistic.MeanStd, StyleStatistic.MmdLinear, StyleStatistic.MmdPolynomial,
        StyleStatistic.Wasserstein];

    public static TheoryData<StyleStatistic, LossNormalization> Cases
    {
        get
        {
            TheoryData<StyleStatistic, LossNormalization> cases = [];
            foreach (StyleStatistic statistic in Guided)
                foreach (LossNormalization normalization in Enum.GetValues<LossNormalization>()) cases.Add(statistic, normalization);
            return cases;
        }
    }

    /// <summary>T^2 in quarters is as if each position were there that many times: an unguided loss in plain loops says what must come
    /// out.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void APositionCountsWithTheSquareOfItsGuide(StyleStatistic statistic, LossNormalization normalization)
    {
        GuidedLoss loss = Loss(statistic, normalization);
        using LossRunner runner = new(TinyNetwork.Shared.Network, loss);
        Prop.ForAll(s_maps, m =>
        {
            PlainVgg.Map picture = Map(m.Seed, m.Height, m.Width), style = Map(m.Seed + 1, m.Width + 2, m.Height + 1);
            int[] often = Quarters(m.Seed + 2, picture), oftenInStyle = Quarters(m.Seed + 3, style);
            (double distance, double energy) = PlainStatistics.Compare(statistic, Repeated(picture, often), Repeated(style, oftenInStyle));
            double share = often.Sum() / 4.0 / often.Length, expected = normalization == LossNormalization.Relative
                ? share * distance / energy : distance;
            double found = Term(runner, loss, picture, Guide(picture, often), style, Guide(style, oftenInStyle)).Value;
            double scale = normalization == LossNormalization.Relative ? share : energy;
            Assert.True(Math.Abs(found - expected) <= 1e-4 * expected
                + 2e-5 * scale, $"{m}: {found} where {expected} is expected, energy {energy}");
        }).Check(s_config);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void OnesEverywhereAreNoGuide(StyleStatistic statistic, LossNormalization normalization)
    {
        GuidedLoss loss = Loss(statistic, normalization);
        using LossRunner guided = new(TinyNetwork.Shared.Network, loss), plain = new(TinyNetwork.Shared.Network, loss.Loss);
        Prop.ForAll(s_maps, m =>
        {
            PlainVgg.Map picture = Map(m.Seed, m.Height, m.Width), style = Map(m.Seed + 1, 9, 7);
            (double found, float[] slope) = Term(guided, loss, picture, Guide(picture, Ones(picture)), style, Guide(style, Ones(style)));
            (double expected, float[] expectedSlope) = Term(plain, loss.Loss, picture, null, style, null);
            if (statistic == StyleStatistic.Gram) Assert.Equal(expected, found); // not one operation differs in what it gives
            Assert.Equal(expected, found, 1e-5 * expected + 1e-7);
            double norm = Math.Sqrt(expectedSlope.Sum(v => (double)v * v)),
                apart = Math.Sqrt(slope.Zip(expectedSlope, (a, b) => ((double)a - b) * ((double)a - b)).Sum());
            Assert.True(apart <= 1e-4 * norm, $"{m}: gradients {apart} apart, {norm} long");
        }).Check(s_config);
    }

    [Theory]
    [MemberData(nameof(Guided))]
    public void WhatIsOutsideHasNoPartInIt(StyleStatistic statistic)
    {
        GuidedLoss loss = Loss(statistic, LossNormalization.Relative);
        using LossRunner runner = new(TinyNetwork.Shared.Network, loss);
        Prop.ForAll(s_maps, m =>
        {
            PlainVgg.Map picture = Map(m.Seed, m.Height, m.Width), style = Map(m.Seed + 1, 9, 7);
            int[] often = [.. Ones(picture).Select((v, i) => i % m.Width < m.Width / 2 ? v : 0)];
            float[] guide = Guide(picture, often);
            (double term, float[] slope) = Term(runner, loss, picture, guide, style, Guide(style, Ones(style)));
            PlainVgg.Map other = picture with { Values = [.. picture.Values.Select((v, i) => guide[i % guide.Length] > 0 ? v : 100 - v)] };
            Assert.Equal(term, Term(runner, loss, other, guide, style, Guide(style, Ones(style))).Value);
            for (int i = 0; i < slope.Length; i++) Assert.True(guide[i % guide.Length] > 0 || slope[i] == 0, "a gradient outside");
        }).Check(s_config);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheGradientIsThatOfTheTerm(StyleStatistic statistic, LossNormalization normalization)
    {
        GuidedLoss loss = Loss(statistic, normalization);
        using LossRunner runner = new(TinyNetwork.Shared.Network, loss);
        CheckSlope(runner, loss, 10);
    }

    [Fact]
    public void RegionsOfRelativeTermsAddUpToAMeanByArea()
    {
        // Two halves with statistics alike: the sum of their terms is the term of the whole.
        GuidedLoss left = new(new GramStyleLoss(Layer), "1"), right = new(new GramStyleLoss(Layer), "2");
        using LossRunner one = new(TinyNetwork.Shared.Network, left), two = new(TinyNetwork.Shared.Network, right),
            plain = new(TinyNetwork.Shared.Network, left.Loss);
        PlainVgg.Map half = Map(3, 6, 4), style = Map(4, 5, 5);
        PlainVgg.Map picture = new([.. Enumerable.Range(0, Channels).SelectMany(c =>
            Enumerable.Range(0, 6).SelectMany(y => Enumerable.Range(0, 8).Select(x => half[c, y, x % 4])))], Channels, 6, 8);
        float[] ones = Guide(style, Ones(style)), west = [.. Enumerable.Range(0, 48).Select(i => i % 8 < 4 ? 1f : 0)],
            east = [.. west.Select(v => 1 - v)];
        double sum = Term(one, left, picture, west, style, ones).Value + Term(two, right, picture, east, style, ones).Value;
        double whole = Term(plain, left.Loss, picture, null, style, null).Value;
        Assert.Equal(whole, sum, 1e-5 * whole);
    }

    [Theory]
    [InlineData(ContentReduction.Mean, LossNormalization.Relative)]
    [InlineData(ContentReduction.Mean, LossNormalization.Absolute)]
    [InlineData(ContentReduction.Sum, LossNormalization.Absolute)]
    [InlineData(ContentReduction.HalfSum, LossNormalization.Absolute)]
    [InlineData(ContentReduction.Scaled, LossNormalization.Absolute)]
    public void AContentMaskWeighsEachPosition(ContentReduction reduction, LossNormalization normalization)
    {
        GuidedLoss loss = new(new ContentLoss(Layer, 1, normalization, reduction), "by mask");
        Assert.Equal("content relu2_1 by mask", loss.Name);
        using LossRunner runner = new(TinyNetwork.Shared.Network, loss), plain = new(TinyNetwork.Shared.Network, loss.Loss);
        PlainVgg.Map picture = Map(1, 5, 7), content = Map(2, 5, 7);
        float[] weight = [.. Enumerable.Range(0, 35).Select(i => i % 5 / 4f)];
        double squares = 0, sizes = 0, energy = 0;
        for (int i = 0; i < picture.Values.Length; i++)
        {
            double difference = picture.Values[i] - content.Values[i];
            squares += weight[i % 35] * difference * difference;
            sizes += Math.Abs(difference);
            energy += content.Values[i] * content.Values[i];
        }
        double expected = (reduction, normalization) switch
        {
            (ContentReduction.Mean, LossNormalization.Relative) => squares / energy,
            (ContentReduction.Mean, _) => squares / picture.Values.Length,
            (ContentReduction.Sum, _) => squares,
            (ContentReduction.HalfSum, _) => squares / 2,
            _ => squares / sizes,
        };
        Assert.Equal(expected, Term(runner, loss, picture, weight, content, null).Value, 1e-5 * expected);
        Assert.Equal(loss.Loss.Degree, loss.Degree);
        float[] ones = [.. weight.Select(_ => 1f)];
        (double whole, float[] slope) = Term(runner, loss, picture, ones, content, null);
        (double unguided, float[] unguidedSlope) = Term(plain, loss.Loss, picture, null, content, null);
        Assert.Equal(unguided, whole, 1e-6 * unguided);
        for (int i = 0; i < slope.Length; i++) Assert.Equal(unguidedSlope[i], slope[i], 1e-5 * Math.Abs(unguidedSlope[i]) + 1e-9);
        CheckSlope(runner, loss, 4);
    }

    [Fact]
    public void WhatHasNoMomentsIsRefusedWithTheReason()
    {
        Assert.Contains("order", Assert.Throws<ArgumentException>(() => new GuidedLoss(new HistogramStyleLoss(Layer), Region)).Message);
        Assert.Contains("positions",
            Assert.Throws<ArgumentException>(() => new GuidedLoss(new GaussianMmdStyleLoss(Layer), Region)).Message);
        Assert.Contains("guided already",
            Assert.Throws<ArgumentException>(() => new GuidedLoss(Loss(StyleStatistic.Gram, LossNormalization.Relative), Region)).Message);
        Assert.Contains("weights for the positions",
            Assert.Throws<ArgumentException>(() => new GuidedLoss(new TotalVariationLoss(), Region)).Message);
        Assert.Throws<ArgumentException>(() => new GuidedLoss(new GramStyleLoss(Layer), " "));
        foreach (StyleStatistic statistic in Guided) Assert.Null(GuidedLoss.Refusal(StyleStatistics.Create(statistic, Layer)));
    }

    [Fact]
    public void ARegionThatPoolingsLeaveNothingOfCountsNothing()
    {
        GuidedLoss loss = Loss(StyleStatistic.Gram, LossNormalization.Relative);
        using LossRunner runner = new(TinyNetwork.Shared.Network, loss);
        PlainVgg.Map picture = Map(1, 4, 4), style = Map(2, 4, 4);
        (double term, float[] slope) = Term(runner, loss, picture, new float[16], style, Guide(style, Ones(style)));
        Assert.Equal(0, term, 1e-9);
        Assert.All(slope, v => Assert.Equal(0, v));
    }

    private static GuidedLoss Loss(StyleStatistic statistic, LossNormalization normalization) =>
        new(StyleStatistics.Create(statistic, Layer, 1, normalization), Region);

    private static void CheckSlope(LossRunner runner, GuidedLoss loss, int steps)
    {
        PlainVgg.Map picture = Map(5, 6, 7), style = Map(6, 6, 7);
        float[] guide = Guide(picture, Quarters(7, picture)), other = Guide(style, Quarters(8, style));
        (_, float[] slope) = Term(runner, loss, picture, guide, style, other);
        Random random = new(9);
        for (int k = 0; k < steps; k++)
        {
            double[] way = [.. slope.Select(v => random.NextDouble() - 0.5 + 4 * v / slope.Max(Math.Abs))];
            const double Step = 0.02;
            double ahead = Term(runner, loss, Moved(Step), guide, style, other).Value,
                behind = Term(runner, loss, Moved(-Step), guide, style, other).Value;
            double expected = (ahead - behind) / (2 * Step), found = slope.Zip(way, (s, w) => s * w).Sum();
            Assert.True(Math.Abs(found - expected) <= 0.02 * Math.Abs(expected) + 1e-6 * ahead / Step, $"{found}, differences {expected}");

            PlainVgg.Map Moved(double by) => picture with { Values = [.. picture.Values.Zip(way, (v, w) => v + by * w)] };
        }
    }

    private static (double Value, float[] Slope) Term(LossRunner runner, Loss loss, PlainVgg.Map picture, float[]? guide,
        PlainVgg.Map target, float[]? targetGuide)
    {
        if (targetGuide is not null) runner.Guides[loss.Name] = new GraphTensor(targetGuide, 1, 1, target.Height, target.Width);
        Dictionary<string, GraphTensor> targets = new() { [loss.Name] = runner.MeasureMap(loss, Tensor(target)) };
        if (guide is not null) runner.Guides[loss.Name] = new GraphTensor(guide, 1, 1, picture.Height, picture.Width);
        (float[] terms, _, Dictionary<string, float[]> gradients) = runner.EvaluateMaps(new Dictionary<string, GraphTensor> { [LossGraph.Map(Layer)] = Tensor(picture) }, targets, 1);
        return (terms[0], gradients[LossGraph.Gradient(Layer)]);
    }

    private static GraphTensor Tensor(PlainVgg.Map map) =>
        new(Array.ConvertAll(map.Values, v => (float)v), 1, map.Channels, map.Height, map.Width);

    private static PlainVgg.Map Map(int seed, int height, int width)
    {
        Random random = new(seed);
        double[] values = new double[Channels * height * width];
        for (int i = 0; i < values.Length; i++) values[i] = (float)Math.Max(0, random.NextDouble() * 3 - 0.8
            + 0.3 * (i / (height * width) % 3));
        return new PlainVgg.Map(values, Channels, height, width);
    }

    private static int[] Ones(PlainVgg.Map map) => [.. Enumerable.Repeat(4, map.Height * map.Width)];

    private static int[] Quarters(int seed, PlainVgg.Map map)
    {
        Random random = new(seed);
        int[] often = [.. Enumerable.Range(0, map.Height * map.Width).Select(_ => random.Next(5))];
        often[0] = often[^1] = 4;
        return often;
    }

    private static float[] Guide(PlainVgg.Map map, int[] often)
    {
        Assert.Equal(map.Height * map.Width, often.Length);
        return [.. often.Select(n => (float)Math.Sqrt(n / 4.0))];
    }

    private static PlainVgg.Map Repeated(PlainVgg.Map map, int[] often)
    {
        int[] places = [.. often.SelectMany((n, i) => Enumerable.Repeat(i, n))];
        return new PlainVgg.Map([.. Enumerable.Range(0, map.Channels).SelectMany(c =>
            places.Select(p => map.Values[c * often.Length + p]))], map.Channels, 1, places.Length);
    }
}
