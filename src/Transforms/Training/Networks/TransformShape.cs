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
/// <para>Immutable and safe to share between threads.</para>
/// </remarks>
internal sealed class TransformShape
{
    private const int ResidualBlocks = 5;
    private const int Colors = 3;

    private TransformShape(string name, int width)
    {
        Name = name;
        Width = width;
        List<TransformLayer> layers = [];
        int filters = 0, norms = 0;
        int first = Add("encode1", 4 * Colors, 2 * width, l => l with { Folds = true, Relu = true, Downscale = 2 });
        int stream = Add("encode2", 8 * width, 4 * width, l => l with { Relu = true, Downscale = 4 });
        for (int i = 1; i <= ResidualBlocks; i++)
        {
            Add($"residual{i}a", 4 * width, 4 * width, l => l with { Relu = true, Downscale = 4 });
            int beside = stream;
            stream = Add($"residual{i}b", 4 * width, 4 * width, l => l with { Beside = beside, Downscale = 4 });
        }
        Add("decode1", 4 * width, 2 * width, l => l with { Doubles = true, Relu = true, Downscale = 2 });
        Add("decode2", 2 * width, width, l => l with { Doubles = true, Relu = true });
        layers.Add(new TransformLayer("picture", width, Colors, filters, -1));
        Layers = layers;
        BiasOffset = filters + layers[^1].Filters;
        SharedCount = BiasOffset + Colors;
        StyleCount = norms;

        int Add(string layer, int inputs, int outputs, Func<TransformLayer, TransformLayer> with)
        {
            layers.Add(with(new TransformLayer(layer, inputs, outputs, filters, norms)));
            filters += layers[^1].Filters;
            norms += 2 * outputs;
            return layers.Count - 1;
        }
    }

    /// <summary>16 channels at full size, 64 at a quarter: half of what Johnson et al. have.</summary>
    public static TransformShape Medium { get; } = new("medium", 16);

    /// <summary>8 channels at full size, 32 at a quarter.</summary>
    public static TransformShape Small { get; } = new("small", 8);

    /// <summary>All shapes.</summary>
    public static IReadOnlyList<TransformShape> All { get; } = [Medium, Small];

    /// <summary>What the normalisations add to the variance: it keeps the noise of flat pictures from being blown up.</summary>
    public const float Epsilon = 1e-3f;

    /// <summary>Pictures are filled up to a multiple of this many pixels.</summary>
    public const int Multiple = 4;

    public string Name { get; }

    /// <summary>Channels at the picture's size.</summary>
    public int Width { get; }

    public IReadOnlyList<TransformLayer> Layers { get; }

    /// <summary>Where the three offsets of the picture's colours lie among the shared parameters, after all filters.</summary>
    public int BiasOffset { get; }

    /// <summary>Parameters that all styles share.</summary>
    public int SharedCount { get; }

    /// <summary>Parameters of each style: scales and shifts.</summary>
    public int StyleCount { get; }
}
