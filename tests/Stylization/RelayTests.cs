using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using MLNetStyle.Stylization;
using MLNetStyle.Tests.Imaging;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Stylization;

/// <summary>Runs that change their network on the way.</summary>
public sealed class RelayTests
{
    private static readonly Lazy<Network> s_last = new(() =>
    {
        TinyNetwork wide = new(2, Pooling.Max, 6, 10, 12, 12, 12);
        string file = Path.Combine(wide.Folder, "wide.safetensors");
        File.Copy(wide.File, file);
        return Network.Load(file);
    });

    private static readonly PlanarImage s_content = StylizerTests.Picture(48, 40, 1), s_style = StylizerTests.Picture(64, 48, 2);

    private static Network First => TinyNetwork.Shared.Network;

    private static Network Last => s_last.Value;

    /// <summary>Options of every kind that touch targets, masks, colours and stages.</summary>
    public static TheoryData<string> Forms =>
        ["plain", "adam", "average", "histogram", "luminance", "match", "fit", "own size", "stroke", "statistics", "regions", "weight", "onnx", "noise", "trimmed"];

    [Fact]
    public void StagesAreSharedOutToTheNetworks()
    {
        StylizationStage[] stages = [new(128, 40), new(256, 20), new(512, 10)];
        Assert.Equal([new(128, 40, 1), new(256, 20, 1), new(512, 7), new(512, 3, 1)], new RelayPlan(1, 0.3, false).Split(stages));
        Assert.Equal([new(128, 20), new(128, 20, 1), new(256, 10), new(256, 10, 1), new(512, 10, 1)],
            new RelayPlan(0.5, 1, false).Split(stages));
        Assert.Equal([new(128, 40), new(256, 20), new(512, 9), new(512, 1, 1)], new RelayPlan(0, 0, false).Split(stages));
    }

