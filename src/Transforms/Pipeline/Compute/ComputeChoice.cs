using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetStyle.Graphs;

namespace MLNetStyle.Pipeline;

/// <summary>Where an operation runs, and what to do where it can't.</summary>
internal sealed record ComputeChoice(ComputeDevice Device, bool FallbackToCpu, int Threads, MLContext? Context)
{
    public static ComputeChoice Of(FeatureNetworkOptions options, MLContext? context) =>
        Of(options.GpuDeviceId, ComputeDevice.Cpu, options.FallbackToCpu, options.Threads, context);

    public static ComputeChoice Of(StyleTransferOptions options, MLContext? context) =>
        Of(options.GpuDeviceId, options.Device, options.FallbackToCpu, options.Threads,
            // Who asks for the CPU engine does not mean the GPU that the context happens to name.
            options.Engine == EngineKind.Cpu || options.VectorPath is not null ? null : context) with
        { Context = context };

    public static ComputeChoice Loaded() => new(LoadedModels.Device, LoadedModels.FallbackToCpu, LoadedModels.Threads, null);

    /// <summary>The device, tried out; the CPU instead, with a warning, if it can't be used and that is allowed.</summary>
    /// <exception cref="InvalidOperationException">The device can't be used; the message names it and says what is missing.</exception>
    public ComputeDevice Resolve()
    {
        if (!Device.IsCuda) return Device;
        try
        {
            GraphBuilder graph = new("probe");
            graph.Output(graph.Relu(graph.Input("x", ElementType.Float, "1")), "y");
            using GraphSession session = new(graph, new GraphSessionOptions { Device = Device });
            return Device;
        }
        catch (Exception e) when (FallbackToCpu && e is InvalidOperationException or DllNotFoundException)
        {
            PipelineLog.Write(Context, "MLNetStyle", channel => channel.Warning(
                MessageSensitivity.None, "{0} can't be used, the CPU takes its place: {1}", Device, e.Message));
            return ComputeDevice.Cpu;
        }
    }

    private static ComputeChoice Of(int? gpu, ComputeDevice device, bool fallback, int threads, MLContext? context)
    {
        if ((gpu ?? device.Ordinal) is { } named) return new ComputeChoice(ComputeDevice.Cuda(named), fallback, threads, context);
        return context?.GpuDeviceId is { } common
            ? new ComputeChoice(ComputeDevice.Cuda(common), fallback || context.FallbackToCpu, threads, context)
            : new ComputeChoice(ComputeDevice.Cpu, fallback, threads, context);
    }
}
