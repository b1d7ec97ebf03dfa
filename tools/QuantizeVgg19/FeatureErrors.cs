using MLNetStyle.Graphs;

namespace MLNetStyle.QuantizeVgg19;

/// <summary>How far a network's ReLU maps and their Gram matrices are from another one's, on pictures.</summary>
internal static class FeatureErrors
{
    /// <summary>For each layer the root of the squared differences over that of the squares, all pictures together.</summary>
    public static IEnumerable<(string Layer, double Map, double Gram)> Of(Network exact, Network other, IReadOnlyList<PlanarImage> pictures)
    {
        string[] layers = [.. other.Layers.Where(l => l.StartsWith("relu", StringComparison.Ordinal))];
        double[,] sums = new double[layers.Length, 4];
        foreach (PlanarImage picture in pictures)
        {
            GraphTensor[] wanted = Maps(exact, layers, picture), found = Maps(other, layers, picture);
            for (int l = 0; l < layers.Length; l++)
            {
                Add(l, 0, found[l].Values.Span, wanted[l].Values.Span);
                Add(l, 2, Gram(found[l]), Gram(wanted[l]));
            }
        }
        for (int l = 0; l < layers.Length; l++) yield return (layers[l], Math.Sqrt(sums[l, 0] / sums[l, 1]),
            Math.Sqrt(sums[l, 2] / sums[l, 3]));

        void Add(int layer, int at, ReadOnlySpan<float> found, ReadOnlySpan<float> wanted)
        {
            for (int i = 0; i < wanted.Length; i++)
            {
                double d = (double)found[i] - wanted[i];
                sums[layer, at] += d * d;
                sums[layer, at + 1] += (double)wanted[i] * wanted[i];
            }
        }
    }

    private static GraphTensor[] Maps(Network network, string[] layers, PlanarImage picture)
    {
        GraphBuilder graph = new();
        IReadOnlyDictionary<string, GraphValue> maps = network.Build(graph,
            graph.Input("image", ElementType.Float, "1", "3", "height", "width"), layers);
        foreach (string layer in layers) graph.Output(maps[layer], $"output {layer}");
        using GraphSession session = new(graph);
        return session.Run(new Dictionary<string, GraphTensor> { ["image"] = new(picture.Samples, 1, 3, picture.Height, picture.Width) },
            [.. layers.Select(l => $"output {l}")]);
    }

    private static float[] Gram(GraphTensor map)
    {
        int channels = (int)map.Shape[1], pixels = (int)(map.Shape[2] * map.Shape[3]);
        float[] gram = new float[channels * channels];
        Parallel.For(0, channels, a =>
        {
            ReadOnlySpan<float> values = map.Values.Span, row = values.Slice(a * pixels, pixels);
            for (int b = 0; b <= a; b++)
                gram[a * channels + b] = gram[b * channels + a] = System.Numerics.Tensors.TensorPrimitives.Dot(row,
                    values.Slice(b * pixels, pixels)) / pixels;
        });
        return gram;
    }
}
