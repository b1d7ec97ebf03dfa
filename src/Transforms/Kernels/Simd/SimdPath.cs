namespace MLNetStyle.Kernels;

/// <summary>The vector registers that the CPU engine computes with.</summary>
/// <remarks>All paths are one source, instantiated for another width; they agree within rounding, not bit by bit.</remarks>
public enum SimdPath
{
    /// <summary>One number at a time: works everywhere, slow; for tests.</summary>
    Scalar = 0,

    /// <summary>128 bits: Arm's AdvSimd, or SSE.</summary>
    Vector128 = 128,

    /// <summary>256 bits: AVX2 with FMA.</summary>
    Vector256 = 256,

    /// <summary>512 bits: AVX-512F.</summary>
    Vector512 = 512,
}
