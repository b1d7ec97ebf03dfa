namespace MLNetStyle.Kernels;

/// <summary>One block of an instance normalisation, with what is fused to it.</summary>
internal unsafe struct NormCall
{
    /// <summary>What a convolution left.</summary>
    public PaddedBlock Values;

    /// <summary>Where the result goes, or its gradient comes from; where <see cref="Folds"/> is set, the block of the upper left
    /// pixels.</summary>
    public PaddedBlock Target;

    /// <summary>Two by two pixels become four times as many channels (space to depth).</summary>
    public bool Folds;

    /// <summary>Where it folds: floats from one of the four pixels' channels to the next one's.</summary>
    public nint FoldStride;

    /// <summary>Sixteen factors: the style's scale divided by the deviation.</summary>
    public float* Scale;

    /// <summary>Sixteen summands.</summary>
    public float* Shift;

    public bool Relu;

    /// <summary>Added at the end; no address for nothing.</summary>
    public PaddedBlock Beside;

    /// <summary>Backward: receives the gradient by <see cref="Values"/>.</summary>
    public PaddedBlock Gradient;

    /// <summary>Backward: the sixteen means, and the inverse deviations.</summary>
    public float* Mean;

    public float* Inverse;

    /// <summary>Backward: the mean gradient, and the mean of gradient times normalised value.</summary>
    public float* MeanGradient;

    public float* MeanProduct;
}

/// <summary>The inside of one block of a padded map.</summary>
internal unsafe struct PaddedBlock
{
    /// <summary>The first pixel.</summary>
    public float* Inside;

    /// <summary>Floats from one row to the next.</summary>
    public nint Row;

    /// <summary>Pixels of a row.</summary>
    public int Width;
}
