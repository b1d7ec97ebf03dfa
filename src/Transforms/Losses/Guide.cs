using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>A guidance channel as nodes of a graph: how much each position of a feature map belongs to a region.</summary>
/// <param name="Channel">T, [1, 1, height, width], 0..1.</param>
/// <param name="Squares">T^2, what a position counts in moments.</param>
/// <param name="Sum">The sum of T^2 over the positions, a scalar; takes the place of their number.</param>
/// <param name="Name">The name of the guided loss.</param>
internal readonly record struct Guide(GraphValue Channel, GraphValue Squares, GraphValue Sum, string Name)
{
    /// <summary>The smallest sum, so that a region which poolings leave nothing of has moments of zero instead of none.</summary>
    private const float Least = 1e-12f;

    public static Guide Of(GraphBuilder graph, GraphValue channel, string name)
    {
        GraphValue squares = graph.Square(channel);
        // Row by row: one long sum of 32-bit floats loses digits.
        GraphValue sum = graph.ReduceSum(graph.ReduceSum(squares, true, 3));
        return new Guide(channel, squares, graph.Node("Max", [sum, graph.Constant(Least)]), name);
    }

    /// <summary>The part of all positions that the region takes: the mean of T^2, a scalar.</summary>
    public GraphValue Share(GraphBuilder graph) => graph.Div(Sum, graph.Cast(graph.Size(Squares), ElementType.Float));
}
