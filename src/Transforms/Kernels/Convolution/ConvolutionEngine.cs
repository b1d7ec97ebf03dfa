namespace MLNetStyle.Kernels;

/// <summary>
/// Feature maps of a VGG-shaped network, and the gradient of anything that is measured on them by the image, on the CPU.
/// </summary>
/// <remarks>
/// Convolutions are done by Winograd's F(4 x 4, 3 x 3) (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2015,
/// arXiv 1509.09308), the gradient by the same kernel on rotated and transposed filters. Nothing but the wanted maps, a bit or two a
/// value for ReLU and pooling, and two buffers in turn is kept. After the first image of a size nothing is allocated.
/// An engine has threads of its own. Not safe for use by several threads at once.
/// </remarks>
internal sealed unsafe partial class ConvolutionEngine : IDisposable
{
    /// <summary>The largest height and width of an image.</summary>
    public const int MostSide = 4096;

    private const int ImageChannels = ImageCall.Channels;

    private readonly EngineOptions _options;
    private readonly KernelSet _kernels;
    private readonly WorkerPool _pool;
    private readonly ConvolutionRunner _runner;
    private readonly List<Stage> _stages = [];
    private readonly Dictionary<string, FeatureMap> _maps = [];
    private readonly List<MapTap> _taps = [];
    private readonly AlignedBuffer _imageWeights;
    private readonly AlignedBuffer _imageBackwardWeights;
    private bool _disposed;

    /// <summary>Makes an engine.</summary>
    /// <param name="layers">The network: convolutions, each with a ReLU and then a pooling after it or not; the first has 3 inputs.</param>
    /// <param name="maps">The names of the layers whose maps are wanted; layers after the last of them are left out.</param>
    /// <param name="options">How to compute; null for defaults.</param>
    /// <exception cref="ArgumentException">The layers don't form such a network, or a map is unknown.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the instructions asked for.</exception>
    public ConvolutionEngine(IReadOnlyList<EngineLayer> layers, IReadOnlyCollection<string> maps, EngineOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(maps);
        _options = options ?? new EngineOptions();
        _options.Validate();
        Path = SimdPaths.Choose(_options.Path);
        int count = Check(layers, maps);
        _kernels = KernelSet.Create(Path);
        Threads = _options.Threads == 0 ? Environment.ProcessorCount : _options.Threads;
        _pool = new WorkerPool(Threads);
        _runner = new ConvolutionRunner(_kernels, _pool);
        for (int i = 0; i < count; i++) Add(layers[i], maps);
        Stage first = _stages[0];
        _imageWeights = new AlignedBuffer((long)first.Outputs * ImageCall.Taps * sizeof(float));
        _imageBackwardWeights = new AlignedBuffer((long)first.Outputs * ImageChannels * 9 * sizeof(float));
        fixed (float* filters = first.Filters(hold: false).Span)
        {
            _kernels.PackImageWeights(filters, first.Convolution.Outputs, _imageWeights.Floats);
            PackImageBackward(filters, first.Convolution.Outputs, _imageBackwardWeights.Floats);
        }
        _packing = new Work(Pack);
        _preparing = new Work(Prepare);
        _imageForward = new Work(ImageForward);
        _imageBackward = new Work(ImageBackward);
        _combining = new Work(CombineAtTop);
        _unpooling = new Work(Unpool);
        _toPlanes = new Work(ToPlanes);
        _fromPlanes = new Work(FromPlanes);
        _gram = new Work(GramPart);
        _gramEnd = new Work(GramEnd);
        _multiplying = new Work(MultiplyPart);
        _packingMatrix = new Work(PackMatrixPart);
        _squares = new Work(SquaresPart);
        _variation = new Work(VariationPart);
        _searching = new Work(SearchPart);
        _distances = new Work(DistancePart);
    }

    /// <summary>The vector registers in use.</summary>
    public SimdPath Path { get; }

    /// <summary>How many threads work, the calling one included.</summary>
    public int Threads { get; }

    /// <summary>The wanted maps by name.</summary>
    public IReadOnlyDictionary<string, FeatureMap> Maps => _maps;

    /// <summary>Height of the images that memory is planned for; 0 before the first.</summary>
    public int Height { get; private set; }

    /// <summary>Width of the images that memory is planned for; 0 before the first.</summary>
    public int Width { get; private set; }

