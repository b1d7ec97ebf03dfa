using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNetStyle.Pipeline;

/// <summary>Messages for <c>MLContext.Log</c>, where a context is known.</summary>
internal static class PipelineLog
{
    public static void Write(MLContext? context, string component, Action<IChannel> write)
    {
        if (context is null) return;
        using IChannel channel = ((IHostEnvironment)context).Register(component).Start(component);
        write(channel);
    }
}
