using System.Globalization;
using System.Runtime.InteropServices;
using MLNetStyle.Graphs.Onnx;
using DataType = MLNetStyle.Graphs.Onnx.TensorProto.Types.DataType;

namespace MLNetStyle.Graphs;

/// <summary>The part of a foreign model that goes from a picture to feature maps, ready to be built into other graphs.</summary>
/// <remarks>
/// Everything that depends on the picture and has the shape [1, channels, height, width] is a map. What only depends on constants is
/// worked out where it is a filled tensor, and kept as nodes otherwise. Models of operator sets 1 to <see cref="NewestOpset"/> are read.
/// Immutable once made, and safe for use by several threads at once.
/// </remarks>
internal sealed class OnnxTrunk
{
    /// <summary>The newest operator set that is read: what has changed since <see cref="GraphBuilder.Opset"/> does not touch these
    /// operators.</summary>
    public const int NewestOpset = 22;

    private const int ProbeSide = 224;
    private const int MaximumFilled = 1 << 28;
    private const int MaximumNodes = 100_000;
    private readonly List<NodeProto> _nodes = [];
    private readonly Dictionary<string, Weight> _weights = [];
    private readonly Dictionary<string, TensorProto> _constants = [];
    private readonly HashSet<string> _spatial = [];
    private readonly string _image;
    private readonly bool _channelsLast;

    /// <summary>Finds the maps of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="hasRule">Whether the gradient of a node's operator is known, or is zero.</param>
    /// <exception cref="InvalidDataException">The model takes no picture, or makes no map that this library has rules for; the message
    /// names
    /// every operator without one.</exception>
    public OnnxTrunk(OnnxModel model, Func<NodeProto, bool> hasRule)
    {
        Name = model.Name;
        Producer = model.Producer;
        if (model.Opset is < 1 or > NewestOpset)
            throw new InvalidDataException($"'{Name}' follows the ONNX operator set {model.Opset}; 1 to {NewestOpset} can be read.");
        (_image, _channelsLast, int height, int width) = ImageOf(model);
        GraphProto graph = model.Graph.Clone();
        OnnxUpgrade.Apply(graph, model.Opset);
        if (graph.Node.Count > MaximumNodes) throw new InvalidDataException($"'{Name}' has {graph.Node.Count} nodes; at most "
            + $"{MaximumNodes} are read.");
        foreach (Weight weight in model.Weights.Values) _weights[weight.Name] = Renamed(weight);
        foreach (TensorProto tensor in graph.Initializer)
        {
            if (!OnnxFormat.IsFloating(tensor)) _constants[tensor.Name] = OnnxFormat.Normalize(tensor, Name);
            else if (!_weights.ContainsKey(tensor.Name) && OnnxFormat.Count(tensor, Name) > 0)
                _weights[tensor.Name] = new Weight("onnx/" + tensor.Name, OnnxFormat.Floats(tensor, Name), [.. tensor.Dims]);
        }
        Sort(graph, model);
        Layers = Find(height, width, hasRule);
        Input = Guess();
    }

    /// <summary>The model's name, as messages call it.</summary>
    public string Name { get; }

    /// <summary>The program that wrote the model, as it names itself.</summary>
    public string Producer { get; }

    /// <summary>The maps, in the order in which they are computed.</summary>
    public IReadOnlyList<TrunkLayer> Layers { get; }

    /// <summary>What the first nodes say about the pixels.</summary>
    public TrunkInput Input { get; }

    /// <summary>The name of the model's input.</summary>
    public string Image => _image;

    /// <summary>The nodes that depend on the picture or feed one that does.</summary>
    public IReadOnlyList<NodeProto> Nodes => _nodes;

    /// <summary>A weight by the model's name for it; null if it is none.</summary>
    public Weight? WeightOf(string name) => _weights.GetValueOrDefault(name);

    /// <summary>The operators that no gradient passes, by name, and how many nodes have them.</summary>
    public IReadOnlyDictionary<string, int> Unsupported { get; private set; } = new Dictionary<string, int>();

