namespace MLNetStyle.Graphs;

/// <summary>An edge of a graph: the output of a node, an input, a constant or a weight, known by its name.</summary>
/// <param name="Name">The name that the ONNX model gives to the value; unique within one graph.</param>
/// <remarks>Immutable and safe to share between threads. It belongs to the <see cref="GraphBuilder"/> that made it.</remarks>
public readonly record struct GraphValue(string Name)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