    /// <summary>Native memory held at the moment, in bytes: all that the engine holds but the filters that it was given.</summary>
    public long Memory
    {
        get
        {
            if (_disposed) return 0;
            long sum = _imageWeights.Bytes + _imageBackwardWeights.Bytes;
            foreach (AlignedBuffer? buffer in Buffers()) sum += buffer?.Bytes ?? 0;
            return sum;
        }
    }

    /// <summary>Threads are not collected by themselves; memory is, by finalizers of its own.</summary>
    ~ConvolutionEngine() => _pool?.Stop();

    /// <summary>Gives all memory back and ends the threads.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _pool.Dispose();
        Forget();
        foreach (Stage stage in _stages) stage.Dispose();
        foreach (MapTap tap in _taps) tap.Dispose();
        _imageWeights.Dispose();
        _imageBackwardWeights.Dispose();
        _weights?.Dispose();
        _searchScratch?.Dispose();
        GC.SuppressFinalize(this);
    }

    private IEnumerable<FeatureMap> AllMaps => _maps.Values.Concat(_taps.Select(t => t.Seen));

    /// <summary>How many layers are needed; throws where they don't form a network that is known here.</summary>
    private static int Check(IReadOnlyList<EngineLayer> layers, IReadOnlyCollection<string> maps)
    {
        if (maps.Count == 0) throw new ArgumentException("At least one map must be wanted.", nameof(maps));
        HashSet<string> names = [];
        int channels = ImageChannels, needed = 0;
        EngineLayerKind? last = null;
        for (int i = 0; i < layers.Count; i++)
        {
            EngineLayer layer = layers[i] ?? throw new ArgumentException($"Layer {i} is null.", nameof(layers));
            if (!names.Add(layer.Name)) throw new ArgumentException($"Two layers are named '{layer.Name}'.", nameof(layers));
            if (!EngineLayer.CanFollow(layer.Kind, last, i))
                throw new ArgumentException(
                    $"Layer '{layer.Name}' ({layer.Kind}) can't come after {last?.ToString() ?? "the image"} here: a ReLU follows a "
                        + $"convolution, a pooling follows the second convolution or a later one, or its ReLU.", nameof(layers));
            if (layer.Kind == EngineLayerKind.Convolution)
            {
                if (layer.Inputs != channels) throw new ArgumentException($"Convolution '{layer.Name}' has {layer.Inputs} inputs, but "
                    + $"{channels} channels reach it.", nameof(layers));
                channels = layer.Outputs;
            }
            last = layer.Kind;
            if (maps.Contains(layer.Name)) needed = i + 1;
        }
        if (maps.FirstOrDefault(m => !names.Contains(m)) is { } unknown)
            throw new ArgumentException($"There is no layer '{unknown}'; there are {string.Join(", ", names)}.", nameof(maps));
        return needed;
    }

    private void Add(EngineLayer layer, IReadOnlyCollection<string> maps)
    {
        if (layer.Kind == EngineLayerKind.Convolution) _stages.Add(new Stage(layer));
        Stage stage = _stages[^1];
        FeatureMap? map = null;
        if (maps.Contains(layer.Name)) _maps.Add(layer.Name, map = new FeatureMap(this, layer.Name, stage.Convolution.Outputs));
        switch (layer.Kind)
        {
            case EngineLayerKind.Convolution:
                stage.Full = map;
                break;
            case EngineLayerKind.Relu:
                stage.Relu = true;
                stage.Plain = stage.Full;
                stage.Full = map;
                break;
            default:
                stage.Pool = layer.Kind == EngineLayerKind.MaxPool ? PoolKind.Max : PoolKind.Average;
                stage.Pooled = map;
                break;
        }
    }

    /// <summary>[block][tap][image channel][16], filters turned by 180 degrees.</summary>
    private static void PackImageBackward(float* raw, int outputs, float* packed)
    {
        for (int output = 0; output < outputs; output++)
            for (int channel = 0; channel < ImageChannels; channel++)
                for (int tap = 0; tap < 9; tap++)
                    packed[(((long)output / Layout.Block * 9 + tap) * ImageChannels + channel) * Layout.Block + output % Layout.Block] =
                        raw[((long)output * ImageChannels + channel) * 9 + 8 - tap];
    }
}
