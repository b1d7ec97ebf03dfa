namespace MLNetStyle.Kernels;

/// <summary>A convolution with the ReLU and the pooling that follow it: what is computed in one go.</summary>
internal sealed class Stage : IDisposable
{
    private ReadOnlyMemory<float> _held;

    public Stage(EngineLayer convolution)
    {
        Convolution = convolution;
        Bias = new AlignedBuffer((long)Outputs * sizeof(float));
        unsafe
        {
            convolution.Bias.Span.CopyTo(new Span<float>(Bias.Floats, convolution.Outputs));
        }
    }

    public EngineLayer Convolution { get; }

    public bool Relu { get; set; }

    public PoolKind Pool { get; set; }

    /// <summary>The map before ReLU, if wanted and another one than <see cref="Full"/>.</summary>
    public FeatureMap? Plain { get; set; }

    /// <summary>The map before pooling, if wanted.</summary>
    public FeatureMap? Full { get; set; }

    /// <summary>The map after pooling, if wanted.</summary>
    public FeatureMap? Pooled { get; set; }

    public int Inputs => Layout.Padded(Convolution.Inputs);

    public int Outputs => Layout.Padded(Convolution.Outputs);

    public int Height { get; set; }

    public int Width { get; set; }

    public int OutHeight => Pool == PoolKind.None ? Height : Height / 2;

    public int OutWidth => Pool == PoolKind.None ? Width : Width / 2;

    /// <summary>The map that the next stage reads, if it is wanted.</summary>
    public FeatureMap? Output => Pool == PoolKind.None ? Full : Pooled;

    public long OutputBytes => (long)Outputs * OutHeight * OutWidth * sizeof(float);

    /// <summary>A loss looks at what is between convolution and pooling.</summary>
    public bool WantedInside => Plain is not null || Full is not null;

    public bool NeedsReluGate => Relu && (Pool != PoolKind.Max || WantedInside);

    public AlignedBuffer Bias { get; }

    public AlignedBuffer? ReluGate { get; set; }

    public AlignedBuffer? PoolGate { get; set; }

    /// <summary>Packed weights that are kept: forward, backward, and both for direct sums.</summary>
    public AlignedBuffer?[] Packed { get; } = new AlignedBuffer?[4];

    /// <summary>The filters, held from now on if they will be asked for again and again.</summary>
    public ReadOnlyMemory<float> Filters(bool hold)
    {
        if (!_held.IsEmpty) return _held;
        ReadOnlyMemory<float> filters = Convolution.Weights;
        if (hold) _held = filters;
        return filters;
    }

    public bool Direct => ConvolutionRunner.IsDirectBetter(Height, Width);

    /// <summary>Forgets what depends on the size.</summary>
    public void Forget()
    {
        ReluGate?.Dispose();
        PoolGate?.Dispose();
        ReluGate = PoolGate = null;
    }

    public void Dispose()
    {
        Forget();
        Bias.Dispose();
        foreach (AlignedBuffer? packed in Packed) packed?.Dispose();
    }
}
