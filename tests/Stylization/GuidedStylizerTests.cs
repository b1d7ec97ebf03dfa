using MLNetStyle.Losses;
using MLNetStyle.Tests.Imaging;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Stylization;

public sealed class GuidedStylizerTests
{
    private const string Red = "#ff0000", Blue = "#0000ff";

    [Theory]
    [InlineData(EngineKind.Cpu)]
    [InlineData(EngineKind.Onnx)]
    public void OnesEverywhereGiveThePictureWithoutMasks(EngineKind engine)
    {
        PlanarImage content = StylizerTests.Picture(40, 52, 1), style = StylizerTests.Picture(70, 51, 2);
        StylizationOptions plain = new() { Size = 48, CoarsestSize = 24, Iterations = 6, Compute = { Engine = engine, Threads = 1 } },
            masked = plain.Clone();
        (masked.Regions, masked.ContentWeightByMask) = ([Red], true);
        using Stylizer a = new(TinyNetwork.Shared.Network, plain), b = new(TinyNetwork.Shared.Network, masked);
        StylizationResult expected = a.Stylize(content, a.MeasureStyle(new StyleSource(style)));
        RegionMasks Whole(PlanarImage of) => new([(Red, Mask.Whole(of.Width, of.Height))]);
        StylizationResult found = b.Stylize(new ContentSource(content, Whole(content), Mask.Whole(40, 52)),
            b.MeasureStyle(new StyleSource().Add(style, regions: Whole(style))));
        Assert.Equal(expected.History[0].Total, found.History[0].Total, 1e-5 * expected.History[0].Total);
        Assert.Equal(expected.Loss, found.Loss, 1e-3 * expected.Loss);
        double apart = expected.Image.Samples.Zip(found.Image.Samples, (x, y) => Math.Abs(x - y)).Average();
        Assert.True(apart < 0.05, $"the pictures differ by {apart} levels");
        Assert.Contains($"style relu1_1 {Red}", b.Losses.Select(l => l.Name));
    }

