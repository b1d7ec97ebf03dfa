namespace MLNetStyle.Kernels;

/// <summary>What one layer gives for the image at hand, and the loss's gradient there.</summary>
/// <remarks>
/// Both lie in the engine's own memory as [blocks][height][width][16]: channel c of pixel (y, x) is at
/// ((c / 16 * height + y) * width + x) * 16 + c % 16; channels above the real ones are zero in the values and are to be zero in the
/// gradient. The memory is valid until the engine is used with another size, or disposed. Not safe for use by several threads at once.
/// </remarks>
internal sealed class FeatureMap
{
    private readonly ConvolutionEngine _engine;

    internal FeatureMap(ConvolutionEngine engine, string name, int channels)
    {
        _engine = engine;
        Name = name;
        Channels = channels;
        Blocks = Layout.Blocks(channels);
    }

    /// <summary>The layer's name.</summary>
    public string Name { get; }

    /// <summary>Channels.</summary>
    public int Channels { get; }

    /// <summary>Blocks of 16 channels.</summary>
    public int Blocks { get; }

    /// <summary>Rows; 0 before the first image.</summary>
    public int Height { get; internal set; }

    /// <summary>Columns; 0 before the first image.</summary>
    public int Width { get; internal set; }

    /// <summary>Height times width.</summary>
    public long Pixels => (long)Height * Width;

    /// <summary>Floats in the blocked layout.</summary>
    public long Length => Blocks * Pixels * Layout.Block;

    internal AlignedBuffer? Memory { get; set; }

    internal AlignedBuffer? GradientMemory { get; set; }

    /// <summary>
    /// Whether the gradient takes the place of the values, which are gone once it is written: for those who don't need both at a time. Set
    /// before
    /// there is an image.
    /// </summary>
    internal bool GradientInPlace { get; set; }

    internal unsafe float* Data => (Memory ?? throw Missing()).Floats;

    internal unsafe float* GradientData
    {
        get
        {
            if (GradientInPlace) return Data;
            if (GradientMemory is null) _engine.AllocateGradients();
            return (GradientMemory ?? throw Missing()).Floats;
        }
    }

    /// <summary>The values, blocked.</summary>
    /// <exception cref="InvalidOperationException">There was no image yet, or a span can't be so long.</exception>
    public unsafe ReadOnlySpan<float> Values => new(Data, SpanLength);

    /// <summary>The gradient, blocked: to be filled before each <see cref="ConvolutionEngine.Backward(Span{float}, CancellationToken)"/>,
    /// which uses the memory up.</summary>
    /// <exception cref="InvalidOperationException">There was no image yet, or a span can't be so long.</exception>
    public unsafe Span<float> Gradient => new(GradientData, SpanLength);

    /// <summary>The address of <see cref="Values"/>, on a multiple of 64.</summary>
    public unsafe nint Address => (nint)Data;

    /// <summary>The address of <see cref="Gradient"/>, on a multiple of 64.</summary>
    public unsafe nint GradientAddress => (nint)GradientData;

    /// <summary>Copies the values out as [channels][height][width].</summary>
    /// <param name="planar">Receives them.</param>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public void CopyTo(Span<float> planar) => _engine.CopyMap(this, planar);

    /// <summary>Sets the gradient from [channels][height][width].</summary>
    /// <param name="planar">The gradient.</param>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public void SetGradient(ReadOnlySpan<float> planar) => _engine.SetGradient(this, planar);

    /// <summary>The Gram matrix F F^T, [channels][channels], without any normalisation: both halves are filled.</summary>
    /// <param name="gram">Receives it.</param>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public void Gram(Span<float> gram) => _engine.Gram(this, gram);

    /// <summary>
    /// Sets the gradient to, or adds to it, matrix times F. The gradient of a loss by the map, given D, its gradient by the Gram
    /// matrix of <see cref="Gram"/>, is that of the matrix D + D^T.
    /// </summary>
    /// <param name="matrix">[channels][channels].</param>
    /// <param name="add">Adds to what the gradient holds.</param>
    /// <exception cref="ArgumentException">The matrix has another length.</exception>
    public void MultiplyIntoGradient(ReadOnlySpan<float> matrix, bool add = false) => _engine.MultiplyIntoGradient(this, matrix, add);

    /// <summary>Gives the memory back.</summary>
    internal void Forget()
    {
        Memory?.Dispose();
        GradientMemory?.Dispose();
        Memory = GradientMemory = null;
    }

    private int SpanLength => Length <= int.MaxValue
        ? (int)Length
        : throw new InvalidOperationException($"Map '{Name}' has {Length} numbers, more than a span can hold: use {nameof(Address)} and "
            + $"{nameof(GradientAddress)}.");

    private InvalidOperationException Missing() =>
        new($"Map '{Name}' has no memory: the engine has not seen an image yet, or was disposed.");
}
