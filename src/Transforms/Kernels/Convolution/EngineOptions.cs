namespace MLNetStyle.Kernels;

/// <summary>How a <see cref="ConvolutionEngine"/> computes.</summary>
internal sealed class EngineOptions
{
    /// <summary>Threads, the calling one included; 0 for one a processor. The results don't depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>The vector registers; null leaves it to MLNETSTYLE_SIMD and the processor.</summary>
    public SimdPath? Path { get; init; }

    /// <summary>
    /// Whether transformed filters are kept (four times the size of the filters, for each direction: 414 MB for VGG-19 up to
    /// relu5_1) or made anew at every use (about a sixth slower).
    /// </summary>
    public bool KeepTransformedWeights { get; init; } = true;

    /// <summary>Subtracted from the image, for each of the network's three channels.</summary>
    public IReadOnlyList<float> Mean { get; init; } = [0, 0, 0];

    /// <summary>Multiplied after that.</summary>
    public IReadOnlyList<float> Scale { get; init; } = [1, 1, 1];

    /// <summary>Which plane of the image each of the network's channels is; 2, 1, 0 turns RGB to BGR.</summary>
    public IReadOnlyList<int> Planes { get; init; } = [0, 1, 2];

    internal void Validate()
    {
        ThreadCount.Check(Threads, nameof(Threads));
        if (Mean is not { Count: 3 } || !Mean.All(float.IsFinite)) throw new ArgumentException("Mean must be three finite numbers.",
            nameof(Mean));
        if (Scale is not { Count: 3 } || !Scale.All(float.IsFinite)) throw new ArgumentException("Scale must be three finite numbers.",
            nameof(Scale));
        if (Planes is not { Count: 3 }
            || !Planes.Order().SequenceEqual([0, 1, 2])) throw new ArgumentException("Planes must be 0, 1 and 2 in some order.",
            nameof(Planes));
    }
}
