using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Stylization;

public sealed class StrokeSizeTests
{
    private static readonly PlanarImage s_style = StylizerTests.Picture(200, 150, 2);

    [Fact]
    public void EveryStageButTheFineLayersOfTheLastSeesTheStyleEnlarged()
    {
        using Stylizer plain = Make(o => (o.Size, o.CoarsestSize, o.NeighborWeight) = (128, 16, 0));
        using Stylizer stroke = Make(o => (o.StrokeSize, o.NeighborWeight) = (2, 0));
        StyleTarget styles = plain.MeasureStyle(new StyleSource(s_style)), strokes = stroke.MeasureStyle(new StyleSource(s_style));
        Assert.Equal([64, 128], strokes.Sizes);
        Assert.Equal(Values(styles, 64), Values(strokes, 64));
        float[][] own = Values(styles, 64), twice = Values(styles, 128);
        Assert.Equal([own[0], own[1], twice[2], twice[3], twice[4]], Values(strokes, new StyleSides(128, 64)));
    }

    [Fact]
    public void OfOneStageTheCoarseLayersSeeTheStyleEnlarged()
    {
        using Stylizer stroke = Make(o => (o.StrokeSize, o.CoarsestSize, o.StyleScale) = (1.5, 64, 0.5));
        Assert.Equal([48], stroke.MeasureStyle(new StyleSource(s_style)).Sizes);
        Assert.NotNull(stroke.MeasureStyle(new StyleSource(s_style)).Find(new StyleSides(48, 32)));
    }

    [Theory]
    [InlineData(64)]
    [InlineData(0)]
    public void ItComesThroughARoundTripAndChangesThePicture(int size)
    {
        using Stylizer plain = Make(o => o.Size = size), stroke = Make(o => (o.Size, o.StrokeSize) = (size, 2));
        PlanarImage content = StylizerTests.Picture(64, 48, 1);
        StyleTarget target = stroke.MeasureStyle(new StyleSource(s_style)),
            again = StyleTarget.FromVector(target.Describe(), target.ToVector());
        float[] picture = stroke.Stylize(content, target).Image.Samples;
        Assert.Equal(picture, stroke.Stylize(content, again).Image.Samples);
        Assert.NotEqual(picture, plain.Stylize(content, plain.MeasureStyle(new StyleSource(s_style))).Image.Samples);
        StyleTarget measured = StyleTarget.FromVector(target.Describe(), target.ToVector()); // with both sizes, now that they are known
        Assert.Equal(picture, stroke.Stylize(content, measured).Image.Samples);
    }

    [Fact]
    public void ADamagedDescriptionIsRefused()
    {
        using Stylizer stroke = Make(o => o.StrokeSize = 2);
        StyleTarget target = stroke.MeasureStyle(new StyleSource(s_style));
        Refused("fine ones", target.Describe().Replace("\"fineSizes\":[64,64]", "\"fineSizes\":[64]"));
        Refused("ascending", target.Describe().Replace("\"fineSizes\":[64,64]", "\"fineSizes\":[64,0]"));

        void Refused(string reason, string text) =>
            Assert.Contains(reason, Assert.Throws<FormatException>(() => StyleTarget.FromVector(text, target.ToVector())).Message);
    }

    private static Stylizer Make(Action<StylizationOptions> set)
    {
        StylizationOptions options = new() { Size = 64, CoarsestSize = 32, Iterations = 4 };
        set(options);
        return new Stylizer(TinyNetwork.Shared.Network, options);
    }

    private static float[][] Values(StyleTarget target, StyleSides sides) => [.. target.Find(sides)!.Select(t => t.Values.ToArray())];
}
