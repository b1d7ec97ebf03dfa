using FsCheck;
using FsCheck.Fluent;
using MathNet.Numerics.LinearAlgebra;
using MLNetStyle.Graphs;
using MLNetStyle.Losses;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Losses;

public sealed class LossTests
{
    private static readonly string[] s_layers = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"];
    private static readonly Arbitrary<(int Seed, int Channels, int Height, int Width)> s_maps =
        (from s in Gen.Choose(0, 1 << 30)
         from c in Gen.Choose(1, 12)
         from h in Gen.Choose(2, 20)
         from w in Gen.Choose(2, 20)
         select (s, c,
            h, w)).ToArbitrary();
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(40);

    internal static Loss[] All(LossNormalization normalization) =>
        [new ContentLoss("relu4_2", 1, normalization), .. s_layers.Select(l => new GramStyleLoss(l, 1, normalization)), new TotalVariationLoss(1, normalization)];

    [Fact]
    public void AGramMatrixIsSymmetricAndPositiveSemidefinite()
    {
        using GraphSession session = GramSession();
        Prop.ForAll(s_maps, m =>
        {
            Matrix<double> gram = Gram(session, Map(m.Seed, m.Channels, m.Height, m.Width), m.Channels, m.Height, m.Width);
            double scale = gram.FrobeniusNorm();
            Assert.True((gram - gram.Transpose()).FrobeniusNorm() <= 1e-6 * scale);
            Assert.All(gram.Evd(Symmetricity.Symmetric).EigenValues, v => Assert.True(v.Real >= -1e-6 * scale));
        }).Check(s_config);
    }

    [Fact]
    public void AGramMatrixForgetsWhereThingsAre()
    {
        using GraphSession session = GramSession();
        Prop.ForAll(s_maps, m =>
        {
            int n = m.Height * m.Width;
            float[] map = Map(m.Seed, m.Channels, m.Height, m.Width), moved = new float[map.Length];
            int[] order = [.. Enumerable.Range(0, n)];
            new Random(m.Seed).Shuffle(order);
            for (int i = 0; i < map.Length; i++) moved[i] = map[i / n * n + order[i % n]];
            Matrix<double> a = Gram(session, map, m.Channels, m.Height, m.Width), b = Gram(session, moved, m.Channels, m.Width, m.Height);
            Assert.True((a - b).FrobeniusNorm() <= 1e-6 * a.FrobeniusNorm());
        }).Check(s_config);
    }

    [Fact]
    public void AGramMatrixIsTheProductOverItsCount()
    {
        using GraphSession session = GramSession();
        Prop.ForAll(s_maps, m =>
        {
            float[] map = Map(m.Seed, m.Channels, m.Height, m.Width);
            double[] expected = PlainVgg.Gram(new PlainVgg.Map([.. map.Select(v => (double)v)], m.Channels, m.Height, m.Width));
            Matrix<double> found = Gram(session, map, m.Channels, m.Height, m.Width);
            Assert.True(Math.Sqrt(expected.Select((v, i) =>
                Math.Pow(v - found[i / m.Channels, i % m.Channels], 2)).Sum()) <= 1e-6 * found.FrobeniusNorm());
        }).Check(s_config);
    }

    [Theory]
    [InlineData(LossNormalization.Relative)]
    [InlineData(LossNormalization.Absolute)]
    public void AConstantImageHasNoVariation(LossNormalization normalization)
    {
        using LossRunner runner = new(TinyNetwork.Shared.Network, new TotalVariationLoss(1, normalization));
        Prop.ForAll(s_maps, m =>
        {
            float[] image = [.. Enumerable.Repeat(new Random(m.Seed).NextSingle() * 255, 3 * m.Height * m.Width)];
            (float[] terms, _, float[] gradient) = runner.Evaluate(image, m.Width, m.Height, new Dictionary<string, GraphTensor>(), 1);
            Assert.Equal(0, terms[0]);
            Assert.All(gradient, g => Assert.Equal(0, g));
        }).Check(s_config);
    }

    [Fact]
    public void RelativeVariationIsTheSameAtEverySize()
    {
        using LossRunner runner = new(TinyNetwork.Shared.Network, new TotalVariationLoss());
        foreach ((int width, int height) in ((int, int)[])[(8, 8), (40, 12), (64, 96)])
        {
            // A chessboard of black and white: every neighbour differs by 255.
            float[] image = [.. Enumerable.Range(0, 3 * width * height).Select(i => (i % width + i / width % height) % 2 * 255f)];
            Assert.Equal(2, runner.Evaluate(image, width, height, new Dictionary<string, GraphTensor>(), 1).Terms[0], 1e-5);
        }
    }

