namespace MLNetStyle.Kernels;

/// <summary>One 3 x 3 convolution (stride 1, padding 1) of a blocked map, with what is fused to it.</summary>
internal unsafe struct ConvolutionCall
{
    /// <summary>Channels that are read; a multiple of 16.</summary>
    public int Inputs;

    /// <summary>Channels that are written; a multiple of 16.</summary>
    public int Outputs;

    public int Height;

    public int Width;

    /// <summary>Sums of nine products instead of Winograd's transforms.</summary>
    public bool Direct;

    /// <summary>Packed as <see cref="KernelSet.PackWeights"/> does.</summary>
    public float* Weights;

    /// <summary>The map that is read; where <see cref="Unpool"/> is set, one of half the height and width.</summary>
    public float* Source;

    /// <summary>Each pixel read is the pooled one above it, times <see cref="SourceScale"/>, where <see cref="SourceGate"/> lets it
    /// through.</summary>
    public bool Unpool;

    public float SourceScale;

    public ushort* SourceGate;

    /// <summary>The gradient's way: no bias, ReLU and pooling, but gates and sums.</summary>
    public bool Backward;

    /// <summary>Added before everything else; a float an output channel.</summary>
    public float* Bias;

    public bool Relu;

    public PoolKind Pool;

    /// <summary>Receives the sums before ReLU; null if not wanted.</summary>
    public float* Plain;

    /// <summary>Receives the full-size result: after ReLU on the way forward; null if only the pooled map is wanted.</summary>
    public float* Target;

    /// <summary>Receives the pooled map.</summary>
    public float* Pooled;

    /// <summary>Receives a bit a value, set where ReLU lets it through; null if not wanted.</summary>
    public ushort* ReluGate;

    /// <summary>Receives a bit a value, set where the value is its window's maximum and ReLU (if any) lets it through; null if not
    /// wanted.</summary>
    public ushort* PoolGate;

    /// <summary>Backward: added before the gate; may be <see cref="Target"/> itself.</summary>
    public float* Before;

    /// <summary>Backward: what passes.</summary>
    public ushort* Gate;

    /// <summary>Backward: added after the gate.</summary>
    public float* After;

    /// <summary>Tiles of 4 x 4 outputs side by side.</summary>
    public readonly int TilesAcross => (Width + 3) / 4;

    public readonly int Tiles => TilesAcross * ((Height + 3) / 4);

    /// <summary>Matrix products a tile: points of Winograd's transform, or outputs.</summary>
    public readonly int Points => Direct ? 16 : 36;

    /// <summary>Blocks of 16 that each product sums over.</summary>
    public readonly int Depth => Inputs / Layout.Block * (Direct ? 9 : 1);

    /// <summary>Floats from one point's weights to the next one's.</summary>
    public readonly long WeightStride => Direct ? 0 : (long)Inputs * Outputs;
}

/// <summary>What follows a convolution.</summary>
internal enum PoolKind
{
    None,
    Max,
    Average,
}
