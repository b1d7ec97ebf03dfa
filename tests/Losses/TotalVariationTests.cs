using MLNetStyle.Graphs;
using MLNetStyle.Losses;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Losses;

public sealed class TotalVariationTests
{
    private const int Width = 9, Height = 7;

    public static TheoryData<TotalVariationKind, LossNormalization> Cases
    {
        get
        {
            TheoryData<TotalVariationKind, LossNormalization> cases = [];
            foreach (TotalVariationKind kind in Enum.GetValues<TotalVariationKind>())
                foreach (LossNormalization normalization in Enum.GetValues<LossNormalization>()) cases.Add(kind, normalization);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void AFormIsItsFormulaAndItsGradient(TotalVariationKind kind, LossNormalization normalization)
    {
        using LossRunner runner = new(TinyNetwork.Shared.Network, new TotalVariationLoss(1, normalization, kind));
        Random random = new(5);
        float[] image = [.. Enumerable.Range(0, 3 * Width * Height).Select(_ => random.NextSingle() * 255)];
        double[] at = [.. image.Select(v => (double)v)];
        (float[] terms, _, float[] gradient) = runner.Evaluate(image, Width, Height, new Dictionary<string, GraphTensor>(), 1);
        Assert.Equal(1, terms[0] / Plain(at), 1e-5);
        for (int i = 0; i < image.Length; i += 11)
        {
            double[] up = [.. at], down = [.. at];
            (up[i], down[i]) = (up[i] + 1e-4, down[i] - 1e-4);
            double slope = (Plain(up) - Plain(down)) / 2e-4;
            Assert.Equal(slope, gradient[i], 1e-4 * gradient.Max(Math.Abs));
        }

        double Plain(double[] x)
        {
            List<double> v = [], h = [], powers = [];
            for (int c = 0; c < 3; c++)
                for (int y = 0; y < Height; y++)
                    for (int k = 0; k < Width; k++)
                    {
                        double here = x[(c * Height + y) * Width + k];
                        double? below = y + 1 < Height ? x[(c * Height + y + 1) * Width + k] - here : null, right = k + 1 < Width
                            ? x[(c * Height + y) * Width + k + 1] - here : null;
                        if (below is { } b) v.Add(b);
                        if (right is { } r) h.Add(r);
                        if (below is { } d && right is { } e) powers.Add(Math.Pow(d * d + e * e, 1.25));
                    }
            if (normalization == LossNormalization.Relative)
            {
                return kind switch
                {
                    TotalVariationKind.Absolute => (v.Average(Math.Abs) + h.Average(Math.Abs)) / 255,
                    TotalVariationKind.Power => powers.Average() / Math.Pow(255, 2.5),
                    _ => (v.Average(d => d * d) + h.Average(d => d * d)) / (255 * 255),
                };
            }
            return kind switch
            {
                TotalVariationKind.Squared => v.Sum(d => d * d) + h.Sum(d => d * d),
                TotalVariationKind.HalfSquared => (v.Sum(d => d * d) + h.Sum(d => d * d)) / 2,
                TotalVariationKind.MeanSquared => v.Average(d => d * d) + h.Average(d => d * d),
                TotalVariationKind.Absolute => v.Sum(Math.Abs) + h.Sum(Math.Abs),
                _ => powers.Sum(),
            };
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void AConstantPictureHasNoneAndAFiniteGradient(TotalVariationKind kind, LossNormalization normalization)
    {
        using LossRunner runner = new(TinyNetwork.Shared.Network, new TotalVariationLoss(1, normalization, kind));
        (float[] terms, _, float[] gradient) = runner.Evaluate([.. Enumerable.Repeat(99f, 3 * Width * Height)], Width, Height,
            new Dictionary<string, GraphTensor>(), 1);
        Assert.Equal(0, terms[0]);
        Assert.All(gradient, g => Assert.Equal(0, g));
    }

    [Fact]
    public void ContentReductionsAreTheirFormulas()
    {
        Random random = new(5);
        float[] map = [.. Enumerable.Range(0, 8 * 12).Select(_ => random.NextSingle())],
            target = [.. Enumerable.Range(0, 8 * 12).Select(_ => random.NextSingle())];
        double[] d = [.. map.Zip(target, (a, b) => (double)a - b)];
        Assert.Equal(d.Average(v => v * v), Term(ContentReduction.Mean), 1e-5);
        Assert.Equal(d.Sum(v => v * v), Term(ContentReduction.Sum), 1e-4);
        Assert.Equal(d.Sum(v => v * v) / 2, Term(ContentReduction.HalfSum), 1e-4);
        Assert.Equal(d.Sum(v => v * v) / d.Sum(Math.Abs), Term(ContentReduction.Scaled), 1e-5);
        Assert.Throws<ArgumentException>(() => new ContentLoss("relu4_2", 1, LossNormalization.Relative, ContentReduction.Sum));

        double Term(ContentReduction reduction)
        {
            using LossRunner runner = new(TinyNetwork.Shared.Network, new ContentLoss("relu4_2", 1, LossNormalization.Absolute, reduction));
            return runner.EvaluateMaps(new Dictionary<string, GraphTensor> { [LossGraph.Map("relu4_2")] = new(map, 1, 8, 3, 4) },
                new Dictionary<string, GraphTensor> { ["content relu4_2"] = new(target, 1, 8, 3, 4) }, 1).Terms[0];
        }
    }

    [Fact]
    public void GramFormsAreTheirFormulas()
    {
        Random random = new(6);
        float[] map = [.. Enumerable.Range(0, 4 * 35).Select(_ => random.NextSingle())],
            style = [.. Enumerable.Range(0, 16).Select(_ => random.NextSingle())];
        double[] gram = PlainVgg.Gram(new PlainVgg.Map([.. map.Select(v => (double)v)], 4, 5, 7));
        foreach (GramNormalization normalization in Enum.GetValues<GramNormalization>())
        {
            double factor = normalization switch { GramNormalization.Elements => 1, GramNormalization.Positions => 4, _ => 140 };
            double sum = gram.Zip(style, (a, b) => Math.Pow(a * factor - b, 2)).Sum();
            Assert.Equal(1, Term(normalization, StyleDivisor.Entries) / (sum / 16), 1e-5);
            Assert.Equal(1, Term(normalization, StyleDivisor.None) / sum, 1e-5);
            Assert.Equal(1, Term(normalization, StyleDivisor.MapElements) / (sum / 16 / 140), 1e-5);
            Assert.Equal(1, Term(normalization, StyleDivisor.ImageArea) / sum, 1e-5);
        }
        Assert.Equal(1 / (36.0 * 70 * 70),
            new GramStyleLoss("relu1_1", 1, LossNormalization.Absolute, GramNormalization.None, StyleDivisor.ImageArea).SizeFactor(10, 7),
            1e-12);
        Assert.Equal(1, new GramStyleLoss("relu1_1").SizeFactor(10, 7));
        Assert.Throws<ArgumentException>(() =>
            new GramStyleLoss("relu1_1", 1, LossNormalization.Relative, GramNormalization.None, StyleDivisor.None));

        double Term(GramNormalization normalization, StyleDivisor divisor)
        {
            using LossRunner runner = new(TinyNetwork.Shared.Network,
                new GramStyleLoss("relu1_1", 1, LossNormalization.Absolute, normalization, divisor));
            return runner.EvaluateMaps(new Dictionary<string, GraphTensor> { [LossGraph.Map("relu1_1")] = new(map, 1, 4, 5, 7) },
                new Dictionary<string, GraphTensor> { ["style relu1_1"] = new(style, 1, 4, 4) }, 1).Terms[0];
        }
    }
}
