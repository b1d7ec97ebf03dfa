using FsCheck;
using FsCheck.Fluent;
using MLNetStyle.Graphs;
using MLNetStyle.Losses;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Losses;

public sealed class NearestNeighborTests
{
    private const string Layer = "relu2_1";
    private const int Channels = 8, Vectors = 60;

    private static readonly NearestNeighborStyleLoss s_loss = new(Layer, vectors: Vectors);
    private static readonly Arbitrary<(int Seed, int Height, int Width)> s_maps =
        (from s in Gen.Choose(0, 1 << 30) from h in Gen.Choose(3, 24) from w in Gen.Choose(3, 24) select (s, h, w)).ToArbitrary();
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(20).WithReplay(20260711UL, 7919UL);

    [Fact]
    public void TheStatisticHoldsTheMeanAndVectorsOfTheInside()
    {
        using LossRunner runner = new(TinyNetwork.Shared.Network, s_loss);
        Prop.ForAll(s_maps, m =>
        {
            PlainVgg.Map map = Map(m.Seed, m.Height, m.Width);
            float[] statistic = runner.MeasureMap(s_loss, Tensor(map)).Values.ToArray();
            int[] held = NeighborVectors.Held(statistic, 1 + Vectors, Channels);
            int left = Math.Min(NeighborVectors.Border, m.Width / 8), top = Math.Min(NeighborVectors.Border, m.Height / 8);
            int inside = (m.Width - 2 * left) * (m.Height - 2 * top);
            Assert.Equal(Enumerable.Range(1, Math.Min(Vectors, inside)), held);
            double[] mean = PlainNeighbors.Column(statistic, 1 + Vectors, 0);
            for (int c = 0; c < Channels; c++) Assert.Equal(map.Values.Skip(c * m.Height * m.Width).Take(m.Height * m.Width).Average(),
                mean[c], 1e-5);
            HashSet<int> seen = [];
            foreach (int column in held)
            {
                double[] vector = PlainNeighbors.Column(statistic, 1 + Vectors, column);
                int at = Enumerable.Range(0, m.Height * m.Width).Single(i => PlainNeighbors.Vector(map, i).Zip(vector, (a,
                    b) => Math.Abs(a - b)).Max() < 1e-6);
                Assert.True(seen.Add(at));
                Assert.InRange(at % m.Width, left, m.Width - 1 - left);
                Assert.InRange(at / m.Width, top, m.Height - 1 - top);
            }
        }).Check(s_config);
    }

    /// <summary>A map that holds its own place: any number of the first vectors lies evenly in it.</summary>
    [Fact]
    public void TheFirstVectorsAreSpreadEvenly()
    {
        const int Side = 32;
        double[] places = [.. Enumerable.Range(0, Channels * Side * Side).Select(i => (i / (Side * Side)) switch { 0 => i % Side + 1.0,
            1 => i % (Side * Side) / Side + 1.0, _ => 1 })];
        NearestNeighborStyleLoss loss = new(Layer, vectors: 400);
        using LossRunner runner = new(TinyNetwork.Shared.Network, loss);
        float[] statistic = runner.MeasureMap(loss, Tensor(new PlainVgg.Map(places, Channels, Side, Side))).Values.ToArray();
        foreach (int first in (int[])[64, 200, 400])
        {
            int[] quarters = new int[4];
            for (int k = 1; k <= first; k++) quarters[(statistic[k] > Side / 2 ? 1 : 0) + (statistic[401 + k] > Side / 2 ? 2 : 0)]++;
            Assert.All(quarters, q => Assert.InRange(q, 0.8 * first / 4, 1.2 * first / 4));
        }
    }

