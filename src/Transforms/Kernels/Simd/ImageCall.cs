namespace MLNetStyle.Kernels;

/// <summary>The first convolution: planar image in, blocked map out.</summary>
internal unsafe struct ImageCall
{
    public const int Channels = 3;

    /// <summary>Products that an output sums.</summary>
    public const int Taps = 9 * Channels;

    public int Outputs;

    public int Height;

    public int Width;

    /// <summary>The preprocessed image with a border of one zero, rows of <see cref="Pitch"/> floats.</summary>
    public float* Image;

    public int Pitch;

    /// <summary>[block][tap][16].</summary>
    public float* Weights;

    public float* BackwardWeights;

    public float* Bias;

    public bool Relu;

    public float* Plain;

    public float* Target;

    public ushort* ReluGate;

    /// <summary>Backward: the gradient that is read.</summary>
    public float* Source;

    /// <summary>Backward: the network's channel's plane in the gradient.</summary>
    public fixed long Planes[Channels];

    /// <summary>Backward: what the network's channel's gradient is multiplied by.</summary>
    public fixed float Scales[Channels];

    public float* Gradient;

    public readonly long Plane => (long)Pitch * (Height + 2);
}