    /// <summary>Adds the nodes up to some maps to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="image">What the model takes.</param>
    /// <param name="maps">The maps by their names in the model.</param>
    /// <param name="prefix">What names begin with.</param>
    /// <param name="average">Whether maximum pooling becomes average pooling.</param>
    /// <returns>The maps by name.</returns>
    public IReadOnlyDictionary<string, GraphValue> Build(GraphBuilder graph, GraphValue image, IReadOnlyCollection<string> maps,
        string prefix,
        bool average)
    {
        HashSet<string> wanted = [.. maps];
        bool[] kept = new bool[_nodes.Count];
        for (int n = _nodes.Count - 1; n >= 0; n--)
        {
            if (!_nodes[n].Output.Any(wanted.Contains)) continue;
            kept[n] = true;
            wanted.UnionWith(_nodes[n].Input);
        }
        Dictionary<string, GraphValue> values = new() { [_image] = Given(graph, image) };
        for (int n = 0; n < kept.Length; n++) if (kept[n]) Add(graph, _nodes[n], values, prefix, average);
        return maps.ToDictionary(m => m, m => values[m]);
    }

    /// <summary>The sizes of maps for a picture's size; null where a map is left without an entry.</summary>
    public (int Width, int Height)? SizeOf(string map, int width, int height)
    {
        GraphBuilder graph = new();
        GraphValue image = graph.Input("image", ElementType.Float, "1", "3", Text(height), Text(width));
        GraphValue value = Build(graph, image, [map], "", average: false)[map];
        foreach (NodeProto node in graph.Proto.Node)
            if (ShapeTable.Numbers(graph.Shapes.Of(new GraphValue(node.Output[0]))) is { } sizes && sizes.Any(s => s < 1)) return null;
        return ShapeTable.Numbers(graph.Shapes.Of(value)) is [_, _, var h and > 0, var w and > 0] ? ((int)w, (int)h) : null;
    }

    private static string Text(long n) => n.ToString(CultureInfo.InvariantCulture);

    private static Weight Renamed(Weight weight) => new("onnx/" + weight.Name, () => weight.Values, [.. weight.Shape]);

    private (string Name, bool ChannelsLast, int Height, int Width) ImageOf(OnnxModel model)
    {
        foreach (ValueInfoProto input in model.RealInputs())
        {
            long[] sizes = [.. input.Type?.TensorType?.Shape?.Dim.Select(d => d.DimValue) ?? []];
            if (sizes is [_, 3 or 0, var h, var w] && w != 3) return (input.Name, false, Side(h), Side(w));
            if (sizes is [_, var height, var width, 3]) return (input.Name, true, Side(height), Side(width));
        }
        throw new InvalidDataException($"'{Name}' takes no picture: none of its inputs ({string.Join(", ", model.Inputs)}) has the shape "
            + $"[1, 3, height, width].");

        static int Side(long n) => n is > 0 and <= 4096 ? (int)n : ProbeSide;
    }

    /// <summary>Sorts the nodes: what follows from constants alone, and what follows from the picture.</summary>
    private void Sort(GraphProto graph, OnnxModel model)
    {
        HashSet<string> known = [_image, "", .. _weights.Keys, .. _constants.Keys];
        foreach (NodeProto node in graph.Node)
        {
            // Another input, or what nothing makes: what depends on it is no map.
            if (node.Output.Count == 0 || !node.Input.All(known.Contains)) continue;
            if (model.Domains.Contains(node.Domain) || node.Attribute.Any(a => a.G is not null)) continue;
            if (node.OpType == "ConstantOfShape" && Filled(node)) { known.UnionWith(node.Output); continue; }
            string[] outputs = [.. node.Output.Where(o => o.Length > 0)];
            if (outputs.Any(known.Contains)) throw new InvalidDataException($"Node '{node.Name}' ({node.OpType}) of '{Name}' makes a "
                + $"value that there is already.");
            known.UnionWith(outputs);
            _nodes.Add(node);
        }
    }

    private bool Filled(NodeProto node)
    {
        if (!_constants.TryGetValue(node.Input[0], out TensorProto? sizes) || sizes.DataType != (int)DataType.Int64) return false;
        long[] shape = MemoryMarshal.Cast<byte, long>(sizes.RawData.Span).ToArray();
        TensorProto? value = node.Attribute.FirstOrDefault(a => a.Name == "value")?.T;
        if (shape.Length > 8 || shape.Length == 0 || (value is not null && value.DataType != (int)DataType.Float)) return false;
        long count = 1;
        foreach (long d in shape)
        {
            if (d < 1 || count > MaximumFilled / d) throw new InvalidDataException($"Node '{node.Name}' (ConstantOfShape) of "
                + $"'{Name}' fills the "
                + $"shape [{string.Join(", ", shape)}]; at most {MaximumFilled} elements are.");
            count *= d;
        }
        float filling = value is null ? 0 : OnnxFormat.Floats(value, Name) is [var one] ? one : 0;
        _weights[node.Output[0]] = new Weight("onnx/" + node.Output[0], () =>
        {
            float[] values = new float[count];
            Array.Fill(values, filling);
            return values;
        }, shape);
        return true;
    }

