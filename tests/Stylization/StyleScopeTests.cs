using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Stylization;

public sealed class StyleScopeTests
{
    private static readonly PlanarImage s_a = StylizerTests.Picture(70, 51, 2), s_b = StylizerTests.Picture(50, 64, 3),
        s_c = StylizerTests.Picture(44, 60, 4);

    [Theory]
    [InlineData(48, PreserveColorMode.None)]
    [InlineData(0, PreserveColorMode.None)]
    [InlineData(48, PreserveColorMode.Histogram)]
    public void OnePictureForCoarseAndFineIsThePlainStyle(int size, PreserveColorMode color)
    {
        using Stylizer stylizer = Make(size, color);
        PlanarImage content = StylizerTests.Picture(40, 48, 1);
        StyleTarget plain = stylizer.MeasureStyle(new StyleSource(s_a)),
            split = stylizer.MeasureStyle(new StyleSource().Add(s_a, 3, StyleScope.Coarse).Add(s_a, 0.5, StyleScope.Fine));
        Assert.Equal(stylizer.Stylize(content, plain).Image.Samples, stylizer.Stylize(content, split).Image.Samples);
    }

    [Fact]
    public void EveryLayerHasTheStatisticsOfTheImagesThatCoverIt()
    {
        using Stylizer stylizer = Make(48);
        float[][] a = Statistics(stylizer, new StyleSource(s_a)), b = Statistics(stylizer, new StyleSource(s_b)),
            blend = Statistics(stylizer, new StyleSource(s_a).Add(s_b));
        Assert.Equal([b[0], b[1], a[2], a[3], a[4]],
            Statistics(stylizer, new StyleSource().Add(s_a, 2, StyleScope.Coarse).Add(s_b, 7, StyleScope.Fine)));
        Assert.Equal([blend[0], blend[1], a[2], a[3], a[4]], Statistics(stylizer, new StyleSource(s_a).Add(s_b, 1, StyleScope.Fine)));
        Assert.Equal([a[0], a[1], a[2], b[3], a[4]],
            Statistics(stylizer, new StyleSource().Add(s_a, 1, StyleScope.Of("relu1_1", "relu2_1", "relu3_1", "relu5_1")).Add(s_b, 1,
            StyleScope.Of("relu4_1"))));
    }

    [Theory]
    [InlineData(StyleStatistic.MmdGaussian)]
    [InlineData(StyleStatistic.Wasserstein)]
    [InlineData(StyleStatistic.Histogram)]
    public void OtherStatisticsAreTakenAloneToo(StyleStatistic statistic)
    {
        using Stylizer stylizer = new(TinyNetwork.Shared.Network,
            new StylizationOptions { Size = 48, CoarsestSize = 48, NeighborWeight = 0, StyleTerms = [statistic] });
        float[][] a = Statistics(stylizer, new StyleSource(s_a)), b = Statistics(stylizer, new StyleSource(s_b));
        float[][] expected = [b[0], b[1], a[2], a[3], a[4]],
            actual = Statistics(stylizer, new StyleSource().Add(s_a, 2, StyleScope.Coarse).Add(s_b, 1, StyleScope.Fine));
        foreach ((float[] e, float[] x) in expected.Zip(actual)) Assert.Equal(e, x);
        Assert.False(a[0].Zip(actual[0]).All(p => Math.Abs(p.First - p.Second) <= 1e-2 * (1 + Math.Abs(p.First))));
    }

    [Theory]
    [InlineData(0, PreserveColorMode.None)]
    [InlineData(48, PreserveColorMode.Histogram)]
    public void KeptImagesKeepTheirLayers(int size, PreserveColorMode color)
    {
        using Stylizer stylizer = Make(size, color);
        PlanarImage content = StylizerTests.Picture(40, 48, 1);
        StyleTarget target = stylizer.MeasureStyle(new StyleSource(s_c).Add(s_a, 2, StyleScope.Coarse).Add(s_b, 1, StyleScope.Fine));
        StyleTarget again = StyleTarget.FromVector(target.Describe(), target.ToVector());
        Assert.Equal(stylizer.Stylize(content, target).Image.Samples, stylizer.Stylize(content, again).Image.Samples);
        string damaged = target.Describe().Replace("\"weights\":[", "\"weights\":[-");
        Assert.Contains("weights", Assert.Throws<FormatException>(() => StyleTarget.FromVector(damaged, target.ToVector())).Message);
    }

