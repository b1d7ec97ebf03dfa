using Microsoft.ML;
using MLNetStyle.Graphs;

namespace MLNetStyle.Pipeline;

/// <summary>Where an operation runs, and what to do where it can't.</summary>
internal sealed record ComputeChoice(ComputeOptions Options, MLContext? Context)
{
    /// <summary>What a transformer of a pipeline was asked for; its context's GPU where the options name none and don't ask for the
    /// CPU.</summary>
    public static ComputeChoice Of(ComputeOptions options, MLContext? context)
    {
        ComputeOptions own = options.Clone();
        if (own.GpuDeviceId is null && !own.AsksForCpu && context?.GpuDeviceId is { } common)
            (own.GpuDeviceId, own.FallbackToCpu) = (common, own.FallbackToCpu || context.FallbackToCpu);
        return new ComputeChoice(own, context);
    }

    /// <summary>What is asked of the model that is being loaded, or of all loaded models.</summary>
    public static ComputeChoice Loaded() => Of(LoadedModels.Compute, LoadScope.Current?.Context ?? LoadedModels.Context);

    /// <summary>The options with a device that was tried out; with the CPU instead, and a warning, if it can't be used and that is
    /// allowed.</summary>
    /// <exception cref="InvalidOperationException">The device can't be used; the message names it and says what is missing.</exception>
    public ComputeOptions Resolve()
    {
        ComputeDevice device = Options.Device;
        if (!device.IsCuda) return Options;
        try
        {
            GraphBuilder graph = new("probe");
            graph.Output(graph.Relu(graph.Input("x", ElementType.Float, "1")), "y");
            using GraphSession session = new(graph, new GraphSessionOptions { Device = device });
            return Options;
        }
        catch (Exception e) when (Options.FallbackToCpu && e is InvalidOperationException or DllNotFoundException)
        {
            using PipelineLog log = PipelineLog.Start(Context, "MLNetStyle", "Device");
            log.Warning("{0} can't be used, the CPU takes its place: {1}", device, e.Message);
            ComputeOptions cpu = Options.Clone();
            cpu.GpuDeviceId = null;
            return cpu;
        }
    }
}
