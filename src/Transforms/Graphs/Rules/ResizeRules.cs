namespace MLNetStyle.Graphs;

/// <summary>
/// Nearest-neighbour resizing of height and width. By whole factors the gradient is the sum over each square; otherwise it is
/// multiplied by the matrices of zeros and ones that say which entry each output was copied from.
/// </summary>
internal static class ResizeRules
{
    public static void AddTo(IDictionary<string, Action<RuleContext>> rules) => rules["Resize"] = Resize;

    private static void Resize(RuleContext c)
    {
        if (!c.Wants(0)) return;
        string mode = c.Text("mode", "nearest"), coordinates = c.Text("coordinate_transformation_mode", "half_pixel");
        if (mode != "nearest") throw c.Unsupported($"its mode is '{mode}'; nearest is covered");
        if (c.Ints("axes") is not null || coordinates == "tf_crop_and_resize") throw c.Unsupported("it has axes or a region of interest");
        if (c.Shape(c.Input(0)) is not { Length: 4 } x) throw c.Unsupported("its input is not known to have 4 dimensions");

        float[]? scales = c.Has(2) ? c.Graph.Floats(c.Input(2)) : null;
        if (c.Has(2) ? scales is not [1f, 1f, ..]
            : !KeepsChannels(c, x)) throw c.Unsupported("it is not known to keep batch and channels as they are");
        GraphBuilder graph = c.Graph;
        if (scales is [_, _, var down, var across] && Whole(down) && Whole(across) && coordinates is "asymmetric" or "half_pixel")
        {
            if (coordinates == "half_pixel" || c.Text("nearest_mode", "round_prefer_floor") == "floor")
            {
                long[] size = [(long)down, (long)across];
                GraphValue mean = graph.Node("AveragePool", [c.Gradient], new GraphAttribute("kernel_shape", size),
                    new GraphAttribute("strides", size));
                c.Give(0, graph.Mul(mean, graph.Constant(down * across)));
                return;
            }
        }
        GraphValue g = graph.MatMul(c.Gradient, Sources(c, 3));
        c.Give(0, graph.MatMul(graph.Transpose(Sources(c, 2), 1, 0), g));
    }

    private static bool Whole(float scale) => scale >= 1 && scale == MathF.Floor(scale);

    private static bool KeepsChannels(RuleContext c, string[] x) => c.Shape(c.Output) is { } y && x[0] == y[0] && x[1] == y[1];

    /// <summary>A matrix [output size, input size] with a one where an output is a copy of an input: the resized row of indices
    /// tells.</summary>
    private static GraphValue Sources(RuleContext c, int axis)
    {
        GraphBuilder graph = c.Graph;
        GraphValue n = graph.Node("Squeeze", [graph.Dimension(c.Input(0), axis)]);
        GraphValue indices = graph.Cast(graph.Node("Range", [graph.Index(0), n, graph.Index(1)]), ElementType.Float);
        GraphValue row = graph.Reshape(indices, 1, 1, 1, -1);
        GraphValue last = graph.Indices(axis), next = graph.Indices(axis + 1), first = graph.Indices(0);
        GraphAttribute[] attributes =
        [
            new("mode", "nearest"), new("coordinate_transformation_mode", c.Text("coordinate_transformation_mode", "half_pixel")),
            new("nearest_mode", c.Text("nearest_mode", "round_prefer_floor")),
        ];
        GraphValue resized = c.Has(2)
            ? graph.Node("Resize",
                [row, default, graph.Concat(0, graph.Constant([1f, 1f, 1f], 3), graph.Node("Slice", [c.Input(2), last, next, first]))],
                attributes)
            : graph.Node("Resize",
                [row, default, default, graph.Concat(0, graph.Indices(1, 1, 1), graph.Node("Slice", [c.Input(3), last, next, first]))],
                attributes);
        return graph.Mask(graph.Node("Equal", [graph.Reshape(resized, -1, 1), indices]));
    }
}