    [Theory]
    [InlineData(48)]
    [InlineData(0)]
    public void BetweenTwoStylesEveryLayerIsBlendedByItself(int size)
    {
        using Stylizer stylizer = Make(size);
        StyleTarget a = stylizer.MeasureStyle(new StyleSource().Add(s_a, 9, StyleScope.Coarse).Add(s_b, 1, StyleScope.Fine)),
            b = stylizer.MeasureStyle(new StyleSource(s_c));
        float[][] blend = Found(StyleTarget.Interpolate(a, b, 0.25)), first = Found(a), second = Found(b);
        for (int i = 0; i < blend.Length; i++)
            for (int k = 0; k < blend[i].Length; k++)
                Assert.Equal(0.75 * first[i][k] + 0.25 * second[i][k], blend[i][k], 1e-3 * (1 + Math.Abs(blend[i][k])));

        float[][] Found(StyleTarget target)
        {
            if (target.HasImages) stylizer.Stylize(StylizerTests.Picture(40, 48, 1), target); // measures it
            return [.. target.Find(48)!.Select(t => t.Values.ToArray())];
        }
    }

    [Fact]
    public void ALayerThatNobodyCoversIsRefusedBeforeAnythingIsMeasured()
    {
        using Stylizer stylizer = Make(48);
        string message = Refused(new StyleSource().Add(s_a, 1, StyleScope.Coarse));
        Assert.Contains("relu1_1, relu2_1", message);
        Assert.Contains("No style image covers", message);
        Assert.Contains("relu5_1", Refused(new StyleSource().Add(s_a, 1, StyleScope.Of("relu1_1", "relu2_1", "relu3_1", "relu4_1"))));
        Assert.Contains("relu4_2 is none of the style layers", Refused(new StyleSource(s_a).Add(s_a, 1, StyleScope.Of("relu4_2"))));
        Assert.Contains("no layer 'relu9_9'", Refused(new StyleSource(s_a).Add(s_a, 1, StyleScope.Of("relu9_9"))));
        Assert.Contains("No style image covers",
            Assert.Throws<ArgumentException>(() =>
            stylizer.MeasureStyle(Enumerable.Repeat(new StyleSourceImage(s_a, 1, StyleScope.Fine), 2))).Message);

        string Refused(StyleSource source) => Assert.Throws<ArgumentException>(() => stylizer.MeasureStyle(source)).Message;
    }

    [Fact]
    public void TextAndBack()
    {
        foreach (StyleScope scope in (StyleScope[])[StyleScope.All, StyleScope.Fine, StyleScope.Coarse,
            StyleScope.Of("relu1_1", "relu3_1")])
            Assert.Equal(scope, StyleScope.Parse($" {scope} "));
        Assert.Equal(["relu1_1", "relu2_1"], StyleScope.Parse("relu1_1, relu2_1").Layers);
        Assert.NotEqual(StyleScope.Fine, StyleScope.Coarse);
        foreach (string text in (string[])["", "relu1_1,", "relu1_1,relu1_1"]) Assert.Contains("fine",
            Assert.Throws<FormatException>(() => StyleScope.Parse(text)).Message);
        Assert.Throws<ArgumentException>(() => StyleScope.Of());
        Assert.Throws<ArgumentException>(() => StyleScope.Of("relu1_1", " "));
    }

    private static Stylizer Make(int size, PreserveColorMode color = PreserveColorMode.None) =>
        new(TinyNetwork.Shared.Network,
            new StylizationOptions { Size = size, CoarsestSize = 24, Iterations = 4, NeighborWeight = 0, PreserveColor = color });

    private static float[][] Statistics(Stylizer stylizer, StyleSource source) =>
        [.. stylizer.MeasureStyle(source).Find(48)!.Select(t => t.Values.ToArray())];
}
