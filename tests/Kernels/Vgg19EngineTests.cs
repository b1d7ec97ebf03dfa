using System.Text.Json;
using MLNetStyle.Kernels;
using MLNetStyle.Networks;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Kernels;

/// <summary>The engine on VGG-19 against the 64-bit values under Data/reference.</summary>
public sealed class Vgg19EngineTests
{
    private const double Tolerance = 1e-4;

    private static readonly string[] s_styleLayers = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"];

    public static TheoryData<string, SimdPath> Cases
    {
        get
        {
            TheoryData<string, SimdPath> data = [];
            foreach (SimdPath path in SimdPaths.Supported.Where(p => p != SimdPath.Scalar))
                foreach (string pooling in new[] { "max", "avg" }) data.Add(pooling, path);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void FeaturesAgree(string pooling, SimdPath path) => CheckFeatures(Vgg19.EightBits, pooling, path);

    [NeedsFloatVgg19Theory]
    [MemberData(nameof(Cases))]
    public void FeaturesAgreeWithPyTorch(string pooling, SimdPath path) => CheckFeatures(Vgg19.Float, pooling, path);

    [Theory]
    [MemberData(nameof(Cases))]
    public void LossesAndGradientsAgree(string pooling, SimdPath path) => CheckLosses(Vgg19.EightBits, pooling, path);

    [NeedsFloatVgg19Theory]
    [MemberData(nameof(Cases))]
    public void LossesAndGradientsAgreeWithPyTorch(string pooling, SimdPath path) => CheckLosses(Vgg19.Float, pooling, path);

    private static void CheckFeatures(Vgg19 vgg, string pooling, SimdPath path)
    {
        JsonElement expected = vgg.Reference.GetProperty("features").GetProperty(pooling);
        string[] layers = [.. expected.EnumerateObject().Select(l => l.Name)];
        using ConvolutionEngine engine = NetworkEngine.Create(vgg.Of(pooling), layers, 2, path);
        (float[] planes, int width, int height) = ReferenceData.Content;
        engine.Forward(planes, width, height);
        foreach (string layer in layers)
        {
            JsonElement wanted = expected.GetProperty(layer);
            FeatureMap map = engine.Maps[layer];
            Assert.Equal([map.Channels, map.Height, map.Width], wanted.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32()));
            float[] values = new float[map.Length], gram = new float[map.Channels * map.Channels];
            map.CopyTo(values);
            map.Gram(gram);
            double mean = values.Average(v => (double)v), deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / values.Length);
            double norm = Math.Sqrt(gram.Sum(g => (double)g * g)) / map.Length;
            Near("std", deviation, 0);
            Near("mean", mean, deviation);
            Near("max", values.Max(), 0);
            Near("gram_chw_frobenius", norm, 0);
            Near("gram_chw_0_1", gram[1] / (double)map.Length, norm / map.Channels);

            void Near(string key, double found, double scale)
            {
                double reference = wanted.GetProperty(key).GetDouble(),
                    error = Math.Abs(found - reference) / Math.Max(Math.Abs(reference), scale);
                Assert.True(error <= Tolerance, $"{layer} {key}: {found} where {reference} is expected, relative error {error:e2}");
            }
        }
    }

    private static void CheckLosses(Vgg19 vgg, string pooling, SimdPath path)
    {
        using ConvolutionEngine engine = NetworkEngine.Create(vgg.Of(pooling), [.. s_styleLayers, "relu4_2"], 2, path,
            keepTransformedWeights: false);
        (float[] content, int width, int height) = ReferenceData.Content;
        (float[] style, int styleWidth, int styleHeight) = ReferenceData.Style;
        engine.Forward(style, styleWidth, styleHeight);
        double[][] targets = [.. s_styleLayers.Select(l => Gram(engine.Maps[l]))];
        engine.Forward(content, width, height);
        float[] target = engine.Maps["relu4_2"].Values.ToArray(), gradient = new float[content.Length];
        foreach (string start in new[] { "content", "noise" })
        {
            foreach (bool styleOnly in new[] { true, false })
            {
                engine.Forward(start == "content" ? content : ReferenceData.Noise, width, height);
                double loss = 0;
                foreach (FeatureMap map in engine.Maps.Values) map.Gradient.Clear();
                if (styleOnly) for (int i = 0; i < s_styleLayers.Length; i++) loss += Style(engine.Maps[s_styleLayers[i]], targets[i]);
                else loss = Content(engine.Maps["relu4_2"], target);
                engine.Backward(gradient);
                JsonElement expected = vgg.Reference.GetProperty("loss").GetProperty($"{pooling}/{start}/{(styleOnly ? "style_only" : "content_only")}");
                double wantedLoss = expected.GetProperty("loss").GetDouble(), wantedNorm = expected.GetProperty("grad_norm").GetDouble();
                double norm = Math.Sqrt(gradient.Sum(g => (double)g * g));
                Assert.InRange(Math.Abs(loss - wantedLoss), 0, Tolerance * wantedLoss);
                Assert.InRange(Math.Abs(norm - wantedNorm), 0, Tolerance * wantedNorm);
            }
        }
    }

    /// <summary>mean((G - A)^2), G = F F^T / (C H W), and its gradient 4 / (C^3 H W) (G - A) F.</summary>
    private static double Style(FeatureMap map, double[] target)
    {
        double[] difference = [.. Gram(map).Zip(target, (a, b) => a - b)];
        map.MultiplyIntoGradient([.. difference.Select(d => (float)(4 * d / difference.Length / map.Length))]);
        return difference.Average(d => d * d);
    }

    private static double Content(FeatureMap map, float[] target)
    {
        double sum = 0;
        for (int i = 0; i < target.Length; i++)
        {
            float difference = map.Values[i] - target[i];
            map.Gradient[i] = 2 * difference / target.Length;
            sum += (double)difference * difference;
        }
        return sum / target.Length;
    }

    private static double[] Gram(FeatureMap map)
    {
        float[] gram = new float[map.Channels * map.Channels];
        map.Gram(gram);
        return Array.ConvertAll(gram, g => (double)g / map.Length);
    }
}
