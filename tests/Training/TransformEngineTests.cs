using System.Numerics.Tensors;
using MLNetStyle.Graphs;
using MLNetStyle.Training;
using Xunit;

namespace MLNetStyle.Tests.Training;

public class TransformEngineTests
{
    public static TheoryData<string, SimdPath> Cases()
    {
        TheoryData<string, SimdPath> cases = [];
        foreach (TransformShape shape in TransformShape.All)
            foreach (SimdPath path in SimdPaths.Supported) cases.Add(shape.Name, path);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void PaintsWhatTheGraphPaints(string name, SimdPath path)
    {
        TransformNetwork network = Network(Shape(name));
        (int width, int height) = Sides(network.Shape);
        float[] image = Image(width, height), painted = new float[image.Length], norms = new float[network.Shape.StyleCount];
        network.Blend([0.25f, 0.75f], norms);
        using TransformEngine engine = new(network.Shape, 2, path);
        engine.SetShared(network.Shared, backward: false);
        engine.Forward(image, width, height, norms, painted, keep: false);

        GraphTensor expected = Graph(network, image, norms, null, out _, out _);
        AssertNear(expected.Values.Span, painted, 2e-3);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void KeepingAndASecondPictureChangeNothing(string name, SimdPath path)
    {
        TransformNetwork network = Network(Shape(name));
        (int width, int height) = Sides(network.Shape);
        float[] image = Image(width, height), first = new float[image.Length], again = new float[image.Length],
            other = new float[3 * 64 * 32];
        using TransformEngine engine = new(network.Shape, 2, path), single = new(network.Shape, 1, path);
        engine.SetShared(network.Shared, backward: true);
        single.SetShared(network.Shared, backward: false);
        engine.Forward(image, width, height, network.Norms[0], first, keep: true);
        engine.Forward(Image(64, 32), 64, 32, network.Norms[1], other, keep: false);
        engine.Forward(image, width, height, network.Norms[0], again, keep: false);
        AssertNear(first, again, 1e-4);
        single.Forward(image, width, height, network.Norms[0], first, keep: false);
        Assert.Equal(again, first);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void KeepingChangesNothingWhereFiltersAreAsLargeAsTrainedOnes(string name, SimdPath path)
    {
        TransformNetwork network = Network(Shape(name));
        foreach (TransformLayer layer in network.Shape.Layers.Where(l => l.NormOffset >= 0))
            TensorPrimitives.Multiply(network.Shared.AsSpan(layer.FilterOffset, layer.Filters), 8,
                network.Shared.AsSpan(layer.FilterOffset, layer.Filters));
        (int width, int height) = Sides(network.Shape);
        float[] image = Image(width, height), kept = new float[image.Length], painted = new float[image.Length];
        using TransformEngine engine = new(network.Shape, 2, path);
        engine.SetShared(network.Shared, backward: false);
        engine.Forward(image, width, height, network.Norms[0], kept, keep: true);
        engine.Forward(image, width, height, network.Norms[0], painted, keep: false);
        AssertNear(kept, painted, 1e-4);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void GradientIsThatOfTheDifferentiatedGraph(string name, SimdPath path)
    {
        TransformNetwork network = Network(Shape(name));
        TransformShape shape = network.Shape;
        (int width, int height) = Sides(shape);
        float[] image = Image(width, height), painted = new float[image.Length], gradient = Weights(image.Length);
        float[] shared = new float[shape.SharedCount], norms = new float[shape.StyleCount];
        using TransformEngine engine = new(shape, 2, path);
        engine.SetShared(network.Shared, backward: true);
        for (int round = 0; round < 2; round++)
        {
            Array.Clear(shared);
            Array.Clear(norms);
            engine.Forward(image, width, height, network.Norms[0], painted, keep: true);
            engine.Backward(gradient, shared, norms);
        }
        Graph(network, image, network.Norms[0], gradient, out float[] byShared, out float[] byNorms);
        foreach (TransformLayer layer in shape.Layers)
        {
            AssertNear(byShared.AsSpan(layer.FilterOffset, layer.Filters), shared.AsSpan(layer.FilterOffset, layer.Filters), 2e-3);
            if (layer.NormOffset >= 0) AssertNear(byNorms.AsSpan(layer.NormOffset, 2 * layer.Outputs),
                norms.AsSpan(layer.NormOffset, 2 * layer.Outputs), 2e-3);
        }
        AssertNear(byShared.AsSpan(shape.BiasOffset), shared.AsSpan(shape.BiasOffset), 1e-3);
    }

    [Theory]
    [InlineData("small", 6)]
    [InlineData("large", 14)]
    public void SpikesAreChargedForInTheGradientByTheParameters(string name, int layers)
    {
        TransformNetwork network = Network(Shape(name));
        TransformShape shape = network.Shape;
        (int width, int height) = Sides(shape);
        float[] image = new float[3 * width * height], painted = new float[image.Length], nothing = new float[image.Length];
        Random random = new(7);
        for (int i = 0; i < image.Length; i++) image[i] = 100 + 5 * random.NextSingle();
        for (int c = 0; c < 3; c++) image[(c * height + 14) * width + 20] = 255;
        float[] shared = new float[shape.SharedCount], norms = new float[shape.StyleCount];
        using TransformEngine engine = new(shape, 1);
        double first = Penalty();
        Assert.True(first > 1e-3, $"{first}");
        float[] by = [.. shared], byNorms = [.. norms];
        engine.Backward(nothing, [], norms, 1);
        for (int i = 0; i < norms.Length; i++) Assert.Equal(2 * byNorms[i], norms[i], 1e-5 * Math.Abs(norms[i]));
        int compared = 0;
        foreach (TransformLayer layer in shape.Layers.Take(layers))
        {
            // The strongest of each layer's gradients, and one that is drawn. In single precision the smallest are lost in differences.
            double scale = by.AsSpan(layer.FilterOffset, layer.Filters).ToArray().Max(Math.Abs);
            if (scale < 1e-2 * by.Max(Math.Abs)) continue;
            compared++;
            int strongest = Enumerable.Range(layer.FilterOffset, layer.Filters).MaxBy(i => Math.Abs(by[i]));
            Compare(network.Shared, strongest, by[strongest], scale);
            int drawn = layer.FilterOffset + random.Next(layer.Filters);
            Compare(network.Shared, drawn, by[drawn], scale);
            int norm = layer.NormOffset + random.Next(2 * layer.Outputs);
            Compare(network.Norms[0], norm, byNorms[norm],
                byNorms.AsSpan(layer.NormOffset, 2 * layer.Outputs).ToArray().Max(Math.Abs));
        }
        Assert.True(compared >= 3, $"{compared} layers compared");

        void Compare(float[] parameters, int at, double found, double most)
        {
            float kept = parameters[at];
            const float Step = 2e-3f;
            parameters[at] = kept + Step;
            double more = Penalty();
            parameters[at] = kept - Step;
            double expected = (more - Penalty()) / (2 * Step);
            parameters[at] = kept;
            Assert.Equal(expected, found, 0.03 * Math.Abs(expected) + 0.01 * most);
        }

        double Penalty()
        {
            engine.SetShared(network.Shared, backward: true);
            engine.Forward(image, width, height, network.Norms[0], painted, keep: true);
            Array.Clear(shared);
            Array.Clear(norms);
            return engine.Backward(nothing, shared, norms, 1);
        }
    }

    /// <summary>Odd sides at the smallest map, and at a quarter of the picture's size where that is it.</summary>
    private static (int Width, int Height) Sides(TransformShape shape) => (11 * shape.Multiple, 9 * shape.Multiple);

    private static TransformShape Shape(string name) => TransformShape.All.Single(s => s.Name == name);

    private static TransformNetwork Network(TransformShape shape)
    {
        TransformNetwork network = TransformNetwork.Start(shape, ["one", "two"], 5);
        Random random = new(3);
        foreach (float[] norms in network.Norms)
            for (int i = 0; i < norms.Length; i++) norms[i] += 0.3f * (random.NextSingle() - 0.5f);
        for (int c = 0; c < 3; c++) network.Shared[shape.BiasOffset + c] = 0.1f * c;
        return network;
    }

    private static float[] Image(int width, int height)
    {
        Random random = new(1);
        float[] image = new float[3 * width * height];
        for (int i = 0; i < image.Length; i++) image[i] = 127 + 80 * MathF.Sin(i * 0.11f) + 40 * (random.NextSingle() - 0.5f);
        return image;
    }

    private static float[] Weights(int length)
    {
        Random random = new(2);
        float[] weights = new float[length];
        for (int i = 0; i < length; i++) weights[i] = random.NextSingle() - 0.5f;
        return weights;
    }

    /// <summary>The painted picture and, where a gradient is given, those by the parameters, by ONNX Runtime and the graph's
    /// rules.</summary>
    private static GraphTensor Graph(TransformNetwork network, float[] image, float[] norms, float[]? gradient, out float[] byShared,
        out float[] byNorms)
    {
        (byShared, byNorms) = (new float[network.Shared.Length], []);
        (int width, int height) = Sides(network.Shape);
        GraphBuilder graph = new();
        GraphValue input = graph.Input("image", ElementType.Float, "1", "3", $"{height}", $"{width}"),
            style = graph.Input("norms", ElementType.Float, $"{norms.Length}");
        List<(GraphValue Value, int Offset, int Count)> weights = [];
        GraphValue painted = TransformGraph.Add(graph, network.Shape, input, (name, offset, shape) =>
        {
            int count = (int)shape.Aggregate(1L, (n, d) => n * d);
            GraphValue value = graph.Weight(new Weight(name, [.. network.Shared.AsSpan(offset, count)], shape));
            weights.Add((value, offset, count));
            return value;
        }, style);
        graph.Output(painted, "painted");
        Dictionary<string, GraphTensor> feed = new() { ["image"] = new(image, 1, 3, height, width), ["norms"] = new(norms, norms.Length) };
        if (gradient is null)
        {
            using GraphSession plain = new(graph);
            return plain.Run(feed, "painted");
        }
        GraphValue factors = graph.Input("factors", ElementType.Float, "1", "3", $"{height}", $"{width}");
        feed["factors"] = new GraphTensor(gradient, 1, 3, height, width);
        GraphValue[] gradients = Differentiator.Gradient(graph, graph.ReduceSum(graph.Mul(painted, factors)),
            [.. weights.Select(w => w.Value), style]);
        for (int i = 0; i < gradients.Length; i++) graph.Output(gradients[i], $"gradient{i}");
        using GraphSession session = new(graph);
        GraphTensor[] results = session.Run(feed, [.. gradients.Select((_, i) => $"gradient{i}"), "painted"]);
        for (int i = 0; i < weights.Count; i++) results[i].Values.Span.CopyTo(byShared.AsSpan(weights[i].Offset, weights[i].Count));
        byNorms = results[weights.Count].Values.ToArray();
        return results[^1];
    }

    private static void AssertNear(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double relative)
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = 0, most = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            scale = Math.Max(scale, Math.Abs(expected[i]));
            most = Math.Max(most, Math.Abs(expected[i] - actual[i]));
        }
        Assert.True(most <= relative * scale, $"off by {most} of {scale}");
    }
}
