namespace Microsoft.ML.Runtime;

internal sealed class Host(string name, Random random, Action<LoggingEventArgs> log, ComponentCatalog catalog) : IHost
{
    public string ContextDescription => name;
    public ComponentCatalog ComponentCatalog => catalog;
    public Random Rand => random;
    public TException Process<TException>(TException ex) where TException : Exception => ex;

    public IHost Register(string name, int? seed = null, bool? verbose = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new Host(name, new Random(seed ?? random.Next()), log, catalog);
    }

    public IChannel Start(string name) => new Channel($"{ContextDescription}; {name}", log);
    public IProgressChannel StartProgressChannel(string name) => new ProgressChannel();

    public IPipe<TMessage> StartPipe<TMessage>(string name) =>
        Start(name) as IPipe<TMessage> ?? throw new NotSupportedException($"The stand-in has no pipe of {typeof(TMessage)}.");

    private sealed class Channel(string source, Action<LoggingEventArgs> log) : IChannel
    {
        public string ContextDescription => source;
        public TException Process<TException>(TException ex) where TException : Exception => ex;
        public void Send(ChannelMessage msg) => log(new(source, msg.Kind, $"[Source={source}, Kind={msg.Kind}] {msg.Message}", msg.Message));
        public void Trace(MessageSensitivity sensitivity, string fmt) => Send(new(ChannelMessageKind.Trace, sensitivity, fmt));
        public void Trace(MessageSensitivity sensitivity, string fmt, params object[] args) => Trace(sensitivity, string.Format(fmt, args));
        public void Info(MessageSensitivity sensitivity, string fmt) => Send(new(ChannelMessageKind.Info, sensitivity, fmt));
        public void Info(MessageSensitivity sensitivity, string fmt, params object[] args) => Info(sensitivity, string.Format(fmt, args));
        public void Warning(MessageSensitivity sensitivity, string fmt) => Send(new(ChannelMessageKind.Warning, sensitivity, fmt));
        public void Warning(MessageSensitivity sensitivity, string fmt, params object[] args) => Warning(sensitivity, string.Format(fmt, args));
        public void Error(MessageSensitivity sensitivity, string fmt) => Send(new(ChannelMessageKind.Error, sensitivity, fmt));
        public void Error(MessageSensitivity sensitivity, string fmt, params object[] args) => Error(sensitivity, string.Format(fmt, args));
        public void Dispose() { }
    }

    // Progress does not reach MLContext.Log, and nothing else listens to it.
    private sealed class ProgressChannel : IProgressChannel
    {
        public void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction) { }
        public void Checkpoint(params double?[] values) { }
        public IProgressChannel StartProgressChannel(string name) => new ProgressChannel();
        public void Dispose() { }
    }
}
