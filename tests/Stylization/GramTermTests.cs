using MLNetStyle.Graphs;
using MLNetStyle.Kernels;
using MLNetStyle.Losses;
using MLNetStyle.Networks;
using MLNetStyle.Stylization;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Stylization;

/// <summary>Gram losses that the CPU engine computes without a graph, in every form, against the graph and against plain sums in
/// double.</summary>
public sealed class GramTermTests
{
    private const int Width = 45, Height = 38;

    public static TheoryData<GramNormalization, StyleDivisor, LossNormalization> Forms
    {
        get
        {
            TheoryData<GramNormalization, StyleDivisor, LossNormalization> forms = [];
            foreach (GramNormalization gram in Enum.GetValues<GramNormalization>())
            {
                forms.Add(gram, StyleDivisor.Entries, LossNormalization.Relative);
                foreach (StyleDivisor divisor in Enum.GetValues<StyleDivisor>()) forms.Add(gram, divisor, LossNormalization.Absolute);
            }
            return forms;
        }
    }

    public static TheoryData<SimdPath> Paths => [.. SimdPaths.Supported];

    [Theory]
    [MemberData(nameof(Forms))]
    public void EveryFormAgreesWithTheGraph(GramNormalization gram, StyleDivisor divisor, LossNormalization normalization)
    {
        Network network = Network.Load("compact");
        Loss[] losses = [.. ((string[])["relu1_1", "relu4_1", "relu5_1"]).Select((layer, i) =>
            new GramStyleLoss(layer, 1 + i, normalization, gram, divisor))];
        Agree(network, losses);
    }

    /// <summary>One layer's gradient from its moment, from a graph that is told the map, and from squares.</summary>
    [Fact]
    public void GramAndCovarianceOfOneLayerAddUp() =>
        Agree(Network.Load("compact"), [new GramStyleLoss("relu2_1"), new CovarianceStyleLoss("relu2_1", 3), new ContentLoss("relu2_1")]);

    [Fact]
    public void ATargetOfZerosLeavesTheDistanceAbsolute()
    {
        const int Channels = 3;
        using ConvolutionEngine engine = Engine(null);
        float[] moment = [4, 1, 0, 1, 2, -1, 0, -1, 6], gradient = new float[9];
        GramTerm term = new(new GramStyleLoss("relu1_1", gram: GramNormalization.Positions)) { Weight = 5 };
        term.SetTarget(new GraphTensor(new float[9].AsMemory(), 1, Channels, Channels));
        term.Run(engine, moment, Channels, 2, null, gradient);
        Assert.Equal(moment.Sum(m => m * m / 4) / 9, term.Value, 1e-6);
        for (int i = 0; i < 9; i++) Assert.Equal(4 * 5 * moment[i] / 4 / 9, gradient[i], 1e-5);
    }

    /// <summary>L = w |s T M T' - A|^2 / |A|^2 with every product written out.</summary>
    [Theory]
    [MemberData(nameof(Paths))]
    public void ATapIsSeenThrough(SimdPath path)
    {
        foreach (int channels in (int[])[5, 16, 23]) SeenThrough(path, channels);
    }

    private static void SeenThrough(SimdPath path, int channels)
    {
        const int Positions = 7;
        using ConvolutionEngine engine = Engine(path);
        Random random = new(3);
        float[] tap = Numbers(channels * channels), map = Numbers(channels * Positions), target = Symmetric(Numbers(channels * channels)),
            gradient = Numbers(channels * channels);
        double[,] moment = new double[channels, channels], seen = new double[channels, channels], error = new double[channels, channels];
        float[] given = new float[channels * channels], before = [.. gradient];
        For((i, j) =>
        {
            for (int p = 0; p < Positions; p++) moment[i, j] += (double)map[i * Positions + p] * map[j * Positions + p];
            given[i * channels + j] = (float)moment[i, j];
        });
        double scale = 1.0 / (channels * Positions), energy = target.Sum(a => (double)a * a), sum = 0;
        For((i, j) =>
        {
            for (int k = 0; k < channels; k++)
                for (int l = 0; l < channels; l++) seen[i, j] += tap[i * channels + k] * moment[k, l] * tap[j * channels + l];
            error[i, j] = scale * seen[i, j] - target[i * channels + j];
            sum += error[i, j] * error[i, j];
        });

        GramTerm term = new(new GramStyleLoss("relu1_1")) { Weight = 1.5 };
        term.SetTarget(new GraphTensor(target.AsMemory(), 1, channels, channels));
        term.Run(engine, given, channels, Positions, new TapMatrices(tap, channels), gradient);

        Assert.Equal(sum / energy, term.Value, 1e-6 * sum / energy);
        For((i, j) =>
        {
            double inner = 0;
            for (int k = 0; k < channels; k++)
                for (int l = 0; l < channels; l++) inner += tap[k * channels + i] * error[k, l] * tap[l * channels + j];
            double wanted = before[i * channels + j] + 4 * 1.5 / energy * scale * inner;
            Assert.Equal(wanted, gradient[i * channels + j], 1e-5 * Math.Max(1, Math.Abs(wanted)));
        });

        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(2 * random.NextDouble() - 1))];

        float[] Symmetric(float[] a)
        {
            For((i, j) => a[i * channels + j] = a[Math.Min(i, j) * channels + Math.Max(i, j)]);
            return a;
        }

        void For(Action<int, int> action)
        {
            for (int i = 0; i < channels; i++)
                for (int j = 0; j < channels; j++) action(i, j);
        }
    }

    [Fact]
    public void ATargetOfAnotherNetworkIsRefused()
    {
        using ConvolutionEngine engine = Engine(null);
        GramTerm term = new(new GramStyleLoss("relu1_1"));
        Assert.Contains("[1, channels, channels]",
            Assert.Throws<ArgumentException>(() => term.SetTarget(new GraphTensor(new float[6].AsMemory(), 1, 2, 3))).Message);
        term.SetTarget(new GraphTensor(new float[4].AsMemory(), 1, 2, 2));
        Assert.Contains("same network",
            Assert.Throws<ArgumentException>(() => term.Run(engine, new float[9], 3, 4, null, new float[9])).Message);
    }

    private static ConvolutionEngine Engine(SimdPath? path) => NetworkEngine.Create(TinyNetwork.Shared.Network, ["relu1_1"], 1, path, true);

    private static void Agree(Network network, Loss[] losses)
    {
        using IStyleEvaluator ours = EngineTests.Prepared(new CpuEngine(network, 2), losses, Width, Height);
        using IStyleEvaluator graph = EngineTests.Prepared(new OnnxEngine(network, ComputeDevice.Cpu, 2), losses, Width, Height);
        float[] image = StylizerTests.Picture(Width, Height, 9).Samples;
        (double total, double[] terms, float[] gradient) = EngineTests.Evaluate(ours, image, Width, Height);
        (double expected, double[] expectedTerms, float[] expectedGradient) = EngineTests.Evaluate(graph, image, Width, Height);
        Assert.Equal(expected, total, 1e-5 * expected);
        for (int i = 0; i < terms.Length; i++) Assert.Equal(expectedTerms[i], terms[i], 1e-5 * expectedTerms[i]);
        double difference = gradient.Zip(expectedGradient, (a, b) => Math.Pow((double)a - b, 2)).Sum(),
            norm = expectedGradient.Sum(g => (double)g * g);
        Assert.True(norm > 0);
        Assert.InRange(Math.Sqrt(difference / norm), 0, 1e-4);
    }
}