    [Fact]
    public void ATermAndItsGradientAreThoseOfTheFormula()
    {
        using LossRunner runner = new(TinyNetwork.Shared.Network, s_loss);
        Prop.ForAll(s_maps, m =>
        {
            PlainVgg.Map picture = Map(m.Seed, m.Height, m.Width);
            float[] statistic = runner.MeasureMap(s_loss, Tensor(Map(m.Seed + 1, 13, 15))).Values.ToArray();
            int n = m.Height * m.Width;
            Random random = new(m.Seed);
            int[] matches = [.. Enumerable.Range(0, n).Select(_ => random.Next(1, 1 + Vectors))];
            double[] weights = [.. matches.Select(_ => random.NextDouble())];
            runner.Extra[LossGraph.Matches(s_loss.Name)] = Matches(matches, weights, m.Height, m.Width);
            (float[] terms, _, Dictionary<string, float[]> gradients) = runner.EvaluateMaps(
                new Dictionary<string, GraphTensor> { [LossGraph.Map(Layer)] = Tensor(picture) },
                new Dictionary<string, GraphTensor> { [s_loss.Name] = new(statistic, 1, Channels, 1 + Vectors) }, 1);
            double expected = PlainNeighbors.Distance(picture, statistic, 1 + Vectors, matches, weights);
            Assert.Equal(expected, terms[0], 1e-5 * expected + 1e-7);
            float[] gradient = gradients[LossGraph.Gradient(Layer)];
            double[] direction = [.. gradient.Select(_ => random.NextDouble() * 2 - 1)];
            double slope = (At(1e-5) - At(-1e-5)) / 2e-5, along = direction.Zip(gradient, (d, g) => d * g).Sum();
            Assert.Equal(slope, along, 1e-3 * Math.Sqrt(gradient.Sum(g => (double)g * g)));

            double At(double by) => PlainNeighbors.Distance(picture with
            {
                Values = [.. picture.Values.Select((v,
                i) => v + by * direction[i])]
            }, statistic, 1 + Vectors, matches, weights);
        }).Check(s_config);
    }

