using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace MLNetStyle.Graphs;

/// <summary>
/// Convolution. With step 1 the gradient of its input is a convolution too: by the weights with their two channel axes swapped
/// and their kernels rotated by 180 degrees. Other steps take a transposed convolution.
/// </summary>
internal static class ConvolutionRules
{
    private static readonly ConditionalWeakTable<Weight, ConcurrentDictionary<long, Weight>> s_rotated = [];

    public static void AddTo(IDictionary<string, Action<RuleContext>> rules) => rules["Conv"] = Conv;

    private static void Conv(RuleContext c)
    {
        Window w = Window.Of(c);
        if (c.Wants(0)) c.Give(0, w.Plain && w.Mirrored.All(p => p >= 0) ? Correlate(c, w) : Scatter(c, w));
        if (c.Wants(1)) c.Give(1, WeightGradient(c, w));
        if (c.Has(2) && c.Wants(2)) c.Give(2, c.Graph.ReduceSum(c.Gradient, false, [0, .. w.Axes]));
    }

    private static GraphValue Correlate(RuleContext c, Window w) => c.Graph.Node(
        "Conv", [c.Gradient, Rotate(c, w)], new GraphAttribute("pads", w.Mirrored), new GraphAttribute("dilations", w.Dilations),
        new GraphAttribute("group", w.Groups));

    private static GraphValue Scatter(RuleContext c, Window w)
    {
        GraphBuilder graph = c.Graph;
        GraphValue full = graph.Node("ConvTranspose", [c.Gradient, c.Input(1)], new GraphAttribute("strides", w.Strides),
            new GraphAttribute("dilations", w.Dilations), new GraphAttribute("group", w.Groups));
        return w.Fit(graph, full, c.Input(0));
    }

    /// <summary>The input convolved by the gradient, with steps and dilations exchanged and batch and channels exchanged.</summary>
    private static GraphValue WeightGradient(RuleContext c, Window w)
    {
        if (w.Groups != 1) throw c.Unsupported($"its weight depends on a variable and it has {w.Groups} groups; one group is covered");
        GraphBuilder graph = c.Graph;
        long[] exchange = [1, 0, .. w.Axes];
        GraphValue full = graph.Node("Conv", [graph.Transpose(c.Input(0), exchange), graph.Transpose(c.Gradient, exchange)],
            new GraphAttribute("pads", w.Pads), new GraphAttribute("strides", w.Dilations), new GraphAttribute("dilations", w.Strides));
        return graph.Transpose(graph.Slice(full, [.. w.Axes.Select(_ => 0L)], w.Kernel, w.Axes), exchange);
    }

    private static GraphValue Rotate(RuleContext c, Window w)
    {
        GraphBuilder graph = c.Graph;
        GraphValue weight = c.Input(1);
        if (graph.Weights.TryGetValue(weight.Name, out Weight? known))
            return graph.Weight(s_rotated.GetOrCreateValue(known).GetOrAdd(w.Groups, _ => Rotate(known, w.Groups)));

        GraphValue swapped;
        if (w.Groups == 1) swapped = graph.Transpose(weight, [1, 0, .. w.Axes]);
        else
        {
            if (ShapeTable.Numbers(c.Shape(weight)) is not { } shape) throw c.Unsupported("the shape of its weight is unknown and it has "
                + "groups");
            GraphValue split = graph.Reshape(weight, [w.Groups, shape[0] / w.Groups, shape[1], .. w.Kernel]);
            swapped = graph.Reshape(graph.Transpose(split, [0, 2, 1, .. w.Axes.Select(a => a + 1)]),
                [w.Groups * shape[1], shape[0] / w.Groups, .. w.Kernel]);
        }
        foreach (long axis in w.Axes)
            swapped = graph.Node("Slice",
                [swapped, graph.Indices(-1), graph.Indices(-int.MaxValue), graph.Indices(axis), graph.Indices(-1)]);
        return swapped;
    }

    private static Weight Rotate(Weight weight, long groups)
    {
        int outer = (int)(weight.Shape[0] / groups), inner = (int)weight.Shape[1], kernel = weight.Count / (int)(weight.Shape[0] * inner);
        return new Weight($"{weight.Name}.rotated{(groups == 1 ? "" : groups)}", Values, [groups * inner, outer, .. weight.Shape.Skip(2)]);

        float[] Values()
        {
            float[] values = new float[weight.Count];
            ReadOnlySpan<float> source = weight.Values;
            for (int group = 0; group < groups; group++)
            {
                for (int o = 0; o < outer; o++)
                {
                    for (int i = 0; i < inner; i++)
                    {
                        Span<float> to = values.AsSpan(((group * inner + i) * outer + o) * kernel, kernel);
                        source.Slice(((group * outer + o) * inner + i) * kernel, kernel).CopyTo(to);
                        to.Reverse();
                    }
                }
            }
            return values;
        }
    }
}
