namespace MLNetStyle.Graphs;

/// <summary>The sliding window of a convolution or a pooling.</summary>
internal sealed record Window(long[] Kernel, long[] Strides, long[] Dilations, long[] Pads, long Groups)
{
    /// <summary>Whether the window moves by one step and keeps to the fixed padding.</summary>
    public bool Plain => Strides.All(s => s == 1);

    /// <summary>The spatial axes.</summary>
    public long[] Axes => [.. Enumerable.Range(2, Kernel.Length).Select(i => (long)i)];

    /// <summary>The padding that takes the output's size back to the input's.</summary>
    public long[] Mirrored => [.. Pads.Select((p, i) => Dilations[i % Kernel.Length] * (Kernel[i % Kernel.Length] - 1) - p)];

    /// <summary>Reads a node's attributes.</summary>
    public static Window Of(RuleContext c)
    {
        long[] kernel = c.Ints("kernel_shape")
            ?? (c.Has(1) ? ShapeTable.Numbers(c.Shape(c.Input(1)))?[2..] : null)
            ?? throw c.Unsupported("the size of its kernel is unknown");
        long[] ones = [.. kernel.Select(_ => 1L)];
        long[] strides = c.Ints("strides") ?? ones, dilations = c.Ints("dilations") ?? ones, pads = c.Ints("pads")
            ?? new long[2 * kernel.Length];
        string auto = c.Text("auto_pad", "NOTSET");
        if (auto.StartsWith("SAME", StringComparison.Ordinal))
        {
            if (strides.Any(s => s != 1)) throw c.Unsupported($"auto_pad is {auto} and its strides are [{string.Join(", ", strides)}]; "
                + $"give it pads");
            long[] total = [.. kernel.Select((k, i) => dilations[i] * (k - 1))];
            bool upper = auto == "SAME_UPPER";
            pads = [.. total.Select(t => upper ? t / 2 : t - t / 2), .. total.Select(t => upper ? t - t / 2 : t / 2)];
        }
        long groups = c.Int("group", 1);
        if (kernel.Concat(strides).Concat(dilations).Append(groups).Any(v => v < 1) || strides.Length != kernel.Length
            || dilations.Length != kernel.Length || pads.Length != 2 * kernel.Length)
            throw c.Unsupported($"its window is none: kernel [{string.Join(", ", kernel)}], strides [{string.Join(", ", strides)}], "
                + $"dilations [{string.Join(", ", dilations)}], pads [{string.Join(", ", pads)}], {groups} groups");
        return new Window(kernel, strides, dilations, pads, groups);
    }

    /// <summary>Takes the padding off a map of the padded input's coordinates and brings it to the size of the input.</summary>
    public GraphValue Fit(GraphBuilder graph, GraphValue full, GraphValue input)
    {
        GraphAttribute spatial = new("start", 2L);
        long[] begin = Pads[..Kernel.Length];
        GraphValue end = graph.Sub(
            graph.Add(graph.Node("Shape", [input], spatial), graph.Indices(begin)), graph.Node("Shape", [full], spatial));
        GraphValue pads = graph.Concat(0, graph.Indices([.. begin.Select(p => -p)]), end);
        GraphValue fitted = graph.Node("Pad", [full, pads, default, graph.Indices(Axes)]);
        return fitted;
    }
}
