using MLNetStyle.Graphs;
using MLNetStyle.Imaging;
using MLNetStyle.Stylization;
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
        using Stylizer stylizer = new(TinyNetwork.Shared.Network, new StylizationOptions { Size = size, CoarsestSize = 24, Iterations = 4, PreserveColor = color });
        PlanarImage content = StylizerTests.Picture(40, 48, 1);
        StyleTarget target = stylizer.MeasureStyle(new StyleSource(StylizerTests.Picture(70, 51, 2)).Add(StylizerTests.Picture(33, 64, 3), 2));
        StyleTarget again = StyleTarget.FromVector(target.Describe(), target.ToVector());
        Assert.Equal(target.Sizes, again.Sizes);
        Assert.Equal(stylizer.Stylize(content, target).Image.Samples, stylizer.Stylize(content, again).Image.Samples);
    }

    [Fact]
    public void SeveralStylesAreBlendedByNormalisedWeights()
    {
        using Stylizer stylizer = new(TinyNetwork.Shared.Network, new StylizationOptions { Size = 32, CoarsestSize = 32 });
        PlanarImage a = StylizerTests.Picture(40, 40, 1), b = StylizerTests.Picture(40, 40, 2);
        IReadOnlyList<GraphTensor> first = Only(new StyleSource(a)), second = Only(new StyleSource(b)), blend = Only(new StyleSource(a).Add(b, 3));
        for (int i = 0; i < first.Count; i++)
            for (int k = 0; k < blend[i].Values.Length; k++)
                Assert.Equal(0.25 * first[i].Values.Span[k] + 0.75 * second[i].Values.Span[k], blend[i].Values.Span[k], 1e-3 * (1 + Math.Abs(blend[i].Values.Span[k])));

        IReadOnlyList<GraphTensor> Only(StyleSource source) => stylizer.MeasureStyle(source).Find(32)!;
    }

    [Fact]
    public void TheStyleScaleIsTheStylesSizeByThePictures()
    {
        using Stylizer stylizer = new(TinyNetwork.Shared.Network, new StylizationOptions { Size = 64, CoarsestSize = 32, StyleScale = 1.5 });
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
        Refused("version", description.Replace("\"version\":1", "\"version\":2"), values);
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
