using System.Numerics.Tensors;
using MLNetStyle.Graphs;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>Finds the matches of nearest-neighbour losses with graphs on ONNX Runtime.</summary>
/// <remarks>The product of a layer's positions and style vectors is made in parts, each of a bounded number of values. Not safe for use by
/// several threads.</remarks>
internal sealed class OnnxMatcher : IDisposable
{
    private const long MostProducts = 1L << 25;
    private const string Units = "units", Bias = "bias", Mean = "mean", Positions = "positions", Found = "found", Lengths = "lengths",
        Cosines = "cosines";

    private readonly GraphSession _maps;
    private readonly Dictionary<string, GraphSession> _searches = [];
    private readonly Dictionary<string, GraphTensor> _content = [];
    private readonly Dictionary<Loss, NeighborTarget> _targets = [];
    private readonly Loss[] _losses;
    private readonly string[] _layers;

    /// <summary>Builds the graphs.</summary>
    /// <param name="network">The network.</param>
    /// <param name="losses">The nearest-neighbour losses, of regions or not; at least one.</param>
    /// <param name="options">Device and threads; null for the CPU with every core.</param>
    public OnnxMatcher(Network network, IReadOnlyList<Loss> losses, GraphSessionOptions? options)
    {
        _losses = [.. losses];
        _layers = [.. losses.Select(l => l.Layer!).Distinct()];
        _maps = new GraphSession(LossGraph.FeatureMaps(network, _layers), options);
        foreach (string layer in _layers) _searches[layer] = new GraphSession(Search(network.Channels(layer)), options);
    }

    public void SetTarget(Loss loss, GraphTensor target) => _targets[loss] = new NeighborTarget(loss, target);

    /// <summary>Takes the content's features, and finds what is nearest to them alone where there are inputs to set.</summary>
    public void Keep(GraphTensor content, Dictionary<string, GraphTensor>? inputs, CancellationToken cancellation)
    {
        GraphTensor[] maps = Maps(content, cancellation);
        for (int i = 0; i < _layers.Length; i++) _content[_layers[i]] = maps[i];
        if (inputs is null) return;
        foreach (Loss loss in _losses) inputs[LossGraph.Matches(loss.Name)] = Matched(loss, _content[loss.Layer!], cancellation);
    }

    /// <summary>Finds what is nearest to the content and a picture together.</summary>
    public void Search(GraphTensor picture, Dictionary<string, GraphTensor> inputs, CancellationToken cancellation)
    {
        GraphTensor[] maps = Maps(picture, cancellation);
        for (int i = 0; i < _layers.Length; i++)
        {
            Span<float> values = maps[i].Values.Span;
            TensorPrimitives.Multiply(values, 1 - (float)NearestNeighborStyleLoss.ContentShare, values);
            TensorPrimitives.MultiplyAdd(_content[_layers[i]].Values.Span, (float)NearestNeighborStyleLoss.ContentShare, values, values);
            foreach (Loss loss in _losses.Where(l => l.Layer == _layers[i])) inputs[LossGraph.Matches(loss.Name)] = Matched(loss, maps[i],
                cancellation);
        }
    }

    public void Dispose()
    {
        _maps.Dispose();
        foreach (GraphSession session in _searches.Values) session.Dispose();
    }

    private GraphTensor[] Maps(GraphTensor image, CancellationToken cancellation) =>
        _maps.Run(new Dictionary<string, GraphTensor> { [LossGraph.Image] = image }, [.. _layers.Select(l => LossGraph.Map(l))],
            cancellation);

    private GraphTensor Matched(Loss loss, GraphTensor map, CancellationToken cancellation)
    {
        NeighborTarget target = _targets[loss];
        int channels = (int)map.Shape[1], height = (int)map.Shape[2], width = (int)map.Shape[3], pixels = height * width,
            count = target.Columns.Length;
        if (target.Mean.Length != channels)
            throw new ArgumentException($"The target of the loss '{loss.Name}' is for {target.Mean.Length} channels, but the layer has "
                + $"{channels}. Measure it with the same network.");
        float[] matches = new float[2 * pixels], lengths = new float[pixels], cosines = new float[pixels];
        if (count > 0)
        {
            int atOnce = (int)Math.Clamp(MostProducts / count, 1, pixels);
            for (int first = 0; first < pixels; first += atOnce)
            {
                int some = Math.Min(atOnce, pixels - first);
                float[] part = new float[channels * some];
                for (int c = 0; c < channels; c++) map.Values.Span.Slice(c * pixels + first, some).CopyTo(part.AsSpan(c * some));
                Dictionary<string, GraphTensor> inputs = new()
                {
                    [Units] = new GraphTensor(target.Units, count, channels),
                    [Bias] = new GraphTensor(target.Bias, count, 1),
                    [Mean] = new GraphTensor(target.Mean, channels, 1),
                    [Positions] = new GraphTensor(part, channels, some),
                };
                GraphTensor[] found = _searches[loss.Layer!].Run(inputs, [Found, Lengths, Cosines], cancellation);
                for (int i = 0; i < some; i++) matches[first + i] = target.Columns[(int)found[0].Values.Span[i]];
                found[1].Values.Span.CopyTo(lengths.AsSpan(first));
                found[2].Values.Span.CopyTo(cosines.AsSpan(first));
            }
            NeighborTarget.Weigh(lengths, cosines, target.Energy, matches.AsSpan(pixels));
        }
        return new GraphTensor(matches, 1, 2, height, width);
    }

    private static GraphBuilder Search(int channels)
    {
        GraphBuilder graph = new("nearest vectors");
        GraphValue units = graph.Input(Units, ElementType.Float, "vectors", $"{channels}"), bias = graph.Input(Bias, ElementType.Float,
            "vectors", "1");
        GraphValue positions = graph.Input(Positions, ElementType.Float, $"{channels}", "positions");
        GraphValue products = graph.Sub(graph.MatMul(units, positions), bias);
        GraphValue found = graph.Node("ArgMax", [products], new GraphAttribute("axis", 0L), new GraphAttribute("keepdims", 0L));
        graph.Output(graph.Cast(found, ElementType.Float), Found, ElementType.Float, "positions");
        graph.Output(Length(positions), Lengths, ElementType.Float, "positions");
        GraphValue about = graph.Sub(positions, graph.Input(Mean, ElementType.Float, $"{channels}", "1"));
        graph.Output(graph.Div(graph.Node("ReduceMax", [products, graph.Indices(0)], new GraphAttribute("keepdims", 0L)), Length(about)),
            Cosines, ElementType.Float, "positions");
        return graph;

        GraphValue Length(GraphValue vectors) =>
            graph.Node("Sqrt", [graph.Add(graph.ReduceSum(graph.Square(vectors), false, 0),
                graph.Constant(NearestNeighborStyleLoss.Least))]);
    }
}