    [Fact]
    public void TermsAtTheTargetItselfAreZero()
    {
        using LossRunner runner = new(TinyNetwork.Shared.Network, All(LossNormalization.Relative));
        float[] image = Image(5, 33, 22);
        (float[] terms, _, _) = runner.Evaluate(image, 33, 22, runner.Measure(image, 33, 22), Ones(7));
        Assert.All(terms[..6], t => Assert.Equal(0, t));
        Assert.True(terms[6] > 0);
    }

    [Fact]
    public void RelativeTermsDoNotDependOnTheScaleOfActivations()
    {
        // Maps and target multiplied by the same number: relative terms stay, absolute ones grow by its square, and its fourth power for Gram.
        foreach (LossNormalization normalization in Enum.GetValues<LossNormalization>())
        {
            Loss[] losses = [new ContentLoss("relu4_2", 1, normalization), new GramStyleLoss("relu1_1", 1, normalization)];
            using LossRunner runner = new(TinyNetwork.Shared.Network, losses);
            float[] one = Terms(runner, 1), hundred = Terms(runner, 100);
            bool relative = normalization == LossNormalization.Relative;
            Assert.Equal(1, hundred[0] / one[0] / (relative ? 1 : 1e4), 1e-4);
            Assert.Equal(1, hundred[1] / one[1] / (relative ? 1 : 1e8), 1e-4);
        }

        static float[] Terms(LossRunner runner, float factor)
        {
            float[] content = Map(1, 8, 3, 4, factor), style = Map(2, 4, 9, 7, factor);
            float[] target = Map(3, 8, 3, 4, factor), gram = [.. Map(4, 4, 2, 2, factor).Select(v => v * factor)];
            return runner.EvaluateMaps(
                new Dictionary<string, GraphTensor>
                {
                    [LossGraph.Map("relu4_2")] = new(content, 1, 8, 3, 4),
                    [LossGraph.Map("relu1_1")] = new(style, 1, 4, 9, 7)
                },
                new Dictionary<string, GraphTensor>
                {
                    ["content relu4_2"] = new(target, 1, 8, 3, 4),
                    ["style relu1_1"] = new(gram, 1, 4, 4)
                }, 1, 1).Terms;
        }
    }

    [Fact]
    public void ATargetOfZerosLeavesTheDistanceAbsolute()
    {
        float[][] terms = [.. Enum.GetValues<LossNormalization>().Select(normalization =>
        {
            using LossRunner runner = new(TinyNetwork.Shared.Network, new ContentLoss("relu4_2", 1, normalization));
            return runner.EvaluateMaps(new Dictionary<string, GraphTensor> { [LossGraph.Map("relu4_2")] = new(Map(1, 8, 3, 4), 1, 8, 3,
                4) },
                new Dictionary<string, GraphTensor> { ["content relu4_2"] = new(new float[96], 1, 8, 3, 4) }, 1).Terms;
        })];
        Assert.Equal(terms[0], terms[1]);
        Assert.True(float.IsFinite(terms[0][0]) && terms[0][0] > 0);
    }

