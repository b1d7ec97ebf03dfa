using MLNetStyle.Graphs;

namespace MLNetStyle.Training;

/// <summary>A transform network as an ONNX graph of ordinary operators.</summary>
internal static class TransformGraph
{
    public const string Image = "image";
    public const string Styles = "styles";
    public const string Painted = "painted";

    /// <summary>Adds the network to a graph, from a picture of 0..255 to a painted one that is not cut off.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="shape">The layers.</param>
    /// <param name="image">[1, 3, height, width], sides multiples of <see cref="TransformShape.Multiple"/>, at least
    /// <see cref="TransformShape.LeastSide"/>.</param>
    /// <param name="shared">Gives the parameters from an offset on, under a name and a shape.</param>
    /// <param name="norms">The style's parameters, a vector.</param>
    public static GraphValue Add(GraphBuilder graph, TransformShape shape, GraphValue image, Func<string, int, long[], GraphValue> shared,
        GraphValue norms)
    {
        GraphValue x = graph.Sub(graph.Mul(image, graph.Constant(1 / 127.5f)), graph.Constant(1f));
        x = Fold(graph, x);
        List<GraphValue> results = [];
        bool folded = true;
        foreach (TransformLayer layer in shape.Layers)
        {
            if (layer.Doubles)
                x = graph.Node("Resize", [x, default, graph.Constant([1f, 1f, 2f, 2f], 4)], new GraphAttribute("mode", "nearest"),
                    new GraphAttribute("coordinate_transformation_mode", "asymmetric"), new GraphAttribute("nearest_mode", "floor"));
            if (!folded) x = Reflect(graph, x, 1);
            folded = layer.Folds;
            GraphValue filters = shared(layer.Name, layer.FilterOffset, [layer.Outputs, layer.Inputs, 3, 3]);
            if (layer.NormOffset < 0)
            {
                x = graph.Conv(x, filters, shared($"{layer.Name}.offset", shape.BiasOffset, [layer.Outputs]), padding: 0);
                break;
            }
            x = graph.Conv(x, filters, padding: 0);
            GraphValue scale = graph.Slice(norms, [layer.NormOffset], [layer.NormOffset + layer.Outputs], [0]);
            GraphValue shift = graph.Slice(norms, [layer.NormOffset + layer.Outputs], [layer.NormOffset + 2 * layer.Outputs], [0]);
            x = graph.Node("InstanceNormalization", [x, scale, shift], new GraphAttribute("epsilon", TransformShape.Epsilon));
            if (layer.Relu) x = graph.Relu(x);
            if (layer.Folds) x = Fold(graph, x);
            if (layer.Beside >= 0) x = graph.Add(x, results[layer.Beside]);
            results.Add(x);
        }
        return graph.Mul(graph.Add(x, graph.Constant(1f)), graph.Constant(127.5f));
    }

    /// <summary>The network as a whole model: a picture of any size and the styles' weights in, a picture of 0..255 out.</summary>
    public static GraphBuilder Model(TransformNetwork network)
    {
        TransformShape shape = network.Shape;
        GraphBuilder graph = new("fast styles");
        GraphValue image = graph.Input(Image, ElementType.Float, "1", "3", "height", "width");
        GraphValue weights = graph.Input(Styles, ElementType.Float, "1", $"{network.Styles.Count}");
        float[] all = [.. network.Norms.SelectMany(n => n)];
        GraphValue table = graph.Weight(new Weight("styles.norms", all, network.Styles.Count, shape.StyleCount));
        GraphValue sum = graph.ReduceSum(weights, true, 1);
        GraphValue norms = graph.Reshape(graph.MatMul(graph.Div(weights, sum), table), shape.StyleCount);

        GraphValue size = graph.Node("Shape", [image], new GraphAttribute("start", 2L));
        GraphValue multiple = graph.Indices(shape.Multiple), zeros = graph.Indices(0, 0);
        GraphValue filling = graph.Node("Mod", [graph.Sub(multiple, graph.Node("Mod", [size, multiple])), multiple]);
        GraphValue missing = graph.Node("Max", [filling, graph.Sub(graph.Indices(shape.LeastSide), size)]);
        GraphValue filled = graph.Node("Pad", [image, graph.Concat(0, graph.Indices(0, 0, 0, 0, 0, 0), missing)],
            new GraphAttribute("mode", "edge"));
        GraphValue painted = Add(graph, shape, filled, (name, offset, dimensions) =>
            graph.Weight(new Weight(name, [.. network.Shared.AsSpan(offset, (int)dimensions.Aggregate(1L, (n, d) => n * d))], dimensions)),
                norms);
        GraphValue cut = graph.Node("Slice", [painted, zeros, size, graph.Indices(2, 3)]);
        graph.Output(graph.Node("Clip", [cut, graph.Constant(0f), graph.Constant(255f)]), Painted, ElementType.Float, "1", "3", "height",
            "width");
        return graph;
    }

    /// <summary>Two by two pixels into the channels of one, with a border of one that holds the pixels reflected.</summary>
    private static GraphValue Fold(GraphBuilder graph, GraphValue x) =>
        graph.Node("SpaceToDepth", [Reflect(graph, x, 2)], new GraphAttribute("blocksize", 2L));

    private static GraphValue Reflect(GraphBuilder graph, GraphValue x, long pixels) =>
        graph.Node("Pad", [x, graph.Indices(0, 0, pixels, pixels, 0, 0, pixels, pixels)], new GraphAttribute("mode", "reflect"));
}
