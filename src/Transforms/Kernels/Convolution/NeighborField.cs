namespace MLNetStyle.Kernels;

/// <summary>The vectors that a map's pixels are compared with, and which of them each pixel was matched to.</summary>
/// <remarks>Not safe for use by several threads at once.</remarks>
internal sealed unsafe class NeighborField : IDisposable
{
    private AlignedBuffer? _packed, _rows, _prices, _mean, _second;

    /// <summary>How many vectors there are.</summary>
    public int Count { get; private set; }

    /// <summary>For each pixel the number of its vector.</summary>
    public int[] Index { get; private set; } = [];

    /// <summary>For each pixel what it counts.</summary>
    public float[] Weight { get; private set; } = [];

    /// <summary>For each pixel the share that the kept copy has in what is searched for, 0 to 1.</summary>
    public float[] Share { get; private set; } = [];

    /// <summary>For each pixel the length of what was kept or searched for last.</summary>
    public float[] Length { get; private set; } = [];

    /// <summary>For each pixel the cosine of what was searched for, about the mean, with the vector that was found.</summary>
    public float[] Cosine { get; private set; } = [];

    /// <summary>What each vector's cosine is lessened by in a search; at first 0.</summary>
    public Span<float> Prices => new(_prices!.Floats, Count);

    /// <summary>Takes vectors.</summary>
    /// <param name="kernels">Says in which order they are multiplied.</param>
    /// <param name="units">[count][channels], of unit length.</param>
    /// <param name="mean">What they are seen from, as long as the channels.</param>
    public void Set(KernelSet kernels, ReadOnlySpan<float> units, ReadOnlySpan<float> mean)
    {
        int channels = mean.Length, wide = Layout.Padded(channels), count = units.Length / channels, padded = Layout.Padded(count);
        _packed?.Dispose();
        _rows?.Dispose();
        _prices?.Dispose();
        _mean?.Dispose();
        (_packed, _rows) = (new AlignedBuffer((long)padded * wide * sizeof(float)), new AlignedBuffer((long)padded * wide * sizeof(float)));
        (_prices, _mean) = (new AlignedBuffer((long)padded * sizeof(float)), new AlignedBuffer((long)wide * sizeof(float)));
        mean.CopyTo(new Span<float>(_mean.Floats, channels));
        new Span<float>(_prices.Floats, padded).Fill(float.PositiveInfinity);
        new Span<float>(_prices.Floats, count).Clear();
        for (int i = 0; i < count; i++)
            units.Slice(i * channels, channels).CopyTo(new Span<float>(_rows.Floats + (nint)i * wide, channels));
        kernels.PackVectors(_rows.Floats, wide, padded, _packed.Floats);
        Count = count;
    }

    /// <summary>Makes room for the pixels of a map, and for a copy of one that is searched for beside it.</summary>
    public void Reserve(FeatureMap map)
    {
        if (Index.Length != map.Pixels) (Index, Weight, Share, Length, Cosine) = (new int[map.Pixels], new float[map.Pixels],
            new float[map.Pixels], new float[map.Pixels], new float[map.Pixels]);
        long bytes = map.Length * sizeof(float);
        if (_second?.Bytes == bytes) return;
        _second?.Dispose();
        _second = new AlignedBuffer(bytes);
    }

    /// <summary>The copy.</summary>
    public float* Second => _second!.Floats;

    public NeighborCall Call(FeatureMap map) => new()
    {
        Channels = map.Blocks * Layout.Block,
        Padded = Layout.Padded(Count),
        Packed = _packed!.Floats,
        Rows = _rows!.Floats,
        Prices = _prices!.Floats,
        Mean = _mean!.Floats,
        Map = map.Data,
        Pixels = map.Pixels,
    };

    public void Dispose()
    {
        _packed?.Dispose();
        _rows?.Dispose();
        _prices?.Dispose();
        _mean?.Dispose();
        _second?.Dispose();
    }
}
