namespace MLNetStyle.Kernels;

/// <summary>What an <see cref="EngineLayer"/> does.</summary>
public enum EngineLayerKind
{
    /// <summary>3 x 3, stride 1, padding 1, with a bias.</summary>
    Convolution,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>Maximum of 2 x 2.</summary>
    MaxPool,

    /// <summary>Mean of 2 x 2.</summary>
    AveragePool,
}
