using System.Globalization;
using System.Security.Cryptography;
using MLNetStyle.Graphs;
using MLNetStyle.Networks;

namespace MLNetStyle;

/// <summary>A convolutional network of VGG's shape whose feature maps measure content and style.</summary>
/// <remarks>
/// <para>K. Simonyan, A. Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2015, configurations D (VGG-16)
/// and E (VGG-19), without the classifier. Five blocks of 3 x 3 convolutions, each followed by a ReLU, a pooling after each block. The
/// layers are conv1_1, relu1_1, conv1_2, relu1_2, pool1, conv2_1, ... conv5_4, relu5_4, pool5 (conv5_3 in VGG-16); a file may end
/// earlier and may have any widths. Other spellings are understood: Keras' block4_conv2 is relu4_2, because its convolutions include the
/// activation, and block4_pool is pool4; relu_4_2 and ReLU4_2 are relu4_2.</para>
/// <para>"vgg19" as it comes with the package MLNetStyle.Vgg19 and lies in the repository ends at relu5_1 and has its weights in 8 bits.
/// Where the
/// environment variable MLNETSTYLE_MODELS names a folder with another vgg19.safetensors, that one is used.</para>
/// <para>"compact" has a quarter of VGG-19's widths up to conv4_4 and was trained to stand for it; it comes with the library. Its ReLU
/// layers are seen
/// through a linear map over the channels (<see cref="NetworkLayer.Tap"/>).</para>
/// <para>Weights are read from the file layer by layer on first use and held once, however many graphs and handles use them; when nobody
/// holds
/// them any longer they may be read again, so the file has to stay as it is for as long as the network is used. Immutable and safe for use
/// by
/// several threads at once.</para>
/// </remarks>
public sealed class Network
{
    private readonly NetworkLayer[] _layers;
    private readonly Dictionary<string, int> _index;
    private readonly Lazy<string> _sha256;
    private readonly OnnxTrunk? _trunk;
    private readonly GraphLayers? _graph;

    private Network(string name, string? file, Pooling pooling, NetworkLayer[] layers, Preprocessing preprocessing, Lazy<string> sha256,
        OnnxTrunk? trunk = null)
    {
        (Name, File, Pooling, _layers, Preprocessing, _sha256, _trunk) = (name, file, pooling, layers, preprocessing, sha256, trunk);
        _graph = trunk is null ? null : new GraphLayers(trunk);
        _index = layers.Select((l, i) => (l.Name, i)).ToDictionary(p => p.Name, p => p.i);
        Layers = Array.AsReadOnly(_graph?.Names ?? Array.ConvertAll(layers, l => l.Name));
    }

    /// <summary>The network's name: the one it was asked for by, or its file's name without folder and extension.</summary>
    public string Name { get; }

    /// <summary>The full path of the file that the weights come from; null if they come with the library.</summary>
    public string? File { get; }

    /// <summary>The SHA-256 of the weights' file, 64 small hexadecimal digits; computed on first use.</summary>
    /// <exception cref="IOException">The file can no longer be read.</exception>
    public string Sha256 => _sha256.Value;

    /// <summary>What pixel values go through before the first convolution; part of every graph that <see cref="Build"/> makes.</summary>
    internal Preprocessing Preprocessing { get; }

    /// <summary>How feature maps are brought down between blocks.</summary>
    public Pooling Pooling { get; }

    /// <summary>The names of the layers in their order.</summary>
    public IReadOnlyList<string> Layers { get; }

    /// <summary>Whether it is a graph of its own, an .onnx file of another kind than VGG; ONNX Runtime runs it.</summary>
    public bool IsGraph => _trunk is not null;

    /// <summary>The operators of a graph that have no rule for their gradient, and how many nodes have them; layers behind one are not
    /// offered.</summary>
    public IReadOnlyDictionary<string, int> UnsupportedOperators => _trunk?.Unsupported ?? new Dictionary<string, int>();

    /// <summary>
    /// What to write beside a graph made by <see cref="Build"/> (<see cref="OnnxFile.Save"/>), so that <see cref="Load"/> reads the file as
    /// this network: the architecture, and the preprocessing that is left now that channel order and gain are in the weights.
    /// </summary>
    public IReadOnlyDictionary<string, string> Metadata => IsGraph ? Conventions.Named["levels"] : new Dictionary<string, string>
    {
        ["architecture"] = _index.ContainsKey("conv3_4") ? "vgg19" : "vgg16",
        ["channel_order"] = "RGB",
        ["pixel_scale"] = "255",
        ["mean"] = string.Join(",", Preprocessing.Offset().Select(o => o.ToString("R", CultureInfo.InvariantCulture))),
        ["std"] = "1,1,1",
    };