    private GraphValue Given(GraphBuilder graph, GraphValue image) => _channelsLast ? graph.Transpose(image, 0, 2, 3, 1) : image;

    private GraphValue? Add(GraphBuilder graph, NodeProto node, Dictionary<string, GraphValue> values, string prefix, bool average)
    {
        GraphValue[] inputs = new GraphValue[node.Input.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            string name = node.Input[i];
            if (name.Length == 0) continue;
            inputs[i] = values.TryGetValue(name, out GraphValue value) ? value
                : _weights.TryGetValue(name, out Weight? weight) ? graph.Weight(weight) : graph.Constant(_constants[name]);
        }
        string output = $"{prefix}onnx/{node.Output[0]}";
        if (node.OpType == "Reshape" && _spatial.Contains(node.Output[0])) inputs[1] = Spatial(graph, inputs[0], node.Input[1]);
        if (node.OpType == "MaxPool" && average)
        {
            NodeProto pool = node.Clone();
            pool.OpType = "AveragePool";
            foreach (AttributeProto a in pool.Attribute.Where(a =>
                a.Name is "storage_order" or "dilations").ToArray()) pool.Attribute.Remove(a);
            return values[node.Output[0]] = graph.Copy(pool, inputs, output);
        }
        return values[node.Output[0]] = graph.Copy(node, inputs, output);
    }

    /// <summary>A shape whose last two sizes are the input's: a model for one size alone has them as numbers.</summary>
    private GraphValue Spatial(GraphBuilder graph, GraphValue x, string shape)
    {
        long[] sizes = MemoryMarshal.Cast<byte, long>(_constants[shape].RawData.Span).ToArray();
        int rank = graph.Shapes.Of(x)!.Length;
        GraphValue tail = graph.Node("Shape", [x], new GraphAttribute("start", (long)rank - 2));
        return graph.Concat(0, graph.Indices(sizes[..^2]), tail);
    }

    /// <summary>Goes through the nodes at the size that the model states, and lists the maps.</summary>
    private List<TrunkLayer> Find(int height, int width, Func<NodeProto, bool> hasRule)
    {
        GraphBuilder graph = new();
        GraphValue image = graph.Input("image", ElementType.Float, "1", "3", Text(height), Text(width));
        Dictionary<string, GraphValue> values = new() { [_image] = Given(graph, image) };
        Dictionary<string, double> strides = new() { [_image] = 1 };
        HashSet<string> behind = [];
        List<TrunkLayer> layers = [];
        double work = 0;
        foreach (NodeProto node in _nodes)
        {
            string name = node.Output[0];
            if (node.OpType == "Reshape" && node.Input.Count > 1 && strides.ContainsKey(node.Input[0])
                && _constants.TryGetValue(node.Input[1], out TensorProto? constant) && constant.DataType == (int)DataType.Int64
                && MemoryMarshal.Cast<byte, long>(constant.RawData.Span) is [_, _, .., var h, var w]
                && graph.Shapes.Of(values[node.Input[0]]) is [_, _, .., var rows, var columns] && rows == Text(h)
                    && columns == Text(w) && h > 1)
                _spatial.Add(name);
            GraphValue value;
            try
            {
                value = Add(graph, node, values, "", average: false)!.Value;
                _ = graph.Shapes.Of(value);
            }
            catch (Exception e) when (e is IndexOutOfRangeException or ArgumentException or InvalidOperationException or OverflowException
                or NullReferenceException or DivideByZeroException or KeyNotFoundException or FormatException or InvalidDataException)
            {
                throw new InvalidDataException($"Node '{node.Name}' ({node.OpType}) of '{Name}' can't be understood: {e.Message}", e);
            }
            double[] before = [.. node.Input.Where(strides.ContainsKey).Select(i => strides[i])];
            if (before.Length == 0) continue;
            if (!hasRule(node)) behind.Add(name);
            if (node.Input.Any(behind.Contains)) behind.Add(name);
            long[]? shape = ShapeTable.Numbers(graph.Shapes.Of(value));
            strides[name] = Stride(node, before.Max(), shape, height);
            if (shape is not [_, > 0, > 1, > 1] || node.OpType is "Identity" or "Cast") continue;
            if (node.OpType == "Conv" && _weights.GetValueOrDefault(node.Input[1]) is { } filters)
                work += (double)filters.Count / (strides[name] * strides[name]);
            layers.Add(new TrunkLayer(name, node.OpType, (int)shape[1], Math.Max(1, (int)Math.Round(strides[name])), work,
                behind.Contains(name)));
        }
        Unsupported = InTheWay(layers, hasRule);
        if (!layers.Exists(l => !l.Behind))
            throw new InvalidDataException(Unsupported.Count == 0
                ? $"'{Name}' makes no feature map [1, channels, height, width] of a picture."
                : $"'{Name}' makes no feature map that a picture can be painted by: there is no rule for the gradient of "
                    + $"{string.Join(", ", Unsupported.Select(u => $"{u.Key} ({u.Value} {(u.Value == 1 ? "node" : "nodes")})"))}.");
        return layers;
    }