    [Fact]
    public void MergedVectorsComeByTurnsAsTheWeightsSay()
    {
        Gen<(int, int, int, int)> cases = from a in Gen.Choose(1, 40)
                                          from b in Gen.Choose(1, 40)
                                          from w in Gen.Choose(1,
            9)
                                          from columns in Gen.Choose(2, 60)
                                          select (a, b, w, columns);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            (int a, int b, int tenths, int columns) = c;
            (a, b) = (Math.Min(a, columns - 1), Math.Min(b, columns - 1));
            float[] merged = NeighborVectors.Merge(Statistic(a, 1, columns), tenths, Statistic(b, -1, columns), 10 - tenths, columns);
            Assert.Equal((tenths - (10 - tenths)) / 10.0, merged[0], 1e-6);
            int[] held = NeighborVectors.Held(merged, columns, 2);
            Assert.Equal(Enumerable.Range(1, held.Length), held);
            int fromA = 0;
            for (int k = 1; k <= held.Length; k++)
            {
                if (merged[k] > 0) Assert.Equal(++fromA, merged[columns + k]);
                else Assert.Equal(k - fromA, merged[columns + k]);
                Assert.InRange(fromA - tenths / 10.0 * k, -1, 1);
            }
            // It ends where there is no more room, or where one of the two has no more.
            Assert.True(held.Length == columns - 1 || fromA == a || held.Length - fromA == b);
        }).Check(s_config);

        // The sign says whose a column is, the second row which one it was.
        static float[] Statistic(int count, float sign, int columns)
        {
            float[] values = new float[2 * columns];
            values[0] = sign;
            for (int k = 1; k <= count; k++) (values[k], values[columns + k]) = (sign, k);
            return values;
        }
    }

    [Fact]
    public void RoundedVectorsAreNearAndComeBackFromPackingBitByBit()
    {
        Gen<(int, int, int)> cases = from s in Gen.Choose(0, 1 << 30)
                                     from channels in Gen.Choose(1, 20)
                                     from columns in Gen.Choose(2,
            30)
                                     select (s, channels, columns);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            (int seed, int channels, int columns) = c;
            Random random = new(seed);
            int count = random.Next(0, columns);
            float[] statistic = new float[channels * columns];
            for (int i = 0; i < statistic.Length; i++) statistic[i] = i % columns <= count
                ? (float)((random.NextDouble() * 2 - 1) * Math.Pow(10, random.Next(-3, 5))) : 0;
            float[] rounded = [.. statistic];
            NeighborVectors.Round(rounded, columns);
            for (int k = 0; k < columns; k++)
            {
                double[] before = PlainNeighbors.Column(statistic, columns, k), after = PlainNeighbors.Column(rounded, columns, k);
                double most = before.Max(Math.Abs);
                for (int i = 0; i < channels; i++) Assert.Equal(before[i], after[i], k == 0 ? 0 : most / 127 * 0.51);
            }
            float[] twice = [.. rounded];
            NeighborVectors.Round(twice, columns);
            Assert.Equal(rounded, twice);
            int[] held = NeighborVectors.Held(rounded, columns, channels);
            float[] packed = new float[NeighborVectors.PackedLength(channels, held.Length)];
            NeighborVectors.Pack(rounded, columns, held, packed);
            Assert.All(packed, p => Assert.True(float.IsFinite(p)));
            Assert.Equal(rounded, NeighborVectors.Unpack(packed, channels, columns));
        }).Check(s_config);
        Assert.Throws<FormatException>(() => NeighborVectors.Unpack([0, 0, 1], 1, 3));
        Assert.Throws<FormatException>(() => NeighborVectors.Unpack([0, 1, -1], 1, 3));
        Assert.Throws<FormatException>(() => NeighborVectors.Unpack([0, 1, 1 << 24], 1, 3));
    }

    [Fact]
    public void ARegionGivesVectorsOfItsOwnAlone()
    {
        GuidedLoss guided = new(s_loss, "left");
        using LossRunner runner = new(TinyNetwork.Shared.Network, guided);
        const int Width = 12, Height = 9;
        float[] mask = [.. Enumerable.Range(0, Width * Height).Select(i => i % Width < 5 ? 1f : i % Width == 5 ? 0.4f : 0)];
        runner.Guides[guided.Name] = new GraphTensor(mask, 1, 1, Height, Width);
        PlainVgg.Map map = Map(5, Height, Width);
        float[] statistic = runner.MeasureMap(guided, Tensor(map)).Values.ToArray();
        int[] held = NeighborVectors.Held(statistic, 1 + Vectors, Channels);
        Assert.Equal((5 - 1) * (Height - 2), held.Length);
        foreach (int column in held)
        {
            double[] vector = PlainNeighbors.Column(statistic, 1 + Vectors, column);
            int at = Enumerable.Range(0, Width * Height).Single(i => PlainNeighbors.Vector(map, i).Zip(vector, (a,
                b) => Math.Abs(a - b)).Max() < 1e-6);
            Assert.InRange(at % Width, 1, 4);
        }

        // A guided term is that of the plain formula with T^2 as weights, over all positions.
        int[] matches = [.. Enumerable.Range(0, Width * Height).Select(i => 1 + i % held.Length)];
        runner.Extra[LossGraph.Matches(guided.Name)] = Matches(matches, [.. matches.Select(_ => 1.0)], Height, Width);
        (float[] terms, _, _) = runner.EvaluateMaps(
            new Dictionary<string, GraphTensor> { [LossGraph.Map(Layer)] = Tensor(map) },
            new Dictionary<string, GraphTensor> { [guided.Name] = new(statistic, 1, Channels, 1 + Vectors) }, 1);
        Assert.Equal(PlainNeighbors.Distance(map, statistic, 1 + Vectors, matches, [.. mask.Select(t => (double)t * t)]), terms[0], 1e-5);
    }

    [Fact]
    public void WhatIsOutOfRangeIsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new NearestNeighborStyleLoss(Layer, vectors: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NearestNeighborStyleLoss(Layer,
            vectors: NearestNeighborStyleLoss.MostVectors + 1));
        Assert.Throws<ArgumentException>(() => new NearestNeighborStyleLoss(Layer, kind: LossKind.Content));
        Assert.Equal("style relu2_1 nearest-neighbor", s_loss.Name);
        Assert.Equal("neighbors relu2_1", new NearestNeighborStyleLoss(Layer, kind: LossKind.Neighbors).Name);
    }

    private static GraphTensor Matches(int[] matches, double[] weights, int height, int width) =>
        new((float[])[.. matches.Select(k => (float)k), .. weights.Select(w => (float)w)], 1, 2, height, width);

    private static GraphTensor Tensor(PlainVgg.Map map) => new(Array.ConvertAll(map.Values, v => (float)v), 1, map.Channels, map.Height,
        map.Width);

    private static PlainVgg.Map Map(int seed, int height, int width)
    {
        Random random = new(seed);
        return new PlainVgg.Map([.. Enumerable.Range(0, Channels * height * width).Select(_ => (double)(random.NextSingle() * 3 - 1))],
            Channels, height, width);
    }
}
