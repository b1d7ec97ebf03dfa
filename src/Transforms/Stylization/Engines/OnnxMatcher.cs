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
    private const string Units = "units", Prices = "prices", Mean = "mean", Positions = "positions", Found = "found", Lengths = "lengths",
        Cosines = "cosines";

    private readonly GraphSession _maps;
    private readonly Dictionary<string, GraphSession> _searches = [];
    private readonly Dictionary<string, GraphTensor> _content = [];
    private readonly Dictionary<Loss, NeighborTarget> _targets = [];
    private readonly Dictionary<Loss, float[]> _shares = [], _prices = [];
    private readonly Dictionary<Loss, GraphTensor> _guides = [];
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

    public void SetTarget(Loss loss, GraphTensor target)
    {
        _targets[loss] = new NeighborTarget(loss, target);
        _prices[loss] = new float[_targets[loss].Columns.Length];
    }

    /// <summary>Takes the guidance channel of a region.</summary>
    public void SetGuide(Loss loss, GraphTensor channel) => _guides[loss] = channel;

    /// <summary>Takes the content's features, and finds what is nearest to them alone where there are inputs to set.</summary>
    public void Keep(GraphTensor content, Dictionary<string, GraphTensor>? inputs, CancellationToken cancellation)
    {
        GraphTensor[] maps = Maps(content, cancellation);
        for (int i = 0; i < _layers.Length; i++) _content[_layers[i]] = maps[i];
        foreach (Loss loss in _losses)
        {
            float[] lengths = LengthsOf(_content[loss.Layer!]);
            NeighborTarget.Share(loss, lengths, _targets[loss].Energy, _shares[loss] = new float[lengths.Length]);
        }
        if (inputs is null) return;
        foreach (Loss loss in _losses) inputs[LossGraph.Matches(loss.Name)] = Matched(loss, _content[loss.Layer!], cancellation);
    }

    /// <summary>Finds what is nearest to the content and a picture together.</summary>
    public void Search(GraphTensor picture, Dictionary<string, GraphTensor> inputs, CancellationToken cancellation)
    {
        GraphTensor[] maps = Maps(picture, cancellation);
        foreach (Loss loss in _losses)
        {
            GraphTensor map = maps[Array.IndexOf(_layers, loss.Layer)];
            inputs[LossGraph.Matches(loss.Name)] = Matched(loss, Blend(map, _content[loss.Layer!], _shares[loss]), cancellation);
        }
    }

    private static GraphTensor Blend(GraphTensor picture, GraphTensor content, float[] shares)
    {
        float[] values = content.Values.ToArray();
        TensorPrimitives.Subtract(values, picture.Values.Span, values);
        for (int start = 0; start < values.Length; start += shares.Length)
        {
            Span<float> plane = values.AsSpan(start, shares.Length);
            TensorPrimitives.MultiplyAdd(plane, shares, picture.Values.Span.Slice(start, shares.Length), plane);
        }
        return new GraphTensor(values, [.. picture.Shape]);
    }

    private static float[] LengthsOf(GraphTensor map)
    {
        float[] lengths = new float[map.Shape[2] * map.Shape[3]];
        for (int start = 0; start < map.Values.Length; start += lengths.Length)
        {
            ReadOnlySpan<float> plane = map.Values.Span.Slice(start, lengths.Length);
            TensorPrimitives.MultiplyAdd(plane, plane, lengths, lengths);
        }
        TensorPrimitives.Sqrt(lengths, lengths);
        return lengths;
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
        int[] vectors = new int[pixels];
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
                    [Prices] = new GraphTensor(_prices[loss], count, 1),
                    [Mean] = new GraphTensor(target.Mean, channels, 1),
                    [Positions] = new GraphTensor(part, channels, some),
                };
                GraphTensor[] found = _searches[loss.Layer!].Run(inputs, [Found, Lengths, Cosines], cancellation);
                for (int i = 0; i < some; i++) vectors[first + i] = (int)found[0].Values.Span[i];
                found[1].Values.Span.CopyTo(lengths.AsSpan(first));
                found[2].Values.Span.CopyTo(cosines.AsSpan(first));
            }
            for (int i = 0; i < pixels; i++) matches[i] = target.Columns[vectors[i]];
            Span<float> weights = matches.AsSpan(pixels);
            NeighborTarget.Weigh(lengths, cosines, target.Energy, weights);
            float[] counted = weights.ToArray(); // the graph multiplies by the guide itself
            if (_guides.TryGetValue(loss, out GraphTensor? guide)) TensorPrimitives.Multiply(counted, guide.Values.Span, counted);
            NeighborTarget.Charge(loss, vectors, counted, _prices[loss]);
        }
        return new GraphTensor(matches, 1, 2, height, width);
    }

    private static GraphBuilder Search(int channels)
    {
        GraphBuilder graph = new("nearest vectors");
        GraphValue units = graph.Input(Units, ElementType.Float, "vectors", $"{channels}"), prices = graph.Input(Prices, ElementType.Float,
            "vectors", "1");
        GraphValue positions = graph.Input(Positions, ElementType.Float, $"{channels}", "positions");
        GraphValue about = graph.Sub(positions, graph.Input(Mean, ElementType.Float, $"{channels}", "1"));
        GraphValue worth = graph.Sub(graph.MatMul(units, graph.Div(about, Length(about))), prices);
        GraphValue found = graph.Node("ArgMax", [worth], new GraphAttribute("axis", 0L), new GraphAttribute("keepdims", 0L));
        graph.Output(graph.Cast(found, ElementType.Float), Found, ElementType.Float, "positions");
        graph.Output(Length(positions), Lengths, ElementType.Float, "positions");
        graph.Output(graph.Add(graph.Node("ReduceMax", [worth, graph.Indices(0)], new GraphAttribute("keepdims", 0L)),
            graph.Gather(graph.Reshape(prices, -1L), found, 0)), Cosines, ElementType.Float, "positions");
        return graph;

        GraphValue Length(GraphValue vectors) =>
            graph.Node("Sqrt", [graph.Add(graph.ReduceSum(graph.Square(vectors), false, 0),
                graph.Constant(NearestNeighborStyleLoss.Least))]);
    }
}
