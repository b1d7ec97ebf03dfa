using System.Collections.Concurrent;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed class MLContext : IHostEnvironment
{
    private readonly Host _host;
    private readonly ConcurrentDictionary<string, object> _options = [];

    public MLContext(int? seed = null)
    {
        _host = new("MLContext", seed is { } value ? new Random(value) : new Random(), message => Log?.Invoke(this, message), new());
        Data = new(this);
        Model = new(this);
        Transforms = new(this);
    }

    public event EventHandler<LoggingEventArgs> Log;

    public DataOperationsCatalog Data { get; }
    public ModelOperationsCatalog Model { get; }
    public TransformsCatalog Transforms { get; }
    public ComponentCatalog ComponentCatalog => _host.ComponentCatalog;
    public string TempFilePath { get; set; } = Path.GetTempPath();
    public int? GpuDeviceId { get; set; }
    public bool FallbackToCpu { get; set; } = true;

    public void SetOption<T>(string name, T value) => _options[name] = value;
    public bool TryAddOption<T>(string name, T value) => _options.TryAdd(name, value);
    public bool RemoveOption(string name) => _options.TryRemove(name, out _);
    public T GetOptionOrDefault<T>(string name) => TryGetOption(name, out T value) ? value : default;

    public bool TryGetOption<T>(string name, out T value)
    {
        bool found = _options.TryGetValue(name, out object kept) && kept is T;
        value = found ? (T)kept : default;
        return found;
    }

    string IExceptionContext.ContextDescription => "MLContext";
    TException IExceptionContext.Process<TException>(TException ex) => ex;
    IChannel IChannelProvider.Start(string name) => _host.Start(name);
    IPipe<TMessage> IChannelProvider.StartPipe<TMessage>(string name) => _host.StartPipe<TMessage>(name);
    IProgressChannel IProgressChannelProvider.StartProgressChannel(string name) => _host.StartProgressChannel(name);
    IHost IHostEnvironment.Register(string name, int? seed, bool? verbose) => _host.Register(name, seed, verbose);
}