    [Fact]
    public void NoIterationIsLostAndTheLastNetworkFinishes() => Prop.ForAll(
        (from iterations in Gen.Choose(1, 300)
         from size in Gen.Choose(16, 2000)
         from coarse in Gen.Choose(0,
            100)
         from last in Gen.Choose(0, 100)
         select (iterations, size, coarse, last)).ToArbitrary(),
        sample =>
        {
            IReadOnlyList<StylizationStage> stages = StageSchedule.Plan(new StylizationOptions { Iterations = sample.iterations },
                sample.size);
            IReadOnlyList<StylizationStage> split = new RelayPlan(sample.coarse / 100.0, sample.last / 100.0, false).Split(stages);
            foreach (StylizationStage stage in stages) Assert.Equal(stage.Iterations,
                split.Where(s => s.LongerSide == stage.LongerSide).Sum(s => s.Iterations));
            Assert.Equal(split.OrderBy(s => s.LongerSide).ThenBy(s => s.Network), split);
            Assert.All(split, s => Assert.True(s.Iterations > 0));
            Assert.Equal(1, split[^1].Network);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [MemberData(nameof(Forms))]
    public void AllOfItOnTheLastNetworkIsThatNetworksPicture(string form)
    {
        (StylizationOptions options, RegionMasks? regions, Mask? weight) = Of(form);
        options.Relay = new RelayPlan(1, 1, false);
        using Stylizer relay = new([First, Last], options), alone = new(Last, options);
        Assert.Equal(Make(alone).Image.Samples, Make(relay).Image.Samples);

        StylizationResult Make(Stylizer stylizer) =>
            stylizer.Stylize(new ContentSource(s_content, regions, weight), Measure(stylizer, options), Start(options));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void EveryIterationRunsOnTheNetworkOfItsStage(string form)
    {
        (StylizationOptions options, RegionMasks? regions, Mask? weight) = Of(form);
        options.Relay = new RelayPlan(0.5, 0.5, false);
        using Stylizer relay = new([First, Last], options);
        HashSet<string> seen = [];
        StylizationResult result = relay.Stylize(new ContentSource(s_content, regions, weight), Measure(relay, options), Start(options),
            new StylizationCallbacks { Progress = p => seen.Add(p.Network) });
        string[] expected = [.. result.Stages.SelectMany(s => Enumerable.Repeat(relay.Networks[s.Network].Name, s.Iterations))];
        Assert.Equal(expected, result.History.Select(h => h.Network));
        Assert.Equal([First.Name, Last.Name], result.Networks.Select(n => n.Name));
        Assert.Equal(["tiny", "wide"], expected.Distinct());
        Assert.Equal(expected.ToHashSet(), seen);
        Assert.True(double.IsFinite(result.Loss));
        Assert.All(result.Image.Samples, s => Assert.InRange(s, 0, 255));
        // The loss is the last network's: less than where that one took over.
        double taken = result.History[^result.Stages[^1].Iterations].Total;
        Assert.True(result.Loss <= taken, $"{result.Loss} after {taken}");
    }

    [Fact]
    public void AChangeToTheSameNetworkThatKeepsThePairsChangesNothing()
    {
        StylizationOptions options = new()
        {
            Size = 48,
            CoarsestSize = 24,
            Iterations = 16,
            Tolerance = 0,
            NeighborWeight = 0,
            Relay = new RelayPlan(0.5, 0.5, true)
        };
        using Stylizer relay = new([First, First], options), alone = new(First, options);
        Assert.Equal(
            alone.Stylize(s_content, alone.MeasureStyle(new StyleSource(s_style))).Image.Samples,
            relay.Stylize(s_content, relay.MeasureStyle(new StyleSource(s_style))).Image.Samples);
    }

    [Fact]
    public void AStyleOfBothNetworksGoesThroughItsFlatFormAndBlends()
    {
        StylizationOptions options = new() { Size = 48, CoarsestSize = 24, Iterations = 6 };
        using Stylizer relay = new([First, Last], options), alone = new(First, options);
        StyleTarget style = relay.MeasureStyle(new StyleSource(s_style).Add(s_content, 0.5, StyleScope.Fine));
        StyleTarget again = StyleTarget.FromVector(style.Describe(), style.ToVector());
        Assert.Equal(2 * alone.StyleLosses.Count, style.Names.Count);
        Assert.Equal(relay.Stylize(s_content, style).Image.Samples, relay.Stylize(s_content, again).Image.Samples);

        StyleTarget other = relay.MeasureStyle(new StyleSource(s_content)), blend = StyleTarget.Interpolate(other, again, 0.5);
        Assert.True(double.IsFinite(relay.Stylize(s_content, blend).Loss));
        Assert.Contains("Measure it with the same network",
            Assert.Throws<ArgumentException>(() => alone.Stylize(s_content, style)).Message);
        Assert.Contains("then",
            Assert.Throws<ArgumentException>(() => relay.Stylize(s_content, alone.MeasureStyle(new StyleSource(s_style)))).Message);
    }

    [Fact]
    public void TheReportNamesTheNetworkOfEveryIteration()
    {
        StylizationOptions options = new() { Size = 32, Iterations = 5, Relay = new RelayPlan(0.5, 0.5, false) };
        using Stylizer relay = new([First, Last], options);
        StylizationResult result = relay.Stylize(s_content, relay.MeasureStyle(new StyleSource(s_style)));
        using MemoryStream stream = new();
        StylizationReport.Write(stream, relay.Network, options, result);
        using JsonDocument report = JsonDocument.Parse(stream.ToArray());
        JsonElement root = report.RootElement;
        Assert.Equal([First.Sha256, Last.Sha256],
            root.GetProperty("networks").EnumerateArray().Select(n => n.GetProperty("sha256").GetString()!));
        Assert.Equal(Last.Sha256, root.GetProperty("network").GetProperty("sha256").GetString());
        Assert.Equal(result.History.Select(h => h.Network),
            root.GetProperty("history").EnumerateArray().Select(h => h.GetProperty("network").GetString()!));
        Assert.Equal(result.Stages.Select(s => relay.Networks[s.Network].Name),
            root.GetProperty("stages").EnumerateArray().Select(s => s.GetProperty("network").GetString()!));
    }

    [Fact]
    public void OnlyOneOrTwoNetworksAreTakenAndBothNeedEveryLayer()
    {
        Assert.Throws<ArgumentException>(() => new Stylizer([]));
        Assert.Throws<ArgumentException>(() => new Stylizer([First, Last, First]));
        Assert.Throws<ArgumentNullException>(() => new Stylizer((IReadOnlyList<Network>)null!));
        using TinyNetwork another = new(3);
        Assert.Contains("relu5_2",
            Assert.Throws<ArgumentException>(() =>
            new Stylizer([First, another.Network], new StylizationOptions { StyleLayers = ["relu5_2"] })).Message);
    }

    [Fact]
    public void TheRelaysNameIsNoSingleNetwork()
    {
        Assert.Equal(["compact", "vgg19"], NetworkRelay.Networks(" Relay "));
        Assert.Equal(["my.safetensors"], NetworkRelay.Networks("my.safetensors"));
        Assert.Contains("compact and vgg19", Assert.Throws<ArgumentException>(() => Network.Load("relay")).Message);
    }

    private static StyleTarget Measure(Stylizer stylizer, StylizationOptions options) => stylizer.MeasureStyle(options.Regions.Count > 0
        ? new StyleSource().Add(s_style, regions: Halves(s_style))
        : new StyleSource(s_style).Add(StylizerTests.Picture(30, 50, 3), 0.5, StyleScope.Coarse));

    private static PlanarImage? Start(StylizationOptions options) => options.Start == StartImage.Image ? s_style : null;

    private static RegionMasks Halves(PlanarImage of) =>
        RegionMasks.FromColors(RegionMasksTests.Paint(of.Width, of.Height, (x, _) => x < of.Width / 2 ? (255, 0, 0) : (0, 0, 255)));

    private static (StylizationOptions Options, RegionMasks? Regions, Mask? Weight) Of(string form)
    {
        StylizationOptions options = new()
        {
            Size = 48,
            CoarsestSize = 24,
            Iterations = 8,
            Tolerance = 0,
            Compute = new ComputeOptions { Threads = 1 }
        };
        switch (form)
        {
            case "trimmed": options.Compute.TrimMemory = true; break;
            case "adam": options.Optimizer = OptimizerKind.Adam; break;
            case "average": (options.Optimizer, options.AverageIterates) = (OptimizerKind.Adam, true); break;
            case "histogram": options.PreserveColor = PreserveColorMode.Histogram; break;
            case "luminance": options.PreserveColor = PreserveColorMode.Luminance; break;
            case "match": (options.PreserveColor, options.MatchLuminance) = (PreserveColorMode.Luminance, true); break;
            case "fit": options.FitStyle = true; break;
            case "own size": options.Size = 0; break;
            case "stroke": options.StrokeSize = 1.5; break;
            case "statistics":
                options.StyleTerms = [StyleTerm.Parse("gram"), StyleTerm.Parse("mean-std:0.5"),
                StyleTerm.Parse("relu2_1=histogram")]; break;
            case "regions":
                RegionMasks regions = Halves(s_content);
                options.Regions = regions.Names;
                return (options, regions, null);
            case "weight":
                options.ContentWeightByMask = true;
                return (options, null, Mask.Whole(s_content.Width, s_content.Height));
            case "onnx": options.Compute.Engine = EngineKind.Onnx; break;
            case "noise": options.Start = StartImage.Noise; break;
            default: break;
        }
        return (options, null, null);
    }
}
