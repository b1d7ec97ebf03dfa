using MLNetStyle.Stylization;

namespace MLNetStyle;

/// <summary>What computes the network, the losses and the gradient.</summary>
public enum EngineKind
{
    /// <summary>
    /// <see cref="Cpu"/> on the CPU where that is faster (AVX2 with FMA or wider, or 64-bit Arm) and the network suits it; else
    /// <see cref="Onnx"/>.
    /// </summary>
    Auto,

    /// <summary>This library's own convolutions: <see cref="CpuEngine"/>.</summary>
    Cpu,

    /// <summary>One graph on ONNX Runtime, on the CPU or on CUDA: <see cref="OnnxEngine"/>.</summary>
    Onnx,
}
