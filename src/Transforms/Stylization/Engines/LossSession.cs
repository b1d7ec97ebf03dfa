using MLNetStyle.Graphs;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>A differentiated graph of losses, and what it takes and gives.</summary>
internal sealed class LossSession : IDisposable
{
    private readonly GraphSession _session;
    private readonly float[] _weights;
    private readonly float[] _terms;

    public LossSession(GraphBuilder graph, int losses, GraphSessionOptions? options)
    {
        (_weights, _terms) = (new float[losses], new float[losses]);
        _session = new GraphSession(graph, options);
        Inputs[LossGraph.Weights] = new GraphTensor(_weights, losses);
        Outputs[LossGraph.Terms] = new GraphTensor(_terms, losses);
    }

    /// <summary>What the graph takes, by name.</summary>
    public Dictionary<string, GraphTensor> Inputs { get; } = [];

    /// <summary>What the graph gives, by name.</summary>
    public Dictionary<string, GraphTensor> Outputs { get; } = [];

    /// <summary>The weight of each loss.</summary>
    public Span<float> Weights => _weights;

    /// <summary>The value of each loss at the last run, not weighted.</summary>
    public ReadOnlySpan<float> Terms => _terms;

    public void Run(CancellationToken cancellation) => _session.Run(Inputs, Outputs, cancellation);

    public void Dispose() => _session.Dispose();
}
