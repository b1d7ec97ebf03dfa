using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>Rows of values by their order, as nodes of a graph.</summary>
internal static class Quantiles
{
    /// <summary>The values of every row at the fractions (k + 1/2) / count of their order, [1, C, count] of [1, C, N].</summary>
    public static GraphValue Of(GraphBuilder graph, GraphValue rows, int count) =>
        Between(graph, Sorted(graph, rows)[0], FeatureMoments.Positions(graph, rows), Middles(graph, graph.Index(count)));

    /// <summary>The rows with their values exchanged, in their order, for those of quantiles; without gradient.</summary>
    public static GraphValue Exchanged(GraphBuilder graph, GraphValue rows, GraphValue quantiles, int count)
    {
        GraphValue places = graph.Cast(Sorted(graph, rows)[1], ElementType.Int64);
        GraphValue middles = Middles(graph, graph.Gather(graph.Shape(rows), graph.Index(2)));
        GraphValue wanted = Between(graph, quantiles, graph.Constant(count), middles);
        GraphValue zeros = graph.Node("Expand", [graph.Constant(0), graph.Shape(rows)]);
        return graph.Node("ScatterElements", [zeros, places, wanted], new GraphAttribute("axis", 2L));
    }

    /// <summary>Values and places of every row in ascending order.</summary>
    private static GraphValue[] Sorted(GraphBuilder graph, GraphValue flat) =>
        graph.Nodes("TopK", 2, [flat, graph.Gather(graph.Shape(flat), graph.Indices(2))], new GraphAttribute("axis", 2L),
            new GraphAttribute("largest", 0L));

    /// <summary>(i + 1/2) / count for i from 0 to count - 1.</summary>
    private static GraphValue Middles(GraphBuilder graph, GraphValue count)
    {
        GraphValue range = graph.Cast(graph.Node("Range", [graph.Index(0), count, graph.Index(1)]), ElementType.Float);
        return graph.Div(graph.Add(range, graph.Constant(0.5f)), graph.Cast(count, ElementType.Float));
    }

    /// <summary>Ascending values at fractions of their count, with straight lines between neighbours.</summary>
    private static GraphValue Between(GraphBuilder graph, GraphValue sorted, GraphValue count, GraphValue fractions)
    {
        GraphValue last = graph.Sub(count, graph.Constant(1)), zero = graph.Constant(0);
        GraphValue at = graph.Node("Min", [graph.Node("Max", [graph.Sub(graph.Mul(fractions, count), graph.Constant(0.5f)), zero]), last]);
        GraphValue floor = graph.Node("Floor", [at]), above = graph.Node("Min", [graph.Add(floor, graph.Constant(1)), last]);
        GraphValue low = graph.Gather(sorted, graph.Cast(floor, ElementType.Int64), 2),
            high = graph.Gather(sorted, graph.Cast(above, ElementType.Int64), 2);
        return graph.Add(low, graph.Mul(graph.Sub(high, low), graph.Sub(at, floor)));
    }
}
