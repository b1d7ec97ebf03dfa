namespace MLNetStyle.Training;

/// <summary>The layers of a transform network, and where their parameters lie.</summary>
/// <remarks>
/// <para>After Johnson, Alahi and Fei-Fei 2016, "Perceptual Losses for Real-Time Style Transfer and Super-Resolution" (arXiv 1603.08155),
/// and its
/// supplement: two halvings, five residual blocks, two doublings, instance normalisation (Ulyanov et al. 2016) with a scale and shift a
/// style (Dumoulin,
/// Shlens and Kudlur 2017, arXiv 1610.07629). Departures, for fewer multiplications and cleaner pictures:</para>
/// <para>halvings by putting two by two pixels into the channels before a 3 x 3 convolution, instead of 9 x 9 at full size and strides;
/// nearest-neighbour
/// doubling and convolution (Odena et al. 2016) instead of transposed convolutions; 3 x 3 at the end instead of 9 x 9, its sum taken as it
/// is and cut off
/// at 0 and 255 instead of bent by tanh; every layer padded by reflection of its pixels; half as many channels.</para>
/// <para>The large one has a branch beside the second residual block's result, at an eighth of the picture's size, whose result is added
/// (after the hourglass of Newell et al. 2016, arXiv 1603.06937): a layer there reaches twice as far for a quarter of the
/// multiplications, at as many channels.</para>
/// <para>Immutable and safe to share between threads.</para>
/// </remarks>
internal sealed class TransformShape
{
    private const int ResidualBlocks = 5;
    private const int BlocksBeforeBranch = 2;
    private const int BranchBlocks = 2;
    private const int Colors = 3;

    private TransformShape(FastStyleSize size, int width)
    {
        Size = size;
        Width = width;
        List<TransformLayer> layers = [];
        int filters = 0, norms = 0;
        int first = Add("encode1", 4 * Colors, 2 * width, l => l with { Folds = true, Relu = true, Downscale = 2 });
        int stream = Add("encode2", 8 * width, 4 * width, l => l with { Relu = true, Downscale = 4 });
        for (int i = 1; i <= ResidualBlocks; i++)
        {
            stream = Residual($"residual{i}", 4 * width, stream, 4);
            if (size == FastStyleSize.Large && i == BlocksBeforeBranch) Branch();
        }
        Add("decode1", 4 * width, 2 * width, l => l with { Doubles = true, Relu = true, Downscale = 2 });
        Add("decode2", 2 * width, width, l => l with { Doubles = true, Relu = true });
        layers.Add(new TransformLayer("picture", width, Colors, filters, -1));
        Layers = layers;
        BiasOffset = filters + layers[^1].Filters;
        SharedCount = BiasOffset + Colors;
        StyleCount = norms;
        Multiple = layers.Max(l => l.Downscale);

        void Branch()
        {
            int whole = stream;
            Add("coarse1", 4 * width, 2 * width, l => l with { Folds = true, Relu = true, Downscale = 4 });
            int coarse = Add("coarse2", 8 * width, 5 * width, l => l with { Relu = true, Downscale = 8 });
            for (int i = 1; i <= BranchBlocks; i++) coarse = Residual($"coarse.residual{i}", 5 * width, coarse, 8);
            stream = Add("coarse3", 5 * width, 4 * width, l => l with { Doubles = true, Beside = whole, Downscale = 4 });
        }

        int Residual(string block, int channels, int beside, int downscale)
        {
            Add($"{block}a", channels, channels, l => l with { Relu = true, Downscale = downscale });
            return Add($"{block}b", channels, channels, l => l with { Beside = beside, Downscale = downscale });
        }

        int Add(string layer, int inputs, int outputs, Func<TransformLayer, TransformLayer> with)
        {
            layers.Add(with(new TransformLayer(layer, inputs, outputs, filters, norms)));
            filters += layers[^1].Filters;
            norms += 2 * outputs;
            return layers.Count - 1;
        }
    }

    /// <summary>16 channels at full size, 64 at a quarter: half of what Johnson et al. have.</summary>
    public static TransformShape Medium { get; } = new(FastStyleSize.Medium, 16);

    /// <summary>8 channels at full size, 32 at a quarter.</summary>
    public static TransformShape Small { get; } = new(FastStyleSize.Small, 8);

    /// <summary>The medium one with a branch of 80 channels at an eighth.</summary>
    public static TransformShape Large { get; } = new(FastStyleSize.Large, 16);

    /// <summary>All shapes.</summary>
    public static IReadOnlyList<TransformShape> All { get; } = [Small, Medium, Large];

    /// <summary>What the normalisations add to the variance: it keeps the noise of flat pictures from being blown up.</summary>
    public const float Epsilon = 1e-3f;

    public FastStyleSize Size { get; }

    public string Name => Size.ToString().ToLowerInvariant();

    /// <summary>Pictures are filled up to a multiple of this many pixels.</summary>
    public int Multiple { get; }

    /// <summary>A picture's smallest side in pixels: two at the smallest map, as one can't be reflected.</summary>
    public int LeastSide => 2 * Multiple;

    /// <summary>Channels at the picture's size.</summary>
    public int Width { get; }

    public IReadOnlyList<TransformLayer> Layers { get; }

    /// <summary>Where the three offsets of the picture's colours lie among the shared parameters, after all filters.</summary>
    public int BiasOffset { get; }

    /// <summary>Parameters that all styles share.</summary>
    public int SharedCount { get; }

    /// <summary>Parameters of each style: scales and shifts.</summary>
    public int StyleCount { get; }

    /// <summary>The shape of a size.</summary>
    public static TransformShape Of(FastStyleSize size) => All.Single(s => s.Size == size);

    /// <summary>The layer of a name that reads and writes as many channels; null where there is none.</summary>
    public TransformLayer? Like(TransformLayer layer) =>
        Layers.FirstOrDefault(l => (l.Name, l.Inputs, l.Outputs) == (layer.Name, layer.Inputs, layer.Outputs));
}
