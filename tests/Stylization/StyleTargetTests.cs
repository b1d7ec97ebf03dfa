using MLNetStyle.Graphs;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Stylization;

public sealed class StyleTargetTests
{
    [Theory]
    [InlineData(48, PreserveColorMode.None)]
    [InlineData(0, PreserveColorMode.None)]
    [InlineData(48, PreserveColorMode.Histogram)]
    [InlineData(48, PreserveColorMode.Luminance)]
    public void AfterARoundTripThePictureIsTheSame(int size, PreserveColorMode color)
    {
        using Stylizer stylizer = new(TinyNetwork.Shared.Network,
            new StylizationOptions { Size = size, CoarsestSize = 24, Iterations = 4, PreserveColor = color });
        PlanarImage content = StylizerTests.Picture(40, 48, 1);
        StyleTarget target = stylizer.MeasureStyle(new StyleSource(StylizerTests.Picture(70, 51, 2)).Add(StylizerTests.Picture(33, 64, 3),
            2));
        StyleTarget again = StyleTarget.FromVector(target.Describe(), target.ToVector());
        Assert.Equal(target.Sizes, again.Sizes);
        Assert.Equal(stylizer.Stylize(content, target).Image.Samples, stylizer.Stylize(content, again).Image.Samples);
    }

    /// <summary>The text is that of a file which the first version of the library wrote.</summary>
    [Fact]
    public void WhatTheFirstVersionWroteIsReadAndWrittenAgain()
    {
        const string Old = """{"version":1,"statistics":[{"name":"style relu1_1","shape":[1,2,2]},{"name":"style relu2_1","shape":[1,1]}],"sizes":[24,48],"images":[{"width":2,"height":1,"weight":0.25},{"width":1,"height":1,"weight":0.75}]}""";
        float[] values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0x010203, 0xFFFEFD, 7];
        StyleTarget target = StyleTarget.FromVector(Old, values);
        Assert.Equal([24, 48], target.Sizes);
        Assert.Equal([6f, 7, 8, 9], target.Find(48)![0].Values.ToArray());
        Assert.Equal([0.25, 0.25], target.Images[0].Weights);
        Assert.Equal([1f, 255, 2, 254, 3, 253], target.Images[0].Image.Samples);
        Assert.Equal(Old, target.Describe());
        Assert.Equal(values, target.ToVector());
    }

    /// <summary>Earlier versions would leave out what they do not know, and make another picture.</summary>
    [Fact]
    public void WhatEarlierVersionsWouldMisreadHasAnotherVersion()
    {
        StylizationOptions options = new() { Size = 0, CoarsestSize = 24, NeighborWeight = 0, Recolor = 0 },
            strokes = new() { Size = 48, CoarsestSize = 24, StrokeSize = 2, NeighborWeight = 0, Recolor = 0 };
        using Stylizer neighbors = new(TinyNetwork.Shared.Network, new() { Size = 48, CoarsestSize = 24 });
        using Stylizer stylizer = new(TinyNetwork.Shared.Network, options), wide = new(TinyNetwork.Shared.Network, strokes);
        PlanarImage a = StylizerTests.Picture(40, 40, 1), b = StylizerTests.Picture(40, 40, 2);
        Assert.Contains("\"version\":1", stylizer.MeasureStyle(new StyleSource(a).Add(b, 2)).Describe());
        Assert.Contains("\"version\":2", stylizer.MeasureStyle(new StyleSource(a).Add(b, 2, StyleScope.Fine)).Describe());
        Assert.Contains("\"version\":2", wide.MeasureStyle(new StyleSource(a)).Describe());
        Assert.Contains("\"version\":3", neighbors.MeasureStyle(new StyleSource(a)).Describe());
    }

    [Fact]
    public void SeveralStylesAreBlendedByNormalisedWeights()
    {
        using Stylizer stylizer = new(TinyNetwork.Shared.Network,
            new StylizationOptions { Size = 32, CoarsestSize = 32, NeighborWeight = 0 });
        PlanarImage a = StylizerTests.Picture(40, 40, 1), b = StylizerTests.Picture(40, 40, 2);
        IReadOnlyList<GraphTensor> first = Only(new StyleSource(a)), second = Only(new StyleSource(b)),
            blend = Only(new StyleSource(a).Add(b, 3));
        for (int i = 0; i < first.Count; i++)
            for (int k = 0; k < blend[i].Values.Length; k++)
                Assert.Equal(0.25 * first[i].Values.Span[k] + 0.75 * second[i].Values.Span[k], blend[i].Values.Span[k],
                    1e-3 * (1 + Math.Abs(blend[i].Values.Span[k])));

        IReadOnlyList<GraphTensor> Only(StyleSource source) => stylizer.MeasureStyle(source).Find(32)!;
    }

    [Fact]
    public void ImagesAreReadOneByOneAndNotKept()
    {
        using Stylizer stylizer = new(TinyNetwork.Shared.Network, new StylizationOptions { Size = 32, CoarsestSize = 16 });
        List<WeakReference> made = [];
        StyleTarget stream = stylizer.MeasureStyle(Images());
        StyleTarget source = stylizer.MeasureStyle(Enumerable.Range(0, 20).Aggregate(new StyleSource(), (s, i) =>
            s.Add(StylizerTests.Picture(40, 30, i), 1 + i)));
        Assert.Equal(source.ToVector(), stream.ToVector());
        Assert.False(stream.HasImages);
        Assert.Throws<ArgumentException>(() => stylizer.MeasureStyle([]));
        Assert.Throws<ArgumentException>(() => stylizer.MeasureStyle([new StyleSourceImage(StylizerTests.Picture(40, 30, 1), -1)]));

        IEnumerable<StyleSourceImage> Images()
        {
            for (int i = 0; i < 20; i++)
            {
                GC.Collect();
                Assert.True(made.Count(m => m.IsAlive) <= 2, "images that were measured are still held");
                yield return new StyleSourceImage(Make(i), 1 + i);
            }
        }

        PlanarImage Make(int i)
        {
            PlanarImage image = StylizerTests.Picture(40, 30, i);
            made.Add(new WeakReference(image));
            return image;
        }
    }

    [Theory]
    [InlineData(48, PreserveColorMode.None)]
    [InlineData(0, PreserveColorMode.None)]
    [InlineData(48, PreserveColorMode.Histogram)]
    public void TheWayBetweenTwoStylesIsLinearAndItsEndsAreTheStyles(int size, PreserveColorMode color)
    {
        using Stylizer stylizer = new(TinyNetwork.Shared.Network,
            new StylizationOptions { Size = size, CoarsestSize = 24, Iterations = 4, PreserveColor = color });
        PlanarImage content = StylizerTests.Picture(40, 48, 1), one = StylizerTests.Picture(70, 51, 2),
            two = StylizerTests.Picture(50, 64, 3);
        StyleTarget a = stylizer.MeasureStyle(new StyleSource(one)), b = stylizer.MeasureStyle(new StyleSource(two));
        StyleTarget blend = stylizer.MeasureStyle(new StyleSource().Add(one, 0.75).Add(two, 0.25));
        float[] first = Made(a), second = Made(b);
        Assert.Equal(first, Made(StyleTarget.Interpolate(a, b, 0)));
        Assert.Equal(second, Made(StyleTarget.Interpolate(a, b, 1)));
        Assert.NotEqual(first, second);
        float[] between = Made(StyleTarget.Interpolate(a, b, 0.25)), expected = Made(blend);
        Assert.True(between.Zip(expected).Max(p => Math.Abs(p.First - p.Second)) < 0.1, "a blend by weights is the same");
        Assert.NotEqual(first, between);

        float[] Made(StyleTarget target) => stylizer.Stylize(content, target).Image.Samples;
    }

    [Fact]
    public void StylesThatDoNotFitTogetherAreNotBlended()
    {
        StyleTarget Measured(int size, string layer = "relu1_1")
        {
            using Stylizer stylizer = new(TinyNetwork.Shared.Network,
                new StylizationOptions { Size = size, CoarsestSize = 24, StyleLayers = [layer] });
            return stylizer.MeasureStyle(new StyleSource(StylizerTests.Picture(40, 40, 1)));
        }
        StyleTarget a = Measured(48);
        Assert.Contains("relu2_1",
            Assert.Throws<ArgumentException>(() => StyleTarget.Interpolate(a, Measured(48, "relu2_1"), 0.5)).Message);
        Assert.Contains("pixels", Assert.Throws<ArgumentException>(() => StyleTarget.Interpolate(a, Measured(64), 0)).Message);
        Assert.Contains("keeps", Assert.Throws<ArgumentException>(() => StyleTarget.Interpolate(a, Measured(0), 1)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => StyleTarget.Interpolate(a, a, 1.01));
        Assert.Throws<ArgumentOutOfRangeException>(() => StyleTarget.Interpolate(a, a, double.NaN));
    }

    [Fact]
    public void TheStyleScaleIsTheStylesSizeByThePictures()
    {
        using Stylizer stylizer = new(TinyNetwork.Shared.Network,
            new StylizationOptions { Size = 64, CoarsestSize = 32, StyleScale = 1.5 });
        Assert.Equal([48, 96], stylizer.MeasureStyle(new StyleSource(StylizerTests.Picture(80, 40, 1))).Sizes);
    }

    [Fact]
    public void ASizeThatWasNotMeasuredIsServedByTheNearest()
    {
        using Stylizer stylizer = new(TinyNetwork.Shared.Network, new StylizationOptions { Size = 64, CoarsestSize = 32, StyleScale = 1 });
        StyleTarget target = stylizer.MeasureStyle(new StyleSource(StylizerTests.Picture(80, 40, 1)));
        Assert.Same(target.Find(64), target.Find(500));
        Assert.Same(target.Find(32), target.Find(40));
    }

    [Fact]
    public void WhatIsNoTargetIsRefusedWithTheReason()
    {
        using Stylizer stylizer = new(TinyNetwork.Shared.Network, new StylizationOptions { Size = 32, CoarsestSize = 32 });
        StyleTarget target = stylizer.MeasureStyle(new StyleSource(StylizerTests.Picture(40, 40, 1)));
        string description = target.Describe();
        float[] values = target.ToVector();
        Refused("describes", description, values[1..]);
        Refused("infinite", description, [float.NaN, .. values[1..]]);
        Refused("JSON", "{", values);
        Refused("JSON", "[]", values);
        Refused("incomplete", "null", values);
        Refused("incomplete", "{}", values);
        Refused("version", description.Replace("\"version\":3", "\"version\":4"), values);
        Refused("shape", description.Replace("[1,4,4]", "[1,-4,4]"), values);
        Refused("more than", description.Replace("[1,4,4]", "[400000000,400000000,4]"), values);
        Refused("same name", description.Replace("relu2_1", "relu1_1"), values);
        Refused("ascending", description.Replace("\"sizes\":[32]", "\"sizes\":[32,32]"), values);
        Refused("image", description.Replace("\"images\":[]", "\"images\":[{\"width\":0,\"height\":3,\"weight\":1}]"), values);
        Refused("describes", description.Replace("\"images\":[]", "\"images\":[{\"width\":16384,\"height\":16384,\"weight\":1}]"), values);
        Refused("longer", new string(' ', 2 << 20), values);

        static void Refused(string reason, string text, float[] numbers) =>
            Assert.Contains(reason, Assert.Throws<FormatException>(() => StyleTarget.FromVector(text, numbers)).Message);
    }
}
