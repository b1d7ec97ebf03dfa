namespace MLNetStyle.Graphs;

/// <summary>
/// Pooling over windows that do not overlap: the gradient is spread by nearest-neighbour resizing. Rows and columns at the end
/// that fill no window get zeros. Average pooling with overlapping or padded windows takes a transposed convolution, maximum pooling the
/// indices that ONNX gives beside the maxima.
/// </summary>
internal static class PoolingRules
{
    public static void AddTo(IDictionary<string, Action<RuleContext>> rules)
    {
        rules["MaxPool"] = MaxPool;
        rules["AveragePool"] = AveragePool;
    }

    private static void MaxPool(RuleContext c)
    {
        if (!c.Wants(0)) return;
        Window w = Window.Of(c);
        if (!Apart(c, w))
        {
            Overlapping(c);
            return;
        }
        GraphBuilder graph = c.Graph;
        GraphValue x = w.Kernel is [2, 2] ? c.Input(0) : Covered(c, w, c.Input(0));
        GraphValue mask = graph.Mask(graph.Node("Equal", [x, Spread(c, w, c.Output, x)]));
        GraphValue ties = graph.Node("AveragePool", [mask], new GraphAttribute("kernel_shape", w.Kernel),
            new GraphAttribute("strides", w.Strides));
        GraphValue share = graph.Div(c.Gradient, graph.Mul(ties, graph.Constant((float)Area(w))));
        c.Give(0, Whole(c, w, graph.Mul(Spread(c, w, share, x), mask)));
    }

    /// <summary>Windows that overlap, are padded or have a ceiling: each gives its gradient to the entry that ONNX says its maximum came
    /// from.</summary>
    private static void Overlapping(RuleContext c)
    {
        if (c.Int("storage_order", 0) != 0) throw c.Unsupported("it counts its indices column by column");
        GraphBuilder graph = c.Graph;
        GraphValue size = graph.Dimensions(c.Input(0));
        GraphValue zeros = graph.Node("Expand", [graph.Constant([0f], 1), graph.Reshape(graph.Size(c.Input(0)), 1L)]);
        GraphValue indices = graph.Reshape(graph.Second(c.Node), -1L);
        GraphValue flat = graph.Node("ScatterElements", [zeros, indices, graph.Reshape(c.Gradient, -1L)], new GraphAttribute("axis", 0L),
            new GraphAttribute("reduction", "add"));
        c.Give(0, graph.Reshape(flat, size));
    }

    private static void AveragePool(RuleContext c)
    {
        if (!c.Wants(0)) return;
        Window w = Window.Of(c);
        GraphBuilder graph = c.Graph;
        if (Apart(c, w))
        {
            GraphValue x = w.Kernel is [2, 2] ? c.Input(0) : Covered(c, w, c.Input(0));
            c.Give(0, Whole(c, w, Spread(c, w, graph.Mul(c.Gradient, graph.Constant(1f / Area(w))), x)));
            return;
        }
        if (c.Int("ceil_mode", 0) != 0) throw c.Unsupported("it has ceil_mode, which is not covered");
        GraphValue g = c.Gradient;
        if (w.Pads.Any(p => p != 0) && c.Int("count_include_pad", 0) == 0)
        {
            // A mean over the entries that are there is the mean over all, padding included, divided by the share of those that are.
            GraphValue ones = graph.Node("Expand", [graph.Constant(1f), graph.Dimensions(c.Input(0))]);
            g = graph.Div(g, graph.Node("AveragePool", [ones], new GraphAttribute("kernel_shape", w.Kernel),
                new GraphAttribute("strides", w.Strides),
                new GraphAttribute("pads", w.Pads), new GraphAttribute("count_include_pad", 1L)));
        }

        // Every channel alone, as a batch, by one kernel of equal weights.
        float[] kernel = new float[Area(w)];
        Array.Fill(kernel, 1f / kernel.Length);
        GraphValue tail = graph.Node("Shape", [g], new GraphAttribute("start", 2L));
        GraphValue single = graph.Reshape(g, graph.Concat(0, graph.Indices(-1, 1), tail));
        GraphValue full = graph.Node("ConvTranspose", [single, graph.Constant(kernel, [1, 1, .. w.Kernel])],
            new GraphAttribute("strides", w.Strides), new GraphAttribute("dilations", w.Dilations));
        c.Give(0, graph.Reshape(w.Fit(graph, full, c.Input(0)), graph.Dimensions(c.Input(0))));
    }

    private static bool Apart(RuleContext c, Window w) =>
        w.Kernel.Length == 2 && w.Kernel.AsSpan().SequenceEqual(w.Strides) && w.Pads.All(p => p == 0) && w.Dilations.All(d => d == 1)
        && c.Int("ceil_mode", 0) == 0 && c.Text("auto_pad", "NOTSET") is "NOTSET" or "VALID";

    private static int Area(Window w) => (int)w.Kernel.Aggregate(1L, (n, k) => n * k);

    /// <summary>Gives every entry of a window the window's value.</summary>
    private static GraphValue Spread(RuleContext c, Window w, GraphValue pooled, GraphValue x)
    {
        GraphBuilder graph = c.Graph;
        GraphAttribute[] nearest = [new("mode", "nearest"), new("coordinate_transformation_mode", "asymmetric"),
            new("nearest_mode", "floor")];
        if (w.Kernel is not [2, 2])
            return graph.Node("Resize", [pooled, default, graph.Constant([1f, 1f, .. w.Kernel.Select(k => (float)k)], 4)], nearest);

        // An odd row or column is covered by one more window of zeros. For n = 2 m + 1 the resize from m + 1 to n entries reads
        // floor(i (m + 1) / (2 m + 1)) = floor(i / 2), so that no copy is needed to cut anything off.
        if (!Even(c, x))
        {
            GraphAttribute spatial = new("start", 2L);
            GraphValue missing = graph.Sub(graph.Node("Shape", [x], spatial),
                graph.Mul(graph.Indices(2), graph.Node("Shape", [c.Output], spatial)));
            pooled = graph.Node("Pad", [pooled, graph.Concat(0, graph.Indices(0, 0), missing), default, graph.Indices(2, 3)]);
        }
        return graph.Node("Resize", [pooled, default, default, graph.Dimensions(x)], nearest);
    }

    private static bool Even(RuleContext c, GraphValue x) =>
        c.Shape(x) is { } shape && shape.Skip(2).All(d => long.TryParse(d, out long n) && n % 2 == 0);

    /// <summary>The part of the input that windows cover.</summary>
    private static GraphValue Covered(RuleContext c, Window w, GraphValue x)
    {
        GraphBuilder graph = c.Graph;
        GraphValue ends = graph.Mul(graph.Node("Shape", [c.Output], new GraphAttribute("start", 2L)), graph.Indices(w.Kernel));
        return graph.Node("Slice", [x, graph.Indices(0, 0), ends, graph.Indices(2, 3)]);
    }

    private static GraphValue Whole(RuleContext c, Window w, GraphValue gradient) =>
        w.Kernel is [2, 2] ? gradient : w.Fit(c.Graph, gradient, c.Input(0));
}
