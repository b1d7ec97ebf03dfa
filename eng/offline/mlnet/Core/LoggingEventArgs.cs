using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed class LoggingEventArgs : EventArgs
{
    internal LoggingEventArgs(string source, ChannelMessageKind kind, string message, string rawMessage) =>
        (Source, Kind, Message, RawMessage) = (source, kind, message, rawMessage);

    public string Message { get; }
    public ChannelMessageKind Kind { get; }
    public string Source { get; }
    public string RawMessage { get; }
}
