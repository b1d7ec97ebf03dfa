using MLNetStyle.Graphs;
using MLNetStyle.Losses;

namespace MLNetStyle.Tests.Support;

/// <summary>The graphs of a set of losses, each with a session.</summary>
internal sealed class LossRunner : IDisposable
{
    private readonly Loss[] _losses;
    private readonly Dictionary<string, GraphSession> _measures = [];
    private readonly Lazy<GraphSession> _statistics, _image, _maps;

    public LossRunner(Network network, params Loss[] losses)
    {
        _losses = losses;
        _statistics = new(() => new GraphSession(LossGraph.Statistics(network, losses)));
        _image = new(() => new GraphSession(LossGraph.OverImage(network, losses)));
        _maps = new(() => new GraphSession(LossGraph.OverMaps(network, losses)));
    }

    /// <summary>The guidance channels of the losses that are guided, by the losses' names.</summary>
    public Dictionary<string, GraphTensor> Guides { get; } = [];

    /// <summary>What the losses' graphs are told besides, by the names of their inputs.</summary>
    public Dictionary<string, GraphTensor> Extra { get; } = [];

    /// <summary>Measures a target: one tensor for each loss that has a target, by the loss's name.</summary>
    public Dictionary<string, GraphTensor> Measure(float[] planes, int width, int height, Func<Loss, bool>? which = null)
    {
        Dictionary<string, GraphTensor> image = new() { [LossGraph.Image] = new GraphTensor(planes, 1, 3, height, width) };
        AddGuides(image, _losses, true);
        return _losses.Where(l => l.HasTarget && (which?.Invoke(l) ?? true)).ToDictionary(l => l.Name, l =>
            _statistics.Value.Run(image, LossGraph.Statistic(l)));
    }

    /// <summary>Measures a feature map as the target of one of the losses.</summary>
    public GraphTensor MeasureMap(Loss loss, GraphTensor map)
    {
        if (!_measures.TryGetValue(loss.Name, out GraphSession? session))
        {
            GraphBuilder graph = new();
            graph.Output(loss.Statistic(graph, graph.Input("map", ElementType.Float, "1", $"{map.Shape[1]}", "height", "width"))!.Value,
                "statistic");
            _measures[loss.Name] = session = new GraphSession(graph);
        }
        Dictionary<string, GraphTensor> inputs = new() { ["map"] = map };
        AddGuides(inputs, [loss], true);
        return session.Run(inputs, "statistic");
    }

    /// <summary>Terms, total and gradient at an image.</summary>
    public (float[] Terms, float Total, float[] Gradient) Evaluate(float[] planes, int width, int height,
        IReadOnlyDictionary<string, GraphTensor> targets,
        params float[] weights)
    {
        Dictionary<string, GraphTensor> inputs = Inputs(targets, weights);
        inputs[LossGraph.Image] = new GraphTensor(planes, 1, 3, height, width);
        GraphTensor[] results = _image.Value.Run(inputs, [LossGraph.Terms, LossGraph.Total, LossGraph.Gradient()]);
        return (results[0].Values.ToArray(), results[1].Values.Span[0], results[2].Values.ToArray());
    }

    /// <summary>Terms, total and the gradient at each map.</summary>
    public (float[] Terms, float Total, Dictionary<string, float[]> Gradients) EvaluateMaps(IReadOnlyDictionary<string, GraphTensor> maps,
        IReadOnlyDictionary<string, GraphTensor> targets, params float[] weights)
    {
        Dictionary<string, GraphTensor> inputs = Inputs(targets, weights);
        foreach ((string layer, GraphTensor map) in maps) inputs[layer] = map;
        string[] gradients = [.. _losses.Select(l => LossGraph.Gradient(l.Layer)).Distinct()];
        GraphTensor[] results = _maps.Value.Run(inputs, [LossGraph.Terms, LossGraph.Total, .. gradients]);
        return (results[0].Values.ToArray(), results[1].Values.Span[0],
            gradients.Select((g, i) => (g, results[i + 2].Values.ToArray())).ToDictionary());
    }

    /// <summary>A layer's output.</summary>
    public static GraphTensor Features(Network network, string layer, float[] planes, int width, int height)
    {
        GraphBuilder graph = new();
        GraphValue image = graph.Input("image", ElementType.Float, "1", "3", "height", "width");
        graph.Output(network.Build(graph, image, [layer])[layer], "features");
        using GraphSession session = new(graph);
        return session.Run(new Dictionary<string, GraphTensor> { ["image"] = new(planes, 1, 3, height, width) }, "features");
    }

    public void Dispose()
    {
        foreach (Lazy<GraphSession> session in (Lazy<GraphSession>[])[_statistics, _image, _maps])
            if (session.IsValueCreated) session.Value.Dispose();
        foreach (GraphSession session in _measures.Values) session.Dispose();
    }

    private Dictionary<string, GraphTensor> Inputs(IReadOnlyDictionary<string, GraphTensor> targets, float[] weights)
    {
        Dictionary<string, GraphTensor> inputs = new() { [LossGraph.Weights] = new GraphTensor(weights, weights.Length) };
        foreach (Loss loss in _losses.Where(l => l.HasTarget)) inputs[LossGraph.Target(loss)] = targets[loss.Name];
        AddGuides(inputs, _losses, false);
        foreach ((string name, GraphTensor value) in Extra) inputs[name] = value;
        return inputs;
    }

    private void AddGuides(Dictionary<string, GraphTensor> inputs, IEnumerable<Loss> losses, bool measuring)
    {
        foreach (GuidedLoss loss in losses.OfType<GuidedLoss>())
            if (!measuring || loss.MeasuresGuided) inputs[LossGraph.Guide(loss)] = Guides[loss.Name];
    }
}
