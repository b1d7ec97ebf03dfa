using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNetStyle.Pipeline;

/// <summary>A channel of <c>MLContext.Log</c> for one piece of work, opened before the work; silent where no context is known.</summary>
internal sealed class PipelineLog : IDisposable
{
    private readonly IChannel? _channel;

    private PipelineLog(IChannel? channel) => _channel = channel;

    /// <summary>Opens a channel.</summary>
    /// <param name="context">The context; null for none.</param>
    /// <param name="component">Who works.</param>
    /// <param name="work">What it does: Fit, Transform.</param>
    public static PipelineLog Start(MLContext? context, string component, string work) =>
        new(context is null ? null : ((IHostEnvironment)context).Register(component).Start(work));

    public void Info(string format, params object?[] values) => _channel?.Info(MessageSensitivity.None, format, values);

    public void Warning(string format, params object?[] values) => _channel?.Warning(MessageSensitivity.None, format, values);

    /// <summary>Warns with names of files or other things of the data.</summary>
    public void WarnOfData(string format, params object?[] values) => _channel?.Warning(MessageSensitivity.UserData, format, values);

    public void Dispose() => _channel?.Dispose();
}
