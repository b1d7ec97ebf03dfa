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
    private readonly Dictionary<Loss, Matching> _matchings;
    private readonly string[] _layers;

    /// <summary>Builds the graphs.</summary>
    /// <param name="network">The network.</param>
    /// <param name="losses">The nearest-neighbour losses, of regions or not; at least one.</param>
    /// <param name="options">Device and threads; null for the CPU with every core.</param>
    public OnnxMatcher(Network network, IReadOnlyList<Loss> losses, GraphSessionOptions? options)
    {
        _matchings = losses.ToDictionary(l => l, _ => new Matching());
        _layers = [.. losses.Select(l => l.Layer!).Distinct()];
        _maps = new GraphSession(LossGraph.FeatureMaps(network, _layers), options);
        foreach (string layer in _layers) _searches[layer] = new GraphSession(Search(network.Channels(layer)), options);
    }

    public void SetTarget(Loss loss, GraphTensor target)
    {
        Matching matching = _matchings[loss];
        matching.Target = new NeighborTarget(loss, target);
        matching.Prices = new float[matching.Target.Columns.Length];
    }

    /// <summary>Takes the guidance channel of a region.</summary>
    public void SetGuide(Loss loss, GraphTensor channel) => _matchings[loss].Guide = channel;

    /// <summary>Takes the content's features, and finds what is nearest to them alone where there are inputs to set.</summary>
    public void Keep(GraphTensor content, Dictionary<string, GraphTensor>? inputs, CancellationToken cancellation)
    {
        GraphTensor[] maps = Maps(content, cancellation);
        for (int i = 0; i < _layers.Length; i++)
        {
            _content[_layers[i]] = maps[i];
            float[] lengths = LengthsOf(maps[i]);
            foreach ((Loss loss, Matching matching) in _matchings.Where(m => m.Key.Layer == _layers[i]))
            {
                NeighborTarget.Share(loss, lengths, matching.Target!.Energy, matching.Share = new float[lengths.Length]);
                if (inputs is not null) inputs[LossGraph.Matches(loss.Name)] = Matched(loss, matching, maps[i], cancellation);
            }
        }
    }

    /// <summary>Finds what is nearest to the content and a picture together.</summary>
    public void Search(GraphTensor picture, Dictionary<string, GraphTensor> inputs, CancellationToken cancellation)
    {
        GraphTensor[] maps = Maps(picture, cancellation);
        for (int i = 0; i < _layers.Length; i++)
            foreach ((Loss loss, Matching matching) in _matchings.Where(m => m.Key.Layer == _layers[i]))
                inputs[LossGraph.Matches(loss.Name)] = Matched(loss, matching, Blend(maps[i], _content[_layers[i]], matching.Share),
                    cancellation);
    }

    public void Dispose()
    {
        _maps.Dispose();
        foreach (GraphSession session in _searches.Values) session.Dispose();
    }

    private GraphTensor[] Maps(GraphTensor image, CancellationToken cancellation) =>
        _maps.Run(new Dictionary<string, GraphTensor> { [LossGraph.Image] = image }, [.. _layers.Select(l => LossGraph.Map(l))],
            cancellation);

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

    private GraphTensor Matched(Loss loss, Matching matching, GraphTensor map, CancellationToken cancellation)
    {
        NeighborTarget target = matching.Target!;
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
                    [Prices] = new GraphTensor(matching.Prices, count, 1),
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
            if (matching.Guide is { } guide) TensorPrimitives.Multiply(counted, guide.Values.Span, counted);
            NeighborTarget.Charge(loss, vectors, counted, matching.Prices);
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

    /// <summary>What a loss is matched by.</summary>
    private sealed class Matching
    {
        public NeighborTarget? Target { get; set; }

        /// <summary>What is taken off each vector's cosine.</summary>
        public float[] Prices { get; set; } = [];

        /// <summary>The content's share at each position.</summary>
        public float[] Share { get; set; } = [];

        /// <summary>The guidance channel of a region.</summary>
        public GraphTensor? Guide { get; set; }
    }
}
