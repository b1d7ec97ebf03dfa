using System.Runtime.Intrinsics.Arm;

namespace MLNetStyle.Stylization;

/// <summary>Chooses the engine of a run.</summary>
internal static class StyleEngines
{
    /// <summary>The engine that options ask for.</summary>
    /// <exception cref="ArgumentException">The CPU engine is asked for, but does not know the network.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the vector registers asked for.</exception>
    public static IStyleEngine Choose(Network network, StylizationOptions options) => options.Compute.Engine switch
    {
        EngineKind.Onnx => Onnx(network, options),
        EngineKind.Cpu => Cpu(network, options),
        _ => options.Compute.GpuDeviceId is null && CpuEngine.Refusal(network) is null && Profits(options.Compute.VectorPath)
            ? Cpu(network, options) : Onnx(network, options),
    };

    /// <summary>Whether the CPU engine is faster than ONNX Runtime here; a path that somebody asks for is taken to be.</summary>
    private static bool Profits(SimdPath? asked) => asked is not null || SimdPaths.Choose() switch
    {
        SimdPath.Vector512 or SimdPath.Vector256 => true,
        SimdPath.Vector128 => AdvSimd.Arm64.IsSupported,
        _ => false,
    };

    private static CpuEngine Cpu(Network network, StylizationOptions options) =>
        new(network, options.Compute.Threads, options.Compute.VectorPath, options.Compute.KeepTransformedWeights);

    private static OnnxEngine Onnx(Network network, StylizationOptions options) =>
        new(network, options.Compute.Device, options.Compute.Threads);
}