    /// <summary>Loads a network.</summary>
    /// <param name="nameOrFile">
    /// A name ("compact", "vgg19", "vgg16") or the path of a file: safetensors, ONNX, PyTorch (.pth), Keras (.h5), NumPy (.npz) or
    /// MatConvNet
    /// (.mat); the file's first bytes tell the format. A name is looked for in the folders of the environment variable
    /// MLNETSTYLE_MODELS, in
    /// the folder onnx-models beside the program, in the user's cache folder, and in the library itself. An .onnx file that is no VGG
    /// becomes a network of its own graph, whose layers are its tensors.
    /// </param>
    /// <param name="pooling">How feature maps are brought down between blocks.</param>
    /// <returns>The network. Its weights are not in memory yet.</returns>
    /// <exception cref="ArgumentException">The name is that of a relay, which is no single network; see
    /// <see cref="NetworkRelay"/>.</exception>
    /// <exception cref="FileNotFoundException">There is no such file; for a known name the message says where to get one.</exception>
    /// <exception cref="InvalidDataException">The file is not readable as a network; the message names the file, the tensor and the
    /// shapes.</exception>
    public static Network Load(string nameOrFile, Pooling pooling = Pooling.Max)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(nameOrFile);
        Check(pooling);
        if (NetworkRelay.IsRelay(nameOrFile))
            throw new ArgumentException($"'{nameOrFile}' is {string.Join(" and ", NetworkRelay.Networks(nameOrFile))}, which only a "
                + $"style transfer goes through together. Name one of them here.", nameof(nameOrFile));
        bool named = !ModelFiles.IsPath(nameOrFile);
        if (named && ModelFiles.Find(nameOrFile) is null && KnownModel.Of(nameOrFile) is { } known && known.Embedded is { } resource)
            return Open(known.Name, known.File, null, pooling, resource);
        string path = ModelFiles.Locate(nameOrFile);
        return Open(named ? nameOrFile.Trim().ToLowerInvariant() : Path.GetFileNameWithoutExtension(path), path, path, pooling, () =>
            System.IO.File.OpenRead(path));
    }

    /// <summary>Reads a network.</summary>
    /// <param name="name">The network's name.</param>
    /// <param name="source">What messages call the file; its first bytes tell the format.</param>
    /// <param name="file">The file's path; null if there is none.</param>
    /// <param name="pooling">The pooling.</param>
    /// <param name="open">Opens the file from its start, as often as needed.</param>
    /// <param name="pixels">What its pixels are, in the keys of a file's metadata; null leaves it to the file.</param>
    internal static Network Open(string name, string source, string? file, Pooling pooling, Func<Stream> open,
        IReadOnlyDictionary<string, string>? pixels = null)
    {
        ITensorFile weights = TensorFiles.Open(source, open, file is null ? null : Path.GetDirectoryName(file));
        Preprocessing? stated = pixels is null ? null : Preprocessing.FromMetadata(pixels, source);
        Lazy<string> sha256 = new(() => Hash(open));
        if (weights is OnnxTensorFile { Model: var model } && model.Graph.Node.Count > 0 && !weights.Metadata.ContainsKey("architecture")
            && !weights.Shapes.ContainsKey("conv1_1.weight"))
        {
            try
            {
                return OpenGraph(model, weights);
            }
            catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or NullReferenceException or OverflowException)
            {
                // A node without the inputs or attributes that its operator has.
                throw new InvalidDataException($"'{source}' has a node that can't be understood: {e.Message}", e);
            }
        }
        (NetworkLayer[] layers, Preprocessing preprocessing) = NetworkReader.Read(weights, stated);
        return new Network(name, file, pooling, layers, preprocessing, sha256);

        Network OpenGraph(OnnxModel model, ITensorFile weights)
        {
            OnnxTrunk trunk = new(model, node => RuleTable.Rules.ContainsKey(node.OpType) || RuleTable.PassesNothing(node));
            if (VggGraph.Find(trunk, weights) is not { } vgg)
                return new Network(name, file, pooling, [], stated ?? PixelsOf(trunk, weights), sha256, trunk);
            (NetworkLayer[] known, Preprocessing found) = NetworkReader.Read(vgg.File, vgg.Chain, stated);
            return new Network(name, file, pooling, known, found, sha256);
        }
    }

    /// <summary>What a graph's pixels are: what its notes say, what its first nodes say, and for Caffe2's models what Caffe's were trained
    /// on; torchvision's otherwise.</summary>
    private static Preprocessing PixelsOf(OnnxTrunk trunk, ITensorFile file) =>
        Preprocessing.FromMetadata(file.Metadata, file.Name) ?? Preprocessing.FromMetadata(trunk.Input switch
        {
            TrunkInput.Levels => Conventions.Named["levels"],
            TrunkInput.Unit => Conventions.Named["unit"],
            _ => trunk.Producer.Contains("caffe", StringComparison.OrdinalIgnoreCase) ? Conventions.OxfordBgr : Conventions.Torchvision,
        }, file.Name)!;

    /// <summary>The same network, weights shared, with another pooling.</summary>
    /// <param name="pooling">How feature maps are brought down between blocks.</param>
    /// <returns>This network if it has that pooling already.</returns>
    public Network WithPooling(Pooling pooling)
    {
        Check(pooling);
        return pooling == Pooling ? this : new Network(Name, File, pooling, _layers, Preprocessing, _sha256, _trunk);
    }

    /// <summary>The same network, weights shared, whose ReLUs are seen with each channel multiplied by a factor.</summary>
    /// <param name="factors">A factor for each channel, by the layer's name in <see cref="Layers"/>.</param>
    internal Network WithFactors(IReadOnlyDictionary<string, float[]> factors) =>
        new(Name, File, Pooling, Array.ConvertAll(_layers, l => factors.TryGetValue(l.Name, out float[]? own) ? l.Scaled(own) : l),
            Preprocessing, _sha256);

    /// <summary>The number of channels of a layer's output.</summary>
    /// <param name="layer">The layer, in any spelling.</param>
    /// <exception cref="ArgumentException">The network has no such layer.</exception>
    public int Channels(string layer) => _graph?.Of(layer, Name).Channels ?? _layers[Index(layer)].Channels;

    /// <summary>How many times smaller than the image, rounded down at each pooling, a layer's output is: 1, 2, 4, 8, 16 or 32.</summary>
    /// <param name="layer">The layer, in any spelling.</param>
    /// <exception cref="ArgumentException">The network has no such layer.</exception>
    public int Downscale(string layer) => _graph?.Of(layer, Name).Stride ?? _layers[Index(layer)].Downscale;

    /// <summary>The size of a layer's map of a picture.</summary>
    /// <param name="layer">The layer, in any spelling.</param>
    /// <param name="width">The picture's width in pixels.</param>
    /// <param name="height">The picture's height in pixels.</param>
    /// <exception cref="ArgumentException">The network has no such layer, or the picture is too small for it.</exception>
    internal (int Width, int Height) SizeOf(string layer, int width, int height)
    {
        if (_graph is null) return (width / Downscale(layer), height / Downscale(layer));
        TrunkLayer found = _graph.Of(layer, Name);
        return _graph.SizeOf(found, width, height) ?? throw new ArgumentException($"A picture of {width} x {height} pixels is too "
            + $"small for the "
            + $"layer {found.Name} of the network '{Name}', which needs {_graph.LeastSide(found)} pixels each way.", nameof(layer));
    }

    /// <summary>The least side of a picture in pixels that leaves a layer an entry.</summary>
    internal int LeastSide(string layer) => _graph is null ? Downscale(layer) : _graph.LeastSide(_graph.Of(layer, Name));

    /// <summary>A number that grows with what has to be computed for a layer.</summary>
    internal int Depth(string layer) => _graph is null ? Upto([layer]).Count
        : Array.IndexOf(_graph.Names, _graph.Of(layer, Name).Name) + 1;

    /// <summary>Multiplications for each pixel of the picture up to the deepest of some layers.</summary>
    internal double Work(IEnumerable<string> layers)
    {
        if (_graph is not null) return Math.Max(1, layers.Select(l => _graph.Of(l, Name).Work).DefaultIfEmpty(1).Max());
        double work = 0;
        int channels = 3;
        foreach (NetworkLayer layer in Upto(layers))
        {
            if (layer.Kind == NetworkLayerKind.Convolution) work += 9.0 * channels * layer.Channels / (layer.Downscale * layer.Downscale);
            channels = layer.Channels;
        }
        return Math.Max(work, 1);
    }

    /// <summary>The bytes of a graph's maps up to the deepest of some layers, with their gradients.</summary>
    internal long MapBytes(IReadOnlyCollection<string> layers, long pixels)
    {
        int deepest = layers.Select(Depth).DefaultIfEmpty(0).Max();
        double floats = _graph!.Names.Take(deepest).Select(n => _graph.Of(n, Name)).Sum(l => (double)l.Channels / (l.Stride * l.Stride));
        return (long)(2 * sizeof(float) * floats * pixels);
    }

    /// <summary>The layers of a graph; none for a VGG.</summary>
    internal IReadOnlyList<(TrunkLayer Layer, string[] StandsFor)> GraphTable =>
        _graph is null ? [] : [.. _trunk!.Layers.Select(l => (l, l.Behind ? [] : _graph.StandsFor(l).ToArray()))];

    /// <summary>The name in <see cref="Layers"/> of a layer in any spelling.</summary>
    /// <param name="layer">The layer, for example block4_conv2.</param>
    /// <returns>Its name here, for example relu4_2.</returns>
    /// <exception cref="ArgumentException">The network has no such layer.</exception>
    public string Canonical(string layer) => _graph?.Of(layer, Name).Name ?? _layers[Index(layer)].Name;

    /// <summary>The layers from the first one to the last one needed.</summary>
    /// <param name="layers">The layers whose outputs are wanted, in any spelling.</param>
    /// <returns>A chain: each one's input is the output of the one before.</returns>
    /// <exception cref="ArgumentException">The network has no such layer.</exception>
    internal IReadOnlyList<NetworkLayer> Upto(IEnumerable<string> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        int last = -1;
        foreach (string layer in layers) last = Math.Max(last, Index(layer));
        return _layers.AsSpan(0, last + 1).ToArray();
    }

    /// <summary>Adds the network to a graph, preprocessing included, up to the last layer needed.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="image">
    /// Shape [1, 3, height, width], red, green, blue, 0..255. Height and width may be symbolic; they must be at least the downscale of the
    /// last layer asked for.
    /// </param>
    /// <param name="layers">The layers whose outputs are wanted, in any spelling.</param>
    /// <param name="prefix">What node names begin with; needed when a graph holds the network twice. The weights are shared then.</param>
    /// <returns>The feature maps, [1, channels, height / downscale, width / downscale], under the names asked for.</returns>
    /// <exception cref="ArgumentException">The network has no such layer.</exception>
    /// <exception cref="InvalidDataException">A tensor can't be read any more.</exception>
    internal IReadOnlyDictionary<string, GraphValue> Build(GraphBuilder graph, GraphValue image, IReadOnlyCollection<string> layers,
        string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(prefix);
        if (_trunk is not null) return BuildGraph(graph, image, layers, prefix);
        Dictionary<string, GraphValue> values = [];
        GraphValue x = image;
        if (layers.Count > 0 && Preprocessing.Offset() is var offset && offset.Any(o => o != 0)) x = graph.Sub(x,
            graph.Constant(offset, 1, 3, 1, 1));
        foreach (NetworkLayer layer in Upto(layers))
        {
            string name = layer.Tap is null ? prefix + layer.Name : $"{prefix}{layer.Name} untapped";
            x = layer.Kind switch
            {
                NetworkLayerKind.Convolution => graph.Conv(x, graph.Weight(layer.Weight!), graph.Weight(layer.Bias!), name: name),
                NetworkLayerKind.Relu => graph.Relu(x, name),
                _ => Pooling == Pooling.Max ? graph.MaxPool(x, name: name) : graph.AveragePool(x, name: name),
            };
            values.Add(layer.Name, x);
        }
        Dictionary<string, GraphValue> seen = [];
        foreach (string wanted in layers.Select(Canonical).Distinct()) seen.Add(wanted, Tapped(graph, wanted, values[wanted], prefix));
        return layers.Distinct().ToDictionary(l => l, l => seen[Canonical(l)]);
    }

    private Dictionary<string, GraphValue> BuildGraph(GraphBuilder graph, GraphValue image, IReadOnlyCollection<string> layers,
        string prefix)
    {
        if (layers.Count == 0) return [];
        GraphValue x = image;
        float[] offset = Preprocessing.Offset(), gain = Preprocessing.Gain();
        if (offset.Any(o => o != 0)) x = graph.Sub(x, graph.Constant(offset, 1, 3, 1, 1));
        if (gain.Any(g => g != 1)) x = graph.Mul(x, graph.Constant(gain, 1, 3, 1, 1));
        // By a product, whose gradient every engine has: Gather has no rule.
        if (Preprocessing.Bgr) x = graph.Conv(x, graph.Constant([0, 0, 1, 0, 1, 0, 1, 0, 0], 3, 3, 1, 1), padding: 0);
        IReadOnlyDictionary<string, GraphValue> maps = _trunk!.Build(graph, x, [.. layers.Select(Canonical).Distinct()], prefix,
            Pooling == Pooling.Average);
        return layers.Distinct().ToDictionary(l => l, l => maps[Canonical(l)]);
    }

    /// <summary>Adds the tap of a layer, if it has one: what turns the layer's own output into the map that <see cref="Build"/> gives for
    /// it.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="layer">The layer, in any spelling.</param>
    /// <param name="map">The layer's own output, as the next layer takes it.</param>
    /// <param name="prefix">What the node's name begins with.</param>
    /// <returns>The map through the tap; the map itself for a layer without one.</returns>
    /// <exception cref="ArgumentException">The network has no such layer.</exception>
    /// <exception cref="InvalidDataException">The tensor can't be read any more.</exception>
    internal GraphValue Tapped(GraphBuilder graph, string layer, GraphValue map, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(graph);
        return _graph is null && _layers[Index(layer)] is { Tap: { } tap } tapped
            ? graph.Conv(map, graph.Weight(tap), padding: 0, name: prefix + tapped.Name)
            : map;
    }

    /// <summary>The second moment F F^T, [1, C, C], of the map through the tap, from that of the layer's own output.</summary>
    internal GraphValue TappedMoment(GraphBuilder graph, string layer, GraphValue moment)
    {
        if (_graph is not null || _layers[Index(layer)].Tap is not { } tap) return moment;
        GraphValue matrix = graph.Reshape(graph.Weight(tap), tap.Shape[0], tap.Shape[1]);
        return graph.MatMul(graph.MatMul(matrix, moment), graph.Transpose(matrix, 1, 0));
    }

    /// <summary>The linear map that a layer is seen through, [channels, channels, 1, 1]; null for a layer without one.</summary>
    internal Weight? Tap(string layer) => _graph is not null ? null : _layers[Index(layer)].Tap;

    /// <inheritdoc/>
    public override string ToString() => $"{Name}, {(Pooling == Pooling.Max ? "max" : "average")} pooling";

    private int Index(string layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        string name = LayerNames.Canonical(layer);
        return _index.TryGetValue(name, out int i) ? i : throw new ArgumentException(LayerNames.Order(name) > LayerNames.Order(Layers[^1])
            ? $"The network '{Name}' ends at {Layers[^1]}, before the layer '{layer}'. "
                + $"{KnownModel.Of(Name)?.Whole ?? "Take a file that holds more of it."}"
            : $"The network '{Name}' has no layer '{layer}'. Its layers are {string.Join(", ", Layers)}.", nameof(layer));
    }

    private static void Check(Pooling pooling)
    {
        if (pooling is not (Pooling.Max or Pooling.Average)) throw new ArgumentOutOfRangeException(nameof(pooling), pooling,
            "Pooling is Max or Average.");
    }

    private static string Hash(Func<Stream> open)
    {
        using Stream stream = open();
        return HexDigits.Of(SHA256.HashData(stream));
    }
}

/// <summary>How a network brings its feature maps down to half their height and width between blocks.</summary>
public enum Pooling
{
    /// <summary>The largest of each 2 x 2 window, as VGG was trained.</summary>
    Max,

    /// <summary>The mean of each 2 x 2 window; Gatys et al. 2016 ("Image Style Transfer Using Convolutional Neural Networks", section 2)
    /// prefer it.</summary>
    Average,
}