    /// <summary>The operators without a rule that lie before a map, not those of a classifier.</summary>
    private Dictionary<string, int> InTheWay(List<TrunkLayer> layers, Func<NodeProto, bool> hasRule)
    {
        HashSet<string> wanted = [.. layers.Where(l => l.Behind).Select(l => l.Name)];
        Dictionary<string, int> found = [];
        for (int n = _nodes.Count - 1; n >= 0; n--)
        {
            NodeProto node = _nodes[n];
            if (!node.Output.Any(wanted.Contains)) continue;
            wanted.UnionWith(node.Input);
            if (!hasRule(node)) found[node.OpType] = found.GetValueOrDefault(node.OpType) + 1;
        }
        return found.OrderBy(f => f.Key, StringComparer.Ordinal).ToDictionary();
    }

    private static double Stride(NodeProto node, double before, long[]? shape, int height) => node.OpType switch
    {
        "Conv" or "MaxPool" or "AveragePool" or "LpPool" => before * Math.Max(1, node.Attribute.FirstOrDefault(a =>
            a.Name == "strides")?.Ints.FirstOrDefault() ?? 1),
        "Resize" or "ConvTranspose" or "DepthToSpace" or "SpaceToDepth" when shape is [_, _, > 0, _] =>
            Math.Max(1, Math.Round((double)height / shape[2])),
        _ => before,
    };

    /// <summary>Reads the arithmetic before the first convolution: a file that has it says what its pixels are.</summary>
    private TrunkInput Guess()
    {
        HashSet<string> seen = [_image];
        bool any = false, levels = false;
        foreach (NodeProto node in _nodes)
        {
            if (!node.Input.Any(seen.Contains)) continue;
            if (node.OpType is not ("Sub" or "Add" or "Mul" or "Div" or "BatchNormalization" or "Identity" or "Cast" or "Transpose"
                or "Gather")) break;
            seen.Add(node.Output[0]);
            if (node.OpType is "Identity" or "Cast" or "Transpose" or "Gather") continue;
            any = true;
            float[] values = [.. node.Input.Where(i => _weights.TryGetValue(i, out Weight? w)
                && w.Count <= 4096).SelectMany(i => _weights[i].Values)];
            if (values.Length == 0) continue;
            float most = values.Max(v => Math.Abs(v));
            levels |= node.OpType switch { "Sub" or "Add" => most > 5, "Div" => most > 5, "Mul" => most < 0.1f, _ => most > 5 };
        }
        return any ? levels ? TrunkInput.Levels : TrunkInput.Unit : TrunkInput.Unsaid;
    }
}

/// <summary>A map of a model.</summary>
/// <param name="Name">The name of the tensor.</param>
/// <param name="Operator">The operator that makes it.</param>
/// <param name="Channels">Its channels.</param>
/// <param name="Stride">How many times smaller than the picture it is, about: the product of the steps up to it.</param>
/// <param name="Work">The multiplications for each pixel of the picture up to it.</param>
/// <param name="Behind">Whether it lies behind an operator that no gradient passes.</param>
internal sealed record TrunkLayer(string Name, string Operator, int Channels, int Stride, double Work, bool Behind);

/// <summary>What a model says about its pixels.</summary>
internal enum TrunkInput
{
    /// <summary>Nothing: the first node is a convolution already.</summary>
    Unsaid,

    /// <summary>It takes 0..255 and brings them to what it needs.</summary>
    Levels,

    /// <summary>It takes 0..1 and brings them to what it needs.</summary>
    Unit,
}
