using MLNetStyle.Graphs;
using MLNetStyle.Kernels;

namespace MLNetStyle;

/// <summary>Where and how a network is computed. None of it decides what the picture shows, and none of it is saved with a model.</summary>
/// <remarks>
/// Whoever takes options takes a copy, so later changes do not reach it. Not safe for use by several threads while it is being changed.
/// </remarks>
public sealed class ComputeOptions
{
    /// <summary>
    /// The number of the CUDA GPU to run on, from 0. Null is the CPU; in ML.NET it takes <c>MLContext.GpuDeviceId</c> of the context that
    /// the
    /// estimator was given, if there is one. Default null.
    /// </summary>
    public int? GpuDeviceId { get; set; }

    /// <summary>
    /// Whether the CPU takes the place of a GPU that can't be used, with a warning in <c>MLContext.Log</c>; else it is an error.
    /// <c>MLContext.FallbackToCpu</c>, which is on unless it is turned off, says the same for a GPU that only the context names. For the
    /// ML.NET
    /// components. Default no.
    /// </summary>
    public bool FallbackToCpu { get; set; }

    /// <summary>The number of threads, 0 to 1024; 0 takes every core. Default 0.</summary>
    public int Threads { get; set; }

    /// <summary>
    /// How many rows an ML.NET transform paints at the same time, 0 to 1024, where several threads read them: each takes a session of its
    /// own, with the memory of a picture (see <see cref="Stylizer.EstimateMemory"/>) and a copy of the transformed filters. A row that is
    /// alone has all <see cref="Threads"/> and a session for that; those that come beside it share the cores out. 0 takes one for each core
    /// where pictures have at most 256 x 256 pixels, the CPU engine computes, <see cref="Threads"/> is 0 and a quarter of the memory
    /// suffices; else one. Default 0.
    /// </summary>
    public int Sessions { get; set; }

    /// <summary>What computes. The CPU engine and a GPU contradict each other. Default the faster one.</summary>
    public EngineKind Engine { get; set; }

    /// <summary>
    /// The vector registers that the CPU engine uses; null takes those that the environment variable MLNETSTYLE_SIMD names, else the
    /// widest.
    /// Not for the engine <see cref="EngineKind.Onnx"/>, which finds its own. Default null.
    /// </summary>
    public SimdPath? VectorPath { get; set; }

    /// <summary>
    /// Whether the CPU engine keeps transformed filters, or makes them at each use: a few percent slower, and for VGG-19 400 MB less
    /// memory.
    /// Default yes.
    /// </summary>
    public bool KeepTransformedWeights { get; set; } = true;

    /// <summary>
    /// Whether the whole process's managed memory is collected, compacted and given back to the system before the largest size of a picture
    /// of
    /// 400 x 300 pixels or more: 50 MB less at the peak with VGG-19, for a pause of every thread. For programs of one purpose. Default no;
    /// the
    /// command line does it.
    /// </summary>
    public bool TrimMemory { get; set; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range or contradicts another.</exception>
    public void Validate()
    {
        if (GpuDeviceId < 0)
            throw new ArgumentException($"{nameof(GpuDeviceId)} is {GpuDeviceId}; GPUs are counted from 0, and null is the CPU.",
                nameof(GpuDeviceId));
        ThreadCount.Check(Threads, nameof(Threads));
        if (Sessions is < 0 or > ThreadCount.Max)
            throw new ArgumentException($"{nameof(Sessions)} is {Sessions}; allowed is 0 to {ThreadCount.Max} (0 decides by the pictures' "
                + "size).", nameof(Sessions));
        if (!Enum.IsDefined(Engine))
            throw new ArgumentException($"{nameof(Engine)} is {Engine}; it must be one of "
                + $"{string.Join(", ", Enum.GetNames<EngineKind>())}.", nameof(Engine));
        if (Engine == EngineKind.Cpu && GpuDeviceId is { } gpu)
        {
            throw new ArgumentException(
                $"{nameof(GpuDeviceId)} is {gpu}, but {nameof(Engine)} is {Engine}, and only the ONNX graph runs on a GPU. Leave one of "
                    + $"them out.", nameof(Engine));
        }
        if (VectorPath is not { } path) return;
        if (!Enum.IsDefined(path))
            throw new ArgumentException($"{nameof(VectorPath)} is {path}; it must be one of "
                + $"{string.Join(", ", Enum.GetNames<SimdPath>())}.", nameof(VectorPath));
        if (Engine == EngineKind.Onnx || GpuDeviceId is not null)
        {
            throw new ArgumentException(
                $"{nameof(VectorPath)} is {path}, but only the CPU engine has a choice of it. Leave it out, or choose the engine Cpu and "
                    + $"no GPU.", nameof(VectorPath));
        }
    }

    /// <summary>Where the graph runs.</summary>
    internal ComputeDevice Device => GpuDeviceId is { } gpu ? ComputeDevice.Cuda(gpu) : ComputeDevice.Cpu;

    /// <summary>Whether the CPU is asked for, so that a GPU which the context happens to name isn't meant.</summary>
    internal bool AsksForCpu => Engine == EngineKind.Cpu || VectorPath is not null;

    internal ComputeOptions Clone() => (ComputeOptions)MemberwiseClone();
}
