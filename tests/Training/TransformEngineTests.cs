using MLNetStyle.Graphs;
using MLNetStyle.Kernels;
using MLNetStyle.Training;
using Xunit;

namespace MLNetStyle.Tests.Training;

public class TransformEngineTests
{
    private const int Width = 44, Height = 36;

    public static TheoryData<string, SimdPath> Cases()
    {
        TheoryData<string, SimdPath> cases = [];
        foreach (TransformShape shape in TransformShape.All)
            foreach (SimdPath path in SimdPaths.Supported) cases.Add(shape.Name, path);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Paints_what_the_graph_paints(string name, SimdPath path)
    {
        TransformNetwork network = Network(Shape(name));
        float[] image = Image(Width, Height), painted = new float[image.Length], norms = new float[network.Shape.StyleCount];
        network.Blend([0.25f, 0.75f], norms);
        using TransformEngine engine = new(network.Shape, 2, path);
        engine.SetShared(network.Shared, backward: false);
        engine.Forward(image, Width, Height, norms, painted, keep: false);

        GraphTensor expected = GradientValues(network, image, norms, null, out _, out _);
        AssertNear(expected.Values.Span, painted, 2e-3);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Keeping_and_a_second_picture_change_nothing(string name, SimdPath path)
    {
        TransformNetwork network = Network(Shape(name));
        float[] image = Image(Width, Height), first = new float[image.Length], again = new float[image.Length], other = new float[3 * 64 * 32];
        using TransformEngine engine = new(network.Shape, 2, path), single = new(network.Shape, 1, path);
        engine.SetShared(network.Shared, backward: true);
        single.SetShared(network.Shared, backward: false);
        engine.Forward(image, Width, Height, network.Norms[0], first, keep: true);
        engine.Forward(Image(64, 32), 64, 32, network.Norms[1], other, keep: false);
        engine.Forward(image, Width, Height, network.Norms[0], again, keep: false);
        AssertNear(first, again, 1e-4);
        single.Forward(image, Width, Height, network.Norms[0], first, keep: false);
        Assert.Equal(again, first);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradient_is_that_of_differences(string name, SimdPath path)
    {
        TransformNetwork network = Network(Shape(name));
        TransformShape shape = network.Shape;
        float[] image = Image(Width, Height), painted = new float[image.Length], gradient = Weights(image.Length);
        float[] shared = new float[shape.SharedCount], norms = new float[shape.StyleCount];
        using TransformEngine engine = new(shape, 1, path);
        engine.SetShared(network.Shared, backward: true);
        for (int round = 0; round < 2; round++)
        {
            Array.Clear(shared);
            Array.Clear(norms);
            engine.Forward(image, Width, Height, network.Norms[0], painted, keep: true);
            engine.Backward(gradient, shared, norms);
        }
        foreach (TransformLayer layer in shape.Layers)
        {
            Check(network.Shared, shared, layer.FilterOffset, layer.Filters, layer.Name);
            if (layer.NormOffset < 0) continue;
            Check(network.Norms[0], norms, layer.NormOffset, layer.Outputs, $"{layer.Name} scales");
            Check(network.Norms[0], norms, layer.NormOffset + layer.Outputs, layer.Outputs, $"{layer.Name} shifts");
        }
        Check(network.Shared, shared, shape.BiasOffset, 3, "offsets");

        // Along the gradient of one kind of parameters the loss rises as fast as the gradient says.
        void Check(float[] values, float[] found, int first, int count, string what)
        {
            float[] origin = [.. values];
            double length = Math.Sqrt(found.AsSpan(first, count).ToArray().Sum(v => (double)v * v)), size = Math.Sqrt(origin.AsSpan(first, count).ToArray().Average(v => (double)v * v));
            double step = 1e-5 * Math.Max(size, 0.1) * Math.Sqrt(count);
            double rise = At(+1) - At(-1);
            origin.CopyTo(values, 0);
            Assert.True(Math.Abs(rise / (2 * step) - length) <= 0.01 * length, $"{what}: {rise / (2 * step)} by differences, {length} by the gradient");

            double At(int sign)
            {
                for (int i = first; i < first + count; i++) values[i] = (float)(origin[i] + sign * step * found[i] / length);
                engine.SetShared(network.Shared, backward: false);
                engine.Forward(image, Width, Height, network.Norms[0], painted, keep: true);
                double sum = 0;
                for (int i = 0; i < painted.Length; i++) sum += (double)gradient[i] * painted[i];
                return sum;
            }
        }
    }

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

    private static GraphTensor GradientValues(TransformNetwork network, float[] image, float[] norms, float[]? gradient, out float[] shared, out float[] byNorms)
    {
        (shared, byNorms) = ([], []);
        GraphBuilder graph = new();
        GraphValue input = graph.Input("image", ElementType.Float, "1", "3", $"{Height}", $"{Width}"), style = graph.Input("norms", ElementType.Float, $"{norms.Length}");
        GraphValue painted = TransformGraph.Add(graph, network.Shape, input, (name, offset, shape) =>
            graph.Weight(new Weight(name, [.. network.Shared.AsSpan(offset, GraphCount(shape))], shape)), style);
        graph.Output(painted, "painted");
        using GraphSession session = new(graph);
        return session.Run(new Dictionary<string, GraphTensor> { ["image"] = new(image, 1, 3, Height, Width), ["norms"] = new(norms, norms.Length) }, "painted");
    }

    private static int GraphCount(long[] shape) => (int)shape.Aggregate(1L, (n, d) => n * d);

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
