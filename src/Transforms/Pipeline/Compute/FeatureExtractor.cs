using MLNetStyle.Graphs;
using MLNetStyle.Losses;
using MLNetStyle.Stylization;

namespace MLNetStyle.Pipeline;

/// <summary>
/// Feature maps of an image, or their Gram matrices, by layer. Sessions are made when they are first needed, one for each
/// depth that is asked for, so that nothing is computed beyond the last layer wanted. Safe for use by several threads; on ONNX Runtime
/// they compute side by side, on the CPU engine one at a time.
/// </summary>
internal sealed class FeatureExtractor : IDisposable
{
    private const string InputName = "image";
    private readonly Lock _lock = new();
    private readonly Dictionary<int, GraphSession> _sessions = [];
    private readonly Dictionary<int, CpuMeter> _meters = [];
    private readonly int[] _depths;
    private readonly ComputeOptions _compute;
    private readonly bool _grams;
    private bool _disposed;

    /// <summary>Checks the layers and the device; no session is made yet.</summary>
    /// <exception cref="ArgumentException">The network has no layer of a name.</exception>
    /// <exception cref="InvalidOperationException">The device, or the network on the engine asked for, can't be used.</exception>
    public FeatureExtractor(Network network, IReadOnlyList<string> layers, bool grams, ComputeChoice compute)
    {
        (Network, Layers, _grams) = (network, layers, grams);
        _depths = [.. layers.Select(network.Depth)];
        _compute = compute.Resolve();
        if (_compute.Engine == EngineKind.Cpu && CpuEngine.Refusal(network) is { } reason)
            throw new InvalidOperationException($"The CPU engine can't run the network '{network.Name}': {reason}. Take the engine onnx.");
    }

    public Network Network { get; }

    public IReadOnlyList<string> Layers { get; }

    /// <summary>One array a layer, row-major; empty where it is not wanted.</summary>
    public float[][] Compute(PlanarImage image, IReadOnlyList<bool> wanted)
    {
        int[] places = [.. Enumerable.Range(0, Layers.Count).Where(i => i >= wanted.Count || wanted[i])];
        float[][] results = [.. Layers.Select(_ => Array.Empty<float>())];
        if (places.Length == 0) return results;
        Check(image, wanted);
        int deepest = places.MaxBy(i => _depths[i]);
        GraphSession? session;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_compute.Engine == EngineKind.Cpu) return OnCpu(image, _depths[deepest], places, results);
            if (!_sessions.TryGetValue(_depths[deepest], out session))
                _sessions.Add(_depths[deepest], session = Session(_depths[deepest]));
        }
        Dictionary<string, GraphTensor> inputs = new()
        {
            [InputName] = new GraphTensor(image.Samples, 1, PlanarImage.Channels, image.Height, image.Width),
        };
        Dictionary<string, GraphTensor> outputs = [];
        foreach (int i in places)
        {
            long[] shape = Shape(Layers[i], image.Height, image.Width);
            results[i] = new float[checked((int)shape.Aggregate(1L, (a, b) => a * b))];
            outputs[Name(i)] = new GraphTensor(results[i].AsMemory(), [1, .. shape]);
        }
        session.Run(inputs, outputs); // which several threads may do at once
        return results;
    }

    /// <summary>Refuses an image that is too small for a layer.</summary>
    /// <exception cref="ArgumentException">It is.</exception>
    public void Check(PlanarImage image, IReadOnlyList<bool> wanted)
    {
        string deepest = Enumerable.Range(0, Layers.Count).Where(i => i >= wanted.Count || wanted[i]).Select(i => Layers[i])
            .MaxBy(Network.LeastSide)!;
        int downscale = Network.LeastSide(deepest);
        if (Math.Min(image.Width, image.Height) < downscale)
            throw new ArgumentException(
                $"An image of {image.Width} x {image.Height} pixels is too small for the layer {deepest}, which needs "
                    + $"{downscale} pixels each way. Enlarge it, or take an earlier layer.",
                nameof(image));
    }

    /// <summary>The shape of a layer's values: [C, H, W], or [C, C] of its Gram matrix. Unknown sides are 0.</summary>
    public long[] Shape(string layer, int height, int width)
    {
        int channels = Network.Channels(layer);
        if (_grams) return [channels, channels];
        if (Network.IsGraph && (width == 0 || height == 0)) return [channels, 0, 0];
        (int columns, int rows) = Network.SizeOf(layer, width, height);
        return [channels, rows, columns];
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (GraphSession session in _sessions.Values) session.Dispose();
            foreach (CpuMeter meter in _meters.Values) meter.Dispose();
            _sessions.Clear();
            _meters.Clear();
        }
    }

    // The targets of content and style losses are what is asked for: maps and Gram matrices.
    private float[][] OnCpu(PlanarImage image, int depth, int[] places, float[][] results)
    {
        int[] measured = [.. Enumerable.Range(0, Layers.Count).Where(i => _depths[i] <= depth)];
        if (!_meters.TryGetValue(depth, out CpuMeter? meter))
        {
            Loss[] losses = [.. measured.Select(i => _grams ? (Loss)new GramStyleLoss(Layers[i]) : new ContentLoss(Layers[i]))];
            _meters.Add(depth, meter = new CpuMeter(Network, losses, _compute.Threads, _compute.VectorPath));
        }
        IReadOnlyList<GraphTensor> values = meter.Measure(image);
        foreach (int i in places) results[i] = values[Array.IndexOf(measured, i)].Values.ToArray();
        return results;
    }

    private GraphSession Session(int depth)
    {
        GraphBuilder graph = new("features");
        GraphValue image = graph.Input(InputName, ElementType.Float, "1", "3", "height", "width");
        int[] places = [.. Enumerable.Range(0, Layers.Count).Where(i => _depths[i] <= depth)];
        IReadOnlyDictionary<string, GraphValue> maps = Network.Build(graph, image, [.. places.Select(i => Layers[i])]);
        foreach (int i in places)
        {
            GraphValue map = maps[Layers[i]];
            graph.Output(_grams ? GramStyleLoss.Gram(graph, map) : map, Name(i));
        }
        return new GraphSession(graph, new GraphSessionOptions { Device = _compute.Device, Threads = _compute.Threads });
    }

    private static string Name(int place) => $"layer {place}";
}