    [Theory]
    [InlineData(Pooling.Max, LossNormalization.Relative, 37, 22)]
    [InlineData(Pooling.Max, LossNormalization.Absolute, 32, 32)]
    [InlineData(Pooling.Average, LossNormalization.Relative, 16, 33)]
    [InlineData(Pooling.Average, LossNormalization.Absolute, 19, 16)]
    public void TermsAndGradientAgreeWithPlainLoopsIn64Bits(Pooling pooling, LossNormalization normalization, int width, int height)
    {
        Loss[] losses = All(normalization);
        using LossRunner runner = new(TinyNetwork.Shared.Network.WithPooling(pooling), losses);
        float[] content = Image(1, width, height), style = Image(2, 29, 18), image = Image(3, width, height);
        Dictionary<string, GraphTensor> targets = runner.Measure(content, width, height, l => l.Kind == LossKind.Content);
        foreach ((string name, GraphTensor target) in runner.Measure(style, 29, 18, l => l.Kind == LossKind.Style)) targets[name] = target;

        Dictionary<string, PlainVgg.Map> contentMaps = Plain(content, width, height, pooling), styleMaps = Plain(style, 29, 18, pooling);
        double[] expected = PlainTerms([.. image.Select(v => (double)v)]);
        float[] terms = runner.Evaluate(image, width, height, targets, Ones(7)).Terms;
        for (int i = 0; i < terms.Length; i++) Assert.Equal(1, terms[i] / expected[i], 2e-5);

        // Each term alone, so that a small one doesn't hide behind a large one: the derivative along a random direction.
        Random random = new(8);
        for (int i = 0; i < losses.Length; i++)
        {
            float[] weights = new float[losses.Length];
            weights[i] = 2;
            (_, float total, float[] gradient) = runner.Evaluate(image, width, height, targets, weights);
            Assert.Equal(1, total / (2 * expected[i]), 2e-5);
            for (int repeat = 0; repeat < 2; repeat++)
            {
                double[] direction = [.. image.Select(_ => random.NextDouble() * 2 - 1)];
                double step = 1e-5;
                double up = PlainTerms([.. image.Select((v, k) => v + step * direction[k])])[i],
                    down = PlainTerms([.. image.Select((v, k) => v - step * direction[k])])[i];
                double slope = 2 * (up - down) / (2 * step), along = direction.Zip(gradient, (d, g) => d * g).Sum();
                double size = Math.Sqrt(gradient.Sum(g => (double)g * g) / 3);
                Assert.True(Math.Abs(slope - along) <= 1e-4 * size, $"{losses[i].Name}: {along} along a direction where differences give "
                    + $"{slope}, size {size}");
            }
        }

        double[] PlainTerms(double[] x)
        {
            Dictionary<string, PlainVgg.Map> maps = Plain(x, width, height, pooling);
            bool relative = normalization == LossNormalization.Relative;
            double[] p = contentMaps["relu4_2"].Values;
            List<double> values = [PlainVgg.MeanSquare(maps["relu4_2"].Values, p) / (relative ? PlainVgg.MeanSquare(p) : 1)];
            foreach (string layer in s_layers)
            {
                double[] a = PlainVgg.Gram(styleMaps[layer]);
                values.Add(PlainVgg.MeanSquare(PlainVgg.Gram(maps[layer]), a) / (relative ? PlainVgg.MeanSquare(a) : 1));
            }
            (double vertical, double horizontal) = PlainVgg.Variation(new PlainVgg.Map(x, 3, height, width));
            values.Add(relative ? (vertical / (3 * (height - 1) * width) + horizontal / (3 * height * (width - 1))) / (255 * 255)
                : vertical + horizontal);
            return [.. values];
        }
    }

    private static Dictionary<string, PlainVgg.Map> Plain(IEnumerable<float> image, int width, int height, Pooling pooling) =>
        Plain(image.Select(v => (double)v).ToArray(), width, height, pooling);

    private static Dictionary<string, PlainVgg.Map> Plain(double[] image, int width, int height, Pooling pooling) =>
        PlainVgg.Features(TinyNetwork.Tensors(1, 4, 8, 8, 8, 8), new PlainVgg.Map(image, 3, height, width), pooling, "relu5_1");

    private static GraphSession GramSession()
    {
        GraphBuilder graph = new();
        graph.Output(GramStyleLoss.Gram(graph, graph.Input("map", ElementType.Float, "1", "channels", "height", "width")), "gram");
        return new GraphSession(graph);
    }

    private static Matrix<double> Gram(GraphSession session, float[] map, int channels, int height, int width)
    {
        GraphTensor gram = session.Run(new Dictionary<string, GraphTensor> { ["map"] = new(map, 1, channels, height, width) }, "gram");
        Assert.Equal([1, channels, channels], gram.Shape);
        return Matrix<double>.Build.Dense(channels, channels, (i, j) => gram.Values.Span[i * channels + j]);
    }

    private static float[] Map(int seed, int channels, int height, int width, float factor = 1)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, channels * height * width).Select(_ => factor * (random.NextSingle() * 3 - 1))];
    }

    private static float[] Image(int seed, int width, int height)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, 3 * width * height).Select(_ => random.NextSingle() * 255)];
    }

    private static float[] Ones(int count) => [.. Enumerable.Repeat(1f, count)];
}
