using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using MLNetStyle.Graphs;
using MLNetStyle.Losses;
using MLNetStyle.Stylization;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Stylization;

/// <summary>One suite over every engine: the ONNX graph, and the CPU engine on every vector path that this processor has.</summary>
public sealed class EngineTests
{
    private static readonly LossWeights s_weights = new(2, 10, 0.5);
    private static readonly string[] s_vggStyle = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"];

    private static readonly Loss[] s_losses =
    [
        new ContentLoss("relu4_2"), new GramStyleLoss("relu1_1"), new GramStyleLoss("block2_conv1", 0.5), new GramStyleLoss("relu3_1"),
            new GramStyleLoss("relu4_1"),
        new GramStyleLoss("relu5_1"), new TotalVariationLoss(),
    ];

    /// <summary>"onnx", and "cpu" with each path.</summary>
    public static TheoryData<string> Engines => ["onnx", .. SimdPaths.Supported.Select(p => $"cpu {p}")];

    public static TheoryData<string, string> EnginesAndNetworks
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (SimdPath path in SimdPaths.Supported)
                foreach (string network in new[] { "tiny", "wide", "tapped", "compact" }) data.Add($"cpu {path}", network);
            return data;
        }
    }

    public static TheoryData<string, string> ReferenceCases
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (string engine in (string[])["onnx", .. SimdPaths.Supported.Where(p => p != SimdPath.Scalar).Select(p => $"cpu {p}")])
                foreach (JsonProperty one in ReferenceData.Json.GetProperty("loss").EnumerateObject().Where(c =>
                    c.Name.EndsWith("/all"))) data.Add(engine, one.Name);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void TheGradientIsThatOfTheTotal(string name)
    {
        foreach ((int width, int height) in new[] { (32, 32), (19, 45) })
        {
            using IStyleEvaluator evaluator = Prepared(Of(name, Network("tiny")), s_losses, width, height);
            float[] image = StylizerTests.Picture(width, height, 9).Samples;
            (double total, double[] terms, float[] gradient) = Evaluate(evaluator, image, width, height);
            Assert.Equal(total, terms.Sum(), 1e-9 * total);
            double norm = Norm(gradient), step = 0.5;
            double ahead = Evaluate(evaluator, [.. image.Zip(gradient, (x, g) => (float)(x + step * g / norm))], width, height).Total;
            double behind = Evaluate(evaluator, [.. image.Zip(gradient, (x, g) => (float)(x - step * g / norm))], width, height).Total;
            Assert.Equal(norm, (ahead - behind) / (2 * step), 0.03 * norm);
        }
    }

    [Theory]
    [MemberData(nameof(EnginesAndNetworks))]
    public void AgreesWithTheGraphAtAnySize(string name, string networkName)
    {
        Network network = Network(networkName);
        IStyleEngine ours = Of(name, network), graph = new OnnxEngine(network, ComputeDevice.Cpu, 2);
        using IStyleEvaluator a = ours.CreateEvaluator(s_losses, s_weights), b = graph.CreateEvaluator(s_losses, s_weights);
        using IStyleMeter meterA = ours.CreateMeter([.. s_losses.Where(l => l.HasTarget)]),
            meterB = graph.CreateMeter([.. s_losses.Where(l => l.HasTarget)]);
        Gen<(int, int, int)> sizes = from width in Gen.Choose(16, 50)
                                     from height in Gen.Choose(16, 50)
                                     from seed in Gen.Choose(0,
            10_000)
                                     select (width, height, seed);
        Check((34, 40, 6524)); // rounding decides on this one
        Prop.ForAll(sizes.ToArbitrary(),
            Check).Check(Config.QuickThrowOnFailure.WithMaxTest(name.EndsWith(nameof(SimdPath.Scalar)) ? 2 : 5));

        void Check((int Width, int Height, int Seed) one)
        {
            (int width, int height, int seed) = one;
            PlanarImage content = Random(width, height, seed), style = Random(40, 24, seed + 1), image = Random(width, height, seed + 2);
            GraphTensor?[] targets = Targets(meterB, s_losses, content, style), own = Targets(meterA, s_losses, content, style);
            for (int i = 0; i < targets.Length; i++)
            {
                if (targets[i] is null) continue;
                Assert.Equal(targets[i]!.Shape, own[i]!.Shape);
                Near(targets[i]!.Values.Span, own[i]!.Values.Span, 1e-4);
            }
            a.SetTargets(targets);
            b.SetTargets(targets);
            (double totalA, double[] termsA, float[] gradientA) = Evaluate(a, image.Samples, width, height);
            (double totalB, double[] termsB, float[] gradientB) = Evaluate(b, image.Samples, width, height);
            Assert.Equal(totalB, totalA, 1e-4 * totalB);
            for (int i = 0; i < termsA.Length; i++) Assert.Equal(termsB[i], termsA[i], 1e-4 * Math.Abs(termsB[i]));
            if (Distance(gradientB, gradientA) > 1e-3 * Norm(gradientB)) Near(gradientB, gradientA, 1e-3,
                Jump(b, image.Samples, width, height));
        }
    }

    public static TheoryData<string, string> EnginesAndTaps
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (string engine in (string[])["onnx", .. SimdPaths.Supported.Select(p => $"cpu {p}")])
                foreach (string network in new[] { "wide", "tapped" }) data.Add(engine, network);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(EnginesAndTaps))]
    public void LossesOfEveryKindOfMeasureMayShareALayer(string name, string networkName)
    {
        Loss[] losses =
        [
            new ContentLoss("relu2_1"), new GramStyleLoss("relu2_1"), new MeanLoss("block2_conv1"), new ContentLoss("conv3_2"),
                new MeanLoss("pool2"), new GramStyleLoss("conv1_1"),
            new ContentLoss("relu4_1"), new GramStyleLoss("relu4_1"), new MeanLoss("relu4_2"), new ContentLoss("relu4_2"),
                new ContentLoss("block4_conv2", 0.5, LossNormalization.Absolute),
            new MeanLoss("relu1_1"), new ContentLoss("conv5_1"),
                new ContentLoss("relu3_1", 1e-3, LossNormalization.Absolute, ContentReduction.HalfSum),
            new ContentLoss("relu3_2", 1e-3, LossNormalization.Absolute, ContentReduction.Scaled),
                new TotalVariationLoss(1e-3, LossNormalization.Absolute, TotalVariationKind.MeanSquared),
        ];
        Network network = Network(networkName);
        using IStyleEvaluator evaluator = Prepared(Of(name, network), losses, 37, 22),
            graph = Prepared(new OnnxEngine(network, ComputeDevice.Cpu, 1), losses, 37, 22);
        float[] image = Random(37, 22, 5).Samples;
        (double total, double[] terms, float[] gradient) = Evaluate(evaluator, image, 37, 22);
        (double expected, double[] expectedTerms, float[] expectedGradient) = Evaluate(graph, image, 37, 22);
        Assert.Equal(expected, total, 1e-4 * expected);
        for (int i = 0; i < terms.Length; i++) Assert.Equal(expectedTerms[i], terms[i], 1e-4 * Math.Abs(expectedTerms[i]));
        Near(expectedGradient, gradient, 1e-3);
    }

    [Theory]
    [MemberData(nameof(EnginesAndNetworks))]
    public void NearestNeighborsAgreeWithTheGraph(string name, string networkName)
    {
        const int Width = 53, Height = 38;
        Network network = Network(networkName);
        Loss[] losses =
        [
            new NearestNeighborStyleLoss("relu2_1", kind: LossKind.Neighbors, balanced: true), new GramStyleLoss("relu2_1"),
                new NearestNeighborStyleLoss("relu3_1", 2, vectors: 20),
            new ContentLoss("relu3_1"), new NearestNeighborStyleLoss("relu4_1", kind: LossKind.Neighbors), new TotalVariationLoss(),
            new GuidedLoss(new NearestNeighborStyleLoss("relu3_1", kind: LossKind.Neighbors, balanced: true), "a"),
                new GuidedLoss(new NearestNeighborStyleLoss("relu3_1", kind: LossKind.Neighbors, balanced: true), "b"),
        ];
        LossWeights weights = s_weights with { Neighbors = 20 };
        IStyleEngine ours = Of(name, network), graph = new OnnxEngine(network, ComputeDevice.Cpu, 2);
        using IStyleEvaluator a = ours.CreateEvaluator(losses, weights), b = graph.CreateEvaluator(losses, weights);
        using IStyleMeter meter = graph.CreateMeter([.. losses.Where(l => l.HasTarget)]);
        PlanarImage content = StylizerTests.Picture(Width, Height, 1), style = StylizerTests.Picture(60, 44, 2);
        PictureGuides guides = Regions(Width, Height), styleGuides = Regions(60, 44);
        IReadOnlyList<GraphTensor> ofContent = meter.Measure(content, default, guides),
            ofStyle = meter.Measure(style, default, styleGuides);
        int next = 0;
        GraphTensor?[] targets = [.. losses.Select(l => !l.HasTarget ? null : (l.Kind == LossKind.Content ? ofContent : ofStyle)[next++])];
        Assert.True(a.Matches && b.Matches);
        Assert.Throws<ArgumentException>(() => a.SetTargets(targets, guides));
        a.SetTargets(targets, guides, content);
        b.SetTargets(targets, guides, content);
        Compare(3);
        double held = Compare(4);
        Assert.Equal(held, Compare(4));
        a.Rematch();
        b.Rematch();
        double anew = Compare(4);
        Assert.NotEqual(held, anew);
        a.Rematch();
        b.Rematch();
        Assert.NotEqual(anew, Compare(4)); // at other prices
        a.SetTargets(targets, guides, content);
        b.SetTargets(targets, guides, content);
        Compare(3);
        Assert.Equal(held, Compare(4)); // prices are those of the beginning

        double Compare(int seed)
        {
            float[] image = StylizerTests.Picture(Width, Height, seed).Samples;
            (double totalA, double[] termsA, float[] gradientA) = Evaluate(a, image, Width, Height);
            (double totalB, double[] termsB, float[] gradientB) = Evaluate(b, image, Width, Height);
            for (int i = 0; i < termsA.Length; i++) Assert.Equal(termsB[i], termsA[i], 1e-3 * Math.Abs(termsB[i]) + 1e-6);
            Assert.True(Distance(gradientB, gradientA) < 2e-2 * Norm(gradientB), $"{Distance(gradientB, gradientA)} of {Norm(gradientB)}");
            return totalA;
        }

        static PictureGuides Regions(int width, int height)
        {
            Mask left = new(width, height,
                [.. Enumerable.Range(0, width * height).Select(i => Math.Clamp(1.5f - 2f * (i % width) / width, 0, 1))]);
            Mask right = new(width, height, [.. left.Values.ToArray().Select(v => 1 - v)]);
            return new PictureGuides(width, height, new Dictionary<string, Mask> { ["a"] = left, ["b"] = right });
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void TheGradientIsThatOfTheTotalWithHeldMatches(string name)
    {
        Loss[] losses = [new NearestNeighborStyleLoss("relu2_1", kind: LossKind.Neighbors),
            new NearestNeighborStyleLoss("relu4_1", kind: LossKind.Neighbors), new GramStyleLoss("relu2_1")];
        const int Width = 33, Height = 40;
        IStyleEngine engine = Of(name, Network("wide"));
        using IStyleMeter meter = engine.CreateMeter(losses);
        using IStyleEvaluator evaluator = engine.CreateEvaluator(losses, s_weights with { Neighbors = 20 });
        evaluator.SetTargets([.. meter.Measure(StylizerTests.Picture(50, 30, 2))], null, StylizerTests.Picture(Width, Height, 1));
        float[] image = StylizerTests.Picture(Width, Height, 9).Samples;
        (double total, double[] terms, float[] gradient) = Evaluate(evaluator, image, Width, Height);
        Assert.Equal(total, terms.Sum(), 1e-9 * total);
        double norm = Norm(gradient), step = 0.5;
        double ahead = Evaluate(evaluator, [.. image.Zip(gradient, (x, g) => (float)(x + step * g / norm))], Width, Height).Total;
        double behind = Evaluate(evaluator, [.. image.Zip(gradient, (x, g) => (float)(x - step * g / norm))], Width, Height).Total;
        Assert.Equal(norm, (ahead - behind) / (2 * step), 0.03 * norm);
    }

    [Theory]
    [MemberData(nameof(EnginesAndNetworks))]
    public void AgreesWithTheGraphBehindMasks(string name, string networkName)
    {
        Network network = Network(networkName);
        Loss[] styles = [new GramStyleLoss("relu1_1"), new GramStyleLoss("relu3_1", 2, LossNormalization.Absolute),
            new WassersteinStyleLoss("relu2_1"), new MeanStdStyleLoss("relu4_1"), new GramStyleLoss("relu5_1")];
        Loss[] losses = [new GuidedLoss(new ContentLoss("relu4_2"), "by mask"),
            .. styles.SelectMany(l => new Loss[] { new GuidedLoss(l, "a"), new GuidedLoss(l, "b") }), new GramStyleLoss("relu3_1"),
            new ContentLoss("relu3_1"), new TotalVariationLoss()];
        IStyleEngine ours = Of(name, network), graph = new OnnxEngine(network, ComputeDevice.Cpu, 2);
        using IStyleEvaluator a = ours.CreateEvaluator(losses, s_weights), b = graph.CreateEvaluator(losses, s_weights);
        Loss[] measured = [.. losses.Where(l => l.HasTarget)];
        using IStyleMeter meterA = ours.CreateMeter(measured), meterB = graph.CreateMeter(measured);
        foreach ((int width, int height) in new[] { (37, 22), (48, 33), (37, 22) })
        {
            PlanarImage content = Random(width, height, 1), style = Random(40, 24, 2), image = Random(width, height, 3);
            PictureGuides ofContent = Guides(width, height, 4), ofStyle = Guides(40, 24, 5);
            IReadOnlyList<GraphTensor> contentB = meterB.Measure(content, guides: ofContent),
                styleB = meterB.Measure(style, guides: ofStyle);
            IReadOnlyList<GraphTensor> contentA = meterA.Measure(content, guides: ofContent),
                styleA = meterA.Measure(style, guides: ofStyle);
            int next = 0;
            GraphTensor?[] targets = [.. losses.Select(l => !l.HasTarget ? null
                : (l.Kind == LossKind.Content ? contentB : styleB)[next++])];
            for (int i = 0; i < measured.Length; i++) Near((measured[i].Kind == LossKind.Content ? contentB : styleB)[i].Values.Span,
                (measured[i].Kind == LossKind.Content ? contentA : styleA)[i].Values.Span, 1e-4);
            a.SetTargets(targets, ofContent);
            b.SetTargets(targets, ofContent);
            (double totalA, double[] termsA, float[] gradientA) = Evaluate(a, image.Samples, width, height);
            (double totalB, double[] termsB, float[] gradientB) = Evaluate(b, image.Samples, width, height);
            Assert.Equal(totalB, totalA, 1e-4 * totalB);
            for (int i = 0; i < termsA.Length; i++) Assert.Equal(termsB[i], termsA[i], 1e-4 * Math.Abs(termsB[i]) + 1e-7 * totalB);
            if (Distance(gradientB, gradientA) > 1e-3 * Norm(gradientB)) Near(gradientB, gradientA, 1e-3,
                Jump(b, image.Samples, width, height));
            Assert.Throws<ArgumentException>(() => a.Evaluate(image.Samples, height, width, gradientA, termsA));
            Assert.Throws<ArgumentException>(() => a.SetTargets(targets));
        }
    }

    private static PictureGuides Guides(int width, int height, int seed)
    {
        float[] edge = [.. Enumerable.Range(0, width * height).Select(i => i % width < width / 2 ? 1f : 0)];
        Mask soft = new Mask(width, height, edge).Softened(4);
        Random random = new(seed);
        return new PictureGuides(width, height,
            new Dictionary<string, Mask> { ["a"] = soft, ["b"] = new Mask(width, height, [.. soft.Values.ToArray().Select(v => 1 - v)]) },
            new Mask(width, height, [.. edge.Select(_ => (float)random.NextDouble())]));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void LossesOfTheImageAloneNeedNoNetwork(string name)
    {
        using IStyleEvaluator evaluator = Of(name,
            Network("tiny")).CreateEvaluator([new TotalVariationLoss(1, LossNormalization.Absolute)], new LossWeights(0, 0, 3));
        evaluator.SetTargets([null]);
        float[] image = Random(9, 7, 1).Samples;
        (double total, _, float[] gradient) = Evaluate(evaluator, image, 9, 7);
        double expected = 0;
        double[] slope = new double[image.Length];
        for (int i = 0; i < image.Length; i++)
        {
            if (i % 9 < 8) Pair(i, i + 1);
            if (i % 63 / 9 < 6) Pair(i, i + 9);
        }
        Assert.Equal(3 * expected, total, 1e-5 * total);
        for (int i = 0; i < slope.Length; i++) Assert.Equal(3 * slope[i], gradient[i], 1e-2);

        void Pair(int a, int b)
        {
            double difference = (double)image[b] - image[a];
            expected += difference * difference;
            slope[b] += 2 * difference;
            slope[a] -= 2 * difference;
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void SizesMayChangeFromCallToCall(string name)
    {
        IStyleEngine engine = Of(name, Network("compact"));
        using IStyleEvaluator evaluator = engine.CreateEvaluator(s_losses, s_weights);
        using IStyleMeter meter = engine.CreateMeter([.. s_losses.Where(l => l.HasTarget)]);
        Dictionary<(int, int), (double, double[], float[])> first = [];
        foreach ((int width, int height) in new[] { (32, 24), (17, 30), (32, 24), (24, 32), (17, 30) })
        {
            evaluator.SetTargets(Targets(meter, s_losses, Random(width, height, 1), Random(40, 30, 2)));
            (double total, double[] terms, float[] gradient) = Evaluate(evaluator, Random(width, height, 3).Samples, width, height);
            if (first.TryGetValue((width, height), out (double Total, double[] Terms, float[] Gradient) before))
            {
                Assert.Equal(before.Total, total);
                Assert.Equal(before.Terms, terms);
                Assert.Equal(before.Gradient, gradient);
            }
            else
            {
                first[(width, height)] = (total, terms, gradient);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void ACancelledEvaluationLeavesTheEvaluatorUsable(string name)
    {
        using IStyleEvaluator evaluator = Prepared(Of(name, Network("tiny")), s_losses, 32, 32);
        float[] image = Random(32, 32, 3).Samples, other = Random(48, 32, 3).Samples;
        double expected = Evaluate(evaluator, image, 32, 32).Total;
        Assert.ThrowsAny<OperationCanceledException>(() =>
            evaluator.Evaluate(other, 48, 32, new float[other.Length], new double[s_losses.Length], new CancellationToken(true)));
        Assert.ThrowsAny<OperationCanceledException>(() =>
            evaluator.Evaluate(image, 32, 32, new float[image.Length], new double[s_losses.Length], new CancellationToken(true)));
        Assert.Equal(expected, Evaluate(evaluator, image, 32, 32).Total);
        for (int milliseconds = 1; milliseconds < 6; milliseconds++)
        {
            using CancellationTokenSource soon = new();
            soon.CancelAfter(milliseconds);
            try
            {
                while (true) evaluator.Evaluate(image, 32, 32, new float[image.Length], new double[s_losses.Length], soon.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Equal(expected, Evaluate(evaluator, image, 32, 32).Total);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void BadCallsAreRefused(string name)
    {
        IStyleEngine engine = Of(name, Network("tiny"));
        using IStyleEvaluator bare = engine.CreateEvaluator(s_losses, s_weights);
        float[] image = new float[3 * 32 * 32];
        Assert.Throws<InvalidOperationException>(() => bare.Evaluate(image, 32, 32, image, new double[s_losses.Length]));
        Assert.Throws<ArgumentException>(() => bare.SetTargets([null]));
        Assert.Throws<ArgumentException>(() => bare.SetTargets(new GraphTensor?[s_losses.Length]));
        Assert.Throws<ArgumentException>(() => engine.CreateMeter([new TotalVariationLoss()]));
        Assert.Throws<ArgumentException>(() => engine.CreateEvaluator([], s_weights));
        Assert.Throws<ArgumentException>(() => engine.CreateEvaluator([new ContentLoss("relu9_1")], s_weights));
        IStyleEvaluator evaluator = Prepared(engine, s_losses, 32, 32);
        Assert.Throws<ArgumentException>(() => evaluator.Evaluate(image, 32, 31, image, new double[s_losses.Length]));
        Assert.Throws<ArgumentException>(() => evaluator.Evaluate(image, 32, 32, image, new double[3]));
        evaluator.Dispose();
        evaluator.Dispose();
        Assert.Throws<ObjectDisposedException>(() => evaluator.Evaluate(image, 32, 32, image, new double[s_losses.Length]));
    }

    [Theory]
    [MemberData(nameof(ReferenceCases))]
    public void AgreesWithTheReference(string name, string reference) => CheckReference(Vgg19.EightBits, name, reference);

    [NeedsFloatVgg19Theory]
    [MemberData(nameof(ReferenceCases))]
    public void AgreesWithPyTorch(string name, string reference) => CheckReference(Vgg19.Float, name, reference);

    private static void CheckReference(Vgg19 vgg, string name, string reference)
    {
        string[] parts = reference.Split('/');
        JsonElement expected = vgg.Reference.GetProperty("loss").GetProperty(reference);
        Network network = vgg.Of(parts[0]);
        Loss[] losses = [new ContentLoss("relu4_2", 1, LossNormalization.Absolute),
            .. s_vggStyle.Select(l => new GramStyleLoss(l, 1, LossNormalization.Absolute)),
            new TotalVariationLoss(1, LossNormalization.Absolute)];
        IStyleEngine engine = Of(name, network);
        (float[] content, int width, int height) = ReferenceData.Content;
        (float[] style, int styleWidth, int styleHeight) = ReferenceData.Style;
        using IStyleMeter meter = engine.CreateMeter([.. losses.Where(l => l.HasTarget)]);
        LossWeights weights = new(Number("content_weight"), Number("style_weight"), Number("tv_weight"));
        using IStyleEvaluator evaluator = engine.CreateEvaluator(losses, weights);
        evaluator.SetTargets(Targets(meter, losses, new PlanarImage(width, height, content),
            new PlanarImage(styleWidth, styleHeight, style)));
        (double total, _, float[] gradient) = Evaluate(evaluator, parts[1] == "noise" ? ReferenceData.Noise : content, width, height);
        double wanted = Number("loss"), norm = Number("grad_norm");
        Assert.Equal(wanted, total, 1e-4 * wanted);
        Assert.Equal(norm, Norm(gradient), 1e-4 * norm);

        double Number(string key) => expected.GetProperty(key).GetDouble();
    }

    private static Network Network(string name) => name switch
    {
        "tiny" => TinyNetwork.Shared.Network,
        "wide" => s_wide.Value.Network,
        "tapped" => s_tapped.Value.Network,
        _ => s_compact.Value,
    };

    private static readonly Lazy<TinyNetwork> s_wide = new(() => Kept(new TinyNetwork(3, Pooling.Max, 16, 32, 48, 40, 16)));
    private static readonly Lazy<TinyNetwork> s_tapped = new(() =>
        Kept(new TinyNetwork(4, Pooling.Max, ["1_1", "2_1", "4_1", "4_2"], 16, 32, 16, 40, 112)));
    private static readonly Lazy<Network> s_compact = new(() => MLNetStyle.Network.Load("compact"));

    private static TinyNetwork Kept(TinyNetwork network)
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => network.Dispose();
        return network;
    }

    internal static IStyleEngine Of(string name, Network network, int threads = 2) => name == "onnx"
        ? new OnnxEngine(network, ComputeDevice.Cpu, threads)
        : new CpuEngine(network, threads, Enum.Parse<SimdPath>(name.Split(' ')[1]));

    internal static IStyleEvaluator Prepared(IStyleEngine engine, Loss[] losses, int width, int height)
    {
        using IStyleMeter meter = engine.CreateMeter([.. losses.Where(l => l.HasTarget)]);
        IStyleEvaluator evaluator = engine.CreateEvaluator(losses, s_weights);
        evaluator.SetTargets(Targets(meter, losses, StylizerTests.Picture(width, height, 1), StylizerTests.Picture(40, 30, 2)));
        return evaluator;
    }

    internal static (double Total, double[] Terms, float[] Gradient) Evaluate(IStyleEvaluator evaluator, float[] image, int width,
        int height)
    {
        float[] gradient = new float[image.Length];
        double[] terms = new double[evaluator.Losses.Count];
        return (evaluator.Evaluate(image, width, height, gradient, terms), terms, gradient);
    }

    private static GraphTensor?[] Targets(IStyleMeter meter, Loss[] losses, PlanarImage content, PlanarImage style)
    {
        IReadOnlyList<GraphTensor> ofContent = meter.Measure(content), ofStyle = meter.Measure(style);
        int next = 0;
        return [.. losses.Select(l => !l.HasTarget ? null : (l.Kind == LossKind.Content ? ofContent : ofStyle)[next++])];
    }

    /// <summary>A picture without equal neighbours: where a pooling window has two largest values, the graph shares the gradient and the
    /// CPU engine does not.</summary>
    internal static PlanarImage Random(int width, int height, int seed)
    {
        Random random = new(seed);
        PlanarImage image = new(width, height);
        foreach (ref float sample in image.Samples.AsSpan()) sample = (float)(255 * random.NextDouble());
        return image;
    }

    private static double Norm(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values) sum += (double)value * value;
        return Math.Sqrt(sum);
    }

    /// <summary>
    /// How far the gradient moves where the image moves by a thousandth of a level: next to nothing, unless rounding decides between two
    /// maxima, or
    /// whether a ReLU is open. There the two engines may decide differently.
    /// </summary>
    private static double Jump(IStyleEvaluator evaluator, float[] image, int width, int height)
    {
        Random random = new(1);
        float[] gradient = Evaluate(evaluator, image, width, height).Gradient;
        return Enumerable.Range(0, 8).Max(_ =>
        {
            float[] moved = [.. image.Select(x => x + (float)(2e-3 * (random.NextDouble() - 0.5)))];
            return Distance(gradient, Evaluate(evaluator, moved, width, height).Gradient);
        });
    }

    private static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float[] difference = new float[a.Length];
        for (int i = 0; i < difference.Length; i++) difference[i] = a[i] - b[i];
        return Norm(difference);
    }

    /// <summary>The distance of two vectors, over the length of the expected one.</summary>
    private static void Near(ReadOnlySpan<float> expected, ReadOnlySpan<float> found, double tolerance, double more = 0)
    {
        Assert.Equal(expected.Length, found.Length);
        double error = Distance(expected, found), most = tolerance * Norm(expected) + 2 * more;
        Assert.True(error <= most, $"The distance is {error}; at most {most} is allowed.");
    }

    /// <summary>A loss that no engine has anything special for.</summary>
    private sealed class MeanLoss(string layer) : Loss($"mean {layer}", LossKind.Style, layer, 1, LossNormalization.Absolute)
    {
        public override GraphValue? Statistic(GraphBuilder graph, GraphValue map) => Mean(graph, map);

        public override string[] StatisticShape(int channels) => ["1", channels.ToString()];

        public override GraphValue Term(GraphBuilder graph, GraphValue map, GraphValue? target) =>
            graph.ReduceMean(graph.Square(graph.Sub(Mean(graph, map), target!.Value)));

        private static GraphValue Mean(GraphBuilder graph, GraphValue map) => graph.ReduceMean(map, false, 2, 3);
    }
}
