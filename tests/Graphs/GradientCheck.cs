using MLNetStyle.Graphs;
using Xunit;

namespace MLNetStyle.Tests.Graphs;

/// <summary>Compares a graph's gradient with central differences along random directions.</summary>
internal static class GradientCheck
{
    /// <summary>Checks the gradients of sum(r * y) with fixed random r, where y is computed from inputs of the given shapes.</summary>
    /// <param name="build">Computes y.</param>
    /// <param name="shapes">The inputs' shapes.</param>
    /// <param name="symbolic">Whether the graph knows the inputs' ranks only.</param>
    /// <param name="from">The smallest value that an input takes.</param>
    /// <param name="to">The largest.</param>
    /// <param name="apart">Whether all values of an input are kept apart by more than the step, for operators with kinks.</param>
    /// <param name="seed">Where the random numbers start.</param>
    public static void Run(
        Func<GraphBuilder, GraphValue[], GraphValue> build, long[][] shapes, bool symbolic = true, float from = -1f, float to = 1f,
            bool apart = false, int seed = 1)
    {
        Random random = new(seed);
        GraphBuilder graph = new();
        GraphValue[] inputs = [.. shapes.Select((s, k) =>
            graph.Input($"x{k}", ElementType.Float, [.. s.Select((d, i) => symbolic && d > 1 ? $"d{k}_{i}" : $"{d}")]))];
        GraphValue y = build(graph, inputs);
        graph.Output(y, "y");
        float[][] point = [.. shapes.Select(s => Values(random, Count(s), from, to, apart))];
        Dictionary<string, GraphTensor> feed = [];
        for (int k = 0; k < shapes.Length; k++) feed[$"x{k}"] = new GraphTensor(point[k], shapes[k]);

        GraphTensor value = Evaluate(graph, feed, "y");
        float[] weights = Values(random, (int)value.Count, 0.5f, 1.5f, false);
        GraphValue r = graph.Input("r", ElementType.Float, [.. value.Shape.Select((d, i) => symbolic ? $"r{i}" : $"{d}")]);
        feed["r"] = new GraphTensor(weights, [.. value.Shape]);
        GraphValue[] gradients = Differentiator.Gradient(graph, graph.ReduceSum(graph.Mul(y, r)), inputs);
        for (int k = 0; k < gradients.Length; k++) graph.Output(gradients[k], $"g{k}");

        using GraphSession session = new(graph, new GraphSessionOptions { Threads = 1 });
        GraphTensor[] found = session.Run(feed, [.. gradients.Select((_, k) => $"g{k}")]);
        const float Step = 1f / 256;
        for (int k = 0; k < shapes.Length; k++)
        {
            Assert.Equal(shapes[k], found[k].Shape);
            for (int trial = 0; trial < 4; trial++)
            {
                float[] origin = [.. point[k]], direction = Direction(random, origin.Length, trial);
                double rise = Loss(+1) - Loss(-1), expected = rise / (2 * Step), actual = 0, scale = 0;
                for (int i = 0; i < origin.Length; i++)
                {
                    point[k][i] = origin[i];
                    actual += (double)found[k].Values.Span[i] * direction[i];
                    scale += Math.Abs((double)found[k].Values.Span[i] * direction[i]);
                }
                Assert.True(Math.Abs(actual - expected) <= 2e-3 * (1 + scale),
                    $"input {k}, direction {trial}: gradient {actual}, differences {expected}");

                double Loss(int sign)
                {
                    for (int i = 0; i < origin.Length; i++) point[k][i] = origin[i] + sign * Step * direction[i];
                    ReadOnlySpan<float> result = session.Run(feed, "y").Values.Span;
                    double sum = 0;
                    for (int i = 0; i < result.Length; i++) sum += (double)result[i] * weights[i];
                    return sum;
                }
            }
        }
    }

    /// <summary>Computes one output.</summary>
    public static GraphTensor Evaluate(GraphBuilder graph, Dictionary<string, GraphTensor> feed, string output)
    {
        using GraphSession session = new(graph, new GraphSessionOptions { Threads = 1 });
        return session.Run(feed, output);
    }

    public static int Count(long[] shape) => (int)shape.Aggregate(1L, (n, d) => n * d);

    /// <summary>Random values; where they must be apart, a shuffled ladder without zero.</summary>
    public static float[] Values(Random random, int count, float from, float to, bool apart)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = apart ? from + (to - from) * (i + 0.5f) / count : from
            + (to - from) * random.NextSingle();
        if (apart)
        {
            random.Shuffle(values);
            for (int i = 0; i < count; i++) if (Math.Abs(values[i]) < 0.01f) values[i] = 0.01f;
        }
        return values;
    }

    /// <summary>First one entry alone, then random signs.</summary>
    private static float[] Direction(Random random, int count, int trial)
    {
        float[] direction = new float[count];
        if (trial < 2) direction[random.Next(count)] = 1;
        else for (int i = 0; i < count; i++) direction[i] = random.NextSingle() < 0.5f ? -1 : 1;
        return direction;
    }
}