    /// <summary>A painted picture whose left half gets one style and its right half another, through the pyramid and the network that comes
    /// with the library.</summary>
    [Fact]
    public void EachHalfGetsItsOwnStyle()
    {
        Network network = Network.Load("compact");
        PlanarImage content = StylizerTests.Picture(96, 64, 1);
        PlanarImage warm = RegionMasksTests.Paint(96, 64, (x, y) => (x + y) / 3 % 2 == 0 ? (230, 120, 30) : (250, 220, 120)),
            cold = RegionMasksTests.Paint(96, 64, (x, y) => (x / 6 + y / 6) % 2 == 0 ? (20, 40, 120) : (70, 160, 200));
        RegionMasks halves = RegionMasks.FromColors(RegionMasksTests.Paint(96, 64, (x, _) => x < 48 ? (255, 0, 0) : (0, 0, 255)));
        using Stylizer stylizer = new(network,
            new StylizationOptions { Size = 96, CoarsestSize = 48, Iterations = 40, Regions = halves.Names, StyleWeight = 200 });
        StyleTarget style = stylizer.MeasureStyle(new StyleSource(warm).Add(cold)); // one image for each region
        PlanarImage picture = stylizer.Stylize(new ContentSource(content, halves), style).Image;
        (PlanarImage left, PlanarImage right) = (Cut(picture, 0, 40), Cut(picture, 56, 40));
        foreach (string layer in new[] { "relu1_1", "relu2_1", "relu3_1" })
        {
            Assert.True(Apart(left, warm, layer) < 0.5 * Apart(left, cold, layer),
                $"{layer}: left {Apart(left, warm, layer)} and {Apart(left, cold, layer)}");
            Assert.True(Apart(right, cold, layer) < 0.5 * Apart(right, warm, layer),
                $"{layer}: right {Apart(right, cold, layer)} and {Apart(right, warm, layer)}");
        }

        double Apart(PlanarImage image, PlanarImage other, string layer)
        {
            GramStyleLoss loss = new(layer);
            using LossRunner runner = new(network, loss);
            float[] a = Gram(image), b = Gram(other);
            return Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum() / b.Sum(y => y * y));

            float[] Gram(PlanarImage of) => runner.Measure(of.Samples, of.Width, of.Height)[loss.Name].Values.ToArray();
        }
    }

    [Fact]
    public void AStyleMaskTakesTheStyleFromItsRegionAlone()
    {
        // The same content, and a style whose right half is changed: only the picture's right half notices.
        PlanarImage style = StylizerTests.Picture(64, 48, 2), other = style.Clone();
        for (int c = 0; c < 3; c++)
            for (int i = 0; i < other.Plane(c).Length; i++)
                if (i % 64 >= 32) other.Plane(c)[i] = 255 - other.Plane(c)[i];
        RegionMasks halves = Halves(64, 48);
        using Stylizer stylizer = new(TinyNetwork.Shared.Network, Options());
        StyleTarget a = Measured(style), b = Measured(other);
        float[] first = a.ToVector(), second = b.ToVector();
        // relu1_1 sees one pixel beyond its own: the edge's share is all that the left region may notice.
        int left = 0, right = 4 * 4;
        Assert.True(Difference(left) < 0.12 * Difference(right), $"{Difference(left)} and {Difference(right)}");

        StyleTarget Measured(PlanarImage image) => stylizer.MeasureStyle(new StyleSource().Add(image, regions: halves));
        double Difference(int at) => Math.Sqrt(Enumerable.Range(at, 16).Sum(i => (first[i] - second[i]) * (double)(first[i] - second[i])));
        StylizationOptions Options() => new() { Size = 48, CoarsestSize = 48, StyleLayers = ["relu1_1"], Regions = [Red, Blue] };
    }

    [Theory]
    [InlineData(48)]
    [InlineData(0)]
    public void RegionsSurviveSaving(int size)
    {
        PlanarImage content = StylizerTests.Picture(40, 48, 1), style = StylizerTests.Picture(70, 50, 2);
        using Stylizer stylizer = new(TinyNetwork.Shared.Network,
            new StylizationOptions { Size = size, CoarsestSize = 24, Iterations = 4, Regions = [Red, Blue] });
        StyleTarget target = stylizer.MeasureStyle(new StyleSource().Add(style,
            regions: Halves(70, 50)).Add(StylizerTests.Picture(50, 50, 3), 2, regions: new RegionMasks([(Blue, Mask.Whole(50, 50))])));
        StyleTarget again = StyleTarget.FromVector(target.Describe(), target.ToVector());
        ContentSource source = new(content, Halves(40, 48));
        float[] expected = stylizer.Stylize(source, target).Image.Samples;
        Assert.Equal(expected, stylizer.Stylize(source, again).Image.Samples);
        Assert.Equal(size == 0, again.HasImages);
        if (size > 0) return;
        float[] damaged = target.ToVector();
        damaged[^1] = 2; // the last value of the last mask
        Assert.Contains("masks", Assert.Throws<FormatException>(() => StyleTarget.FromVector(target.Describe(), damaged)).Message);
    }

    [Theory]
    [InlineData(48)]
    [InlineData(0)]
    public void TheWayBetweenTwoStylesKeepsTheirRegions(int size)
    {
        PlanarImage one = StylizerTests.Picture(70, 50, 2), two = StylizerTests.Picture(50, 50, 3);
        using Stylizer stylizer = new(TinyNetwork.Shared.Network,
            new StylizationOptions { Size = size, CoarsestSize = 24, Iterations = 3, Regions = [Red, Blue] });
        StyleTarget a = stylizer.MeasureStyle(new StyleSource().Add(one, regions: Halves(70, 50))),
            b = stylizer.MeasureStyle(new StyleSource().Add(two, regions: Halves(50, 50)));
        StyleTarget blend = stylizer.MeasureStyle(new StyleSource().Add(one, 0.75, regions: Halves(70, 50)).Add(two, 0.25,
            regions: Halves(50, 50)));
        ContentSource source = new(StylizerTests.Picture(40, 48, 1), Halves(40, 48));
        float[] between = stylizer.Stylize(source, StyleTarget.Interpolate(a, b, 0.25)).Image.Samples,
            expected = stylizer.Stylize(source, blend).Image.Samples;
        Assert.True(between.Zip(expected).Max(p => Math.Abs(p.First - p.Second)) < 0.1, "a blend by weights is the same");
    }

    [Fact]
    public void WhatTheContentMaskLeavesOutIsFree()
    {
        PlanarImage content = StylizerTests.Picture(48, 48, 1);
        StylizationOptions options = new()
        {
            Size = 48,
            CoarsestSize = 48,
            Iterations = 25,
            StyleWeight = 1,
            NeighborWeight = 0,
            Recolor = 0,
            ContentLayers = ["relu2_1"],
            MaskSoftness = 0,
            ContentWeightByMask = true
        };
        using Stylizer stylizer = new(TinyNetwork.Shared.Network, options);
        StyleTarget style = stylizer.MeasureStyle(new StyleSource(StylizerTests.Picture(48, 48, 7)));
        float[] west = [.. Enumerable.Range(0, 48 * 48).Select(i => i % 48 < 24 ? 1f : 0)];
        float[] heldWest = Made(west), heldEast = Made([.. west.Select(v => 1 - v)]);
        Assert.True(Moved(heldEast, 0) > 1.2 * Moved(heldWest, 0), $"west: held {Moved(heldWest, 0)}, free {Moved(heldEast, 0)}");
        Assert.True(Moved(heldWest, 32) > 1.2 * Moved(heldEast, 32), $"east: held {Moved(heldEast, 32)}, free {Moved(heldWest, 32)}");

        float[] Made(float[] weight) => stylizer.Stylize(new ContentSource(content, weight: new Mask(48, 48, weight)), style).Image.Samples;
        double Moved(float[] picture, int from) =>
            Enumerable.Range(0, picture.Length).Where(i => i % 48 >= from && i % 48 < from + 16).Average(i =>
                Math.Abs(picture[i] - content.Samples[i]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void WhereThePaintMaskIsBlackTheContentStaysAndItsEdgeIsSoft(double softness)
    {
        PlanarImage content = StylizerTests.Picture(48, 48, 1);
        StylizationOptions options = new() { Size = 48, CoarsestSize = 24, Iterations = 6, MaskSoftness = softness, PaintByMask = true },
            plain = options.Clone();
        plain.PaintByMask = false;
        using Stylizer masked = new(TinyNetwork.Shared.Network, options), everywhere = new(TinyNetwork.Shared.Network, plain);
        StyleSource source = new(StylizerTests.Picture(48, 48, 7));
        float[] west = [.. Enumerable.Range(0, 48 * 48).Select(i => i % 48 < 24 ? 1f : 0)];
        float[] whole = everywhere.Stylize(content, everywhere.MeasureStyle(source)).Image.Samples,
            half = masked.Stylize(new ContentSource(content, paint: new Mask(48, 48, west)), masked.MeasureStyle(source)).Image.Samples;
        int reach = (int)Math.Ceiling(2 * softness) + 1, between = 0;
        for (int i = 0; i < half.Length; i++)
        {
            int x = i % 48;
            if (x < 24 - reach) Assert.Equal(whole[i], half[i]);
            else if (x >= 24 + reach) Assert.Equal(content.Samples[i], half[i]);
            else if (half[i] != whole[i] && half[i] != content.Samples[i]) between++;
        }
        Assert.Equal(softness > 0, between > 0);
    }

    [Fact]
    public void MasksThatDoNotFitAreRefusedWithTheReason()
    {
        PlanarImage content = StylizerTests.Picture(40, 48, 1), style = StylizerTests.Picture(40, 40, 2);
        StylizationOptions options = new() { Size = 32, CoarsestSize = 32, Iterations = 1, Regions = [Red, Blue] };
        using Stylizer stylizer = new(TinyNetwork.Shared.Network, options),
            plain = new(TinyNetwork.Shared.Network, new StylizationOptions { Size = 32, CoarsestSize = 32 });
        StyleTarget target = stylizer.MeasureStyle(new StyleSource(style).Add(style));
        RegionMasks red = new([(Red, Mask.Whole(40, 48))]),
            third = new([(Red, Mask.Whole(40, 48)), (Blue, Mask.Whole(40, 48)), ("#00ff00", Mask.Whole(40, 48))]);
        Refused("the content has no mask", () => stylizer.Stylize(content, target));
        Refused($"no region {Blue}", () => stylizer.Stylize(new ContentSource(content, red), target));
        Refused("region #00ff00, but the style has only", () => stylizer.Stylize(new ContentSource(content, third), target));
        Refused("proportions", () => _ = new ContentSource(content, Halves(48, 40)));
        Refused("proportions", () => _ = new ContentSource(content, null, Mask.Whole(48, 40)));
        Refused("PaintByMask", () => plain.Stylize(new ContentSource(content, paint: Mask.Whole(40, 48)),
            plain.MeasureStyle(new StyleSource(style))));
        Refused("proportions", () => _ = new ContentSource(content, paint: Mask.Whole(48, 40)));
        Refused("is off", () => stylizer.Stylize(new ContentSource(content, Halves(40, 48), Mask.Whole(40, 48)), target));
        Refused("the style has none", () => plain.Stylize(new ContentSource(content, red), plain.MeasureStyle(new StyleSource(style))));
        Refused("the style was measured for", () => plain.Stylize(content, target));
        Refused($"the region {Blue}", () => stylizer.MeasureStyle(new StyleSource(style)));
        Refused("more style images than the 2 regions", () => stylizer.MeasureStyle(new StyleSource(style).Add(style).Add(style)));
        Refused("Give all of them masks, or none", () =>
            stylizer.MeasureStyle(new StyleSource().Add(style, regions: Halves(40, 40)).Add(style)));
        Refused("names none", () => plain.MeasureStyle(new StyleSource().Add(style, regions: Halves(40, 40))));
        Refused("proportions", () => stylizer.MeasureStyle(new StyleSource().Add(style, regions: Halves(40, 60))));
        Refused("can't guide histogram", () =>
            new StylizationOptions { Regions = [Red], StyleTerms = [StyleStatistic.Histogram] }.Validate());
        Refused("StyleWeight", () => new StylizationOptions { Regions = [Red], StyleWeight = 0, NeighborWeight = 0 }.Validate());
        Refused("ContentWeight", () => new StylizationOptions { ContentWeightByMask = true, ContentWeight = 0 }.Validate());
        Refused("two regions named", () => new StylizationOptions { Regions = [Red, Red] }.Validate());
        Refused("MaskSoftness", () => new StylizationOptions { MaskSoftness = 257 }.Validate());
        Refused("at most 16", () =>
            new StylizationOptions { Regions = [.. Enumerable.Range(0, 17).Select(RegionMasks.OrderName)] }.Validate());

        static void Refused(string reason, Action action) =>
            Assert.Contains(reason, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.OrdinalIgnoreCase);
    }

    private static RegionMasks Halves(int width, int height) =>
        RegionMasks.FromColors(RegionMasksTests.Paint(width, height, (x, _) => x < width / 2 ? (255, 0, 0) : (0, 0, 255)));

    private static PlanarImage Cut(PlanarImage image, int left, int width)
    {
        PlanarImage cut = new(width, image.Height);
        for (int c = 0; c < 3; c++)
            for (int y = 0; y < image.Height; y++) image.Plane(c).Slice(y * image.Width + left, width).CopyTo(cut.Plane(c)[(y * width)..]);
        return cut;
    }
}
