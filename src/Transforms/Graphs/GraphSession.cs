using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using MLNetStyle.Graphs.Onnx;

namespace MLNetStyle.Graphs;

/// <summary>A graph made ready to run on ONNX Runtime.</summary>
/// <remarks>
/// One session serves inputs of any size that the graph's shapes allow. Runs on several threads at once are safe, as long as they
/// use different tensors; each takes its own memory for what is in between. A session that is disposed while it runs takes no new run and
/// gives its memory back when the last one has ended.
/// </remarks>
internal sealed class GraphSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly HashSet<string> _outputs;
    private readonly SessionWeights _weights;
    private readonly Lock _gate = new();
    private int _runs;
    private bool _disposed;

    static GraphSession() => Telemetry.TurnOff();

    /// <summary>Prepares a graph.</summary>
    /// <param name="graph">The graph, with its outputs declared; later changes to it have no effect on the session.</param>
    /// <param name="options">The options; null for the CPU with all its cores.</param>
    /// <exception cref="InvalidOperationException">
    /// The graph has no output, ONNX Runtime's native library or the device is not available, or ONNX Runtime refuses the graph; the
    /// message says why.
    /// </exception>
    public GraphSession(GraphBuilder graph, GraphSessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        options ??= new GraphSessionOptions();
        if (graph.Proto.Output.Count == 0) throw new InvalidOperationException($"The graph '{graph.Proto.Name}' has no output; declare "
            + $"one with {nameof(GraphBuilder.Output)}.");
        Device = options.Device;
        _outputs = [.. graph.Proto.Output.Select(o => o.Name)];
        using SessionOptions settings = Settings(options);
        ModelProto model = OnnxFormat.Of(graph, withWeights: false);
        _weights = new SessionWeights(graph.Weights.Values, model.Graph, settings);
        try
        {
            _session = new InferenceSession(model.ToByteArray(), settings);
        }
        catch (OnnxRuntimeException e)
        {
            _weights.Dispose();
            throw new InvalidOperationException($"ONNX Runtime can't prepare the graph '{graph.Proto.Name}' for {options.Device}: "
                + $"{e.Message}", e);
        }
    }

    /// <summary>Where the session computes.</summary>
    public ComputeDevice Device { get; }

    /// <summary>The names of the outputs.</summary>
    public IReadOnlyCollection<string> Outputs => _outputs;

    /// <summary>Those of some values that the graph has an input for.</summary>
    /// <param name="values">The values by name.</param>
    public IReadOnlyDictionary<string, GraphTensor> Known(IReadOnlyDictionary<string, GraphTensor> values) =>
        values.Where(v => _session.InputMetadata.ContainsKey(v.Key)).ToDictionary();

    /// <summary>Computes outputs into buffers of the caller's.</summary>
    /// <param name="inputs">The inputs by name.</param>
    /// <param name="outputs">Tensors of the right shapes for the outputs that are wanted, by name; only these are computed.</param>
    /// <param name="cancellation">Ends the run early, within about one operator's time.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled; the contents of the outputs are undefined.</exception>
    /// <exception cref="InvalidOperationException">A name, shape or type does not fit the graph, or the computation failed.</exception>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    public void Run(IReadOnlyDictionary<string, GraphTensor> inputs, IReadOnlyDictionary<string, GraphTensor> outputs,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        foreach (string name in outputs.Keys)
        {
            if (!_outputs.Contains(name)) throw new InvalidOperationException($"The graph has no output '{name}'; it has "
                + $"{string.Join(", ", _outputs)}.");
        }
        using Bound given = new(inputs), wanted = new(outputs);
        Guarded(cancellation, run =>
        {
            _session.Run(run, given.Names, given.Values, wanted.Names, wanted.Values);
            return true;
        });
    }

    /// <summary>Computes one output whose shape is not known beforehand.</summary>
    /// <param name="inputs">The inputs by name.</param>
    /// <param name="output">The output's name.</param>
    /// <param name="cancellation">Ends the run early, within about one operator's time.</param>
    /// <returns>The output in a new buffer.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="InvalidOperationException">A name, shape or type does not fit the graph, or the computation failed.</exception>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    public GraphTensor Run(IReadOnlyDictionary<string, GraphTensor> inputs, string output, CancellationToken cancellation = default) =>
        Run(inputs, [output], cancellation)[0];

    /// <summary>Computes outputs whose shapes are not known beforehand.</summary>
    /// <param name="inputs">The inputs by name.</param>
    /// <param name="outputs">The outputs' names.</param>
    /// <param name="cancellation">Ends the run early, within about one operator's time.</param>
    /// <returns>The outputs in new buffers, in the order of their names.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="InvalidOperationException">A name, shape or type does not fit the graph, or the computation failed.</exception>
    /// <exception cref="ObjectDisposedException">The session has been disposed.</exception>
    public GraphTensor[] Run(IReadOnlyDictionary<string, GraphTensor> inputs, IReadOnlyList<string> outputs,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        using Bound given = new(inputs);
        return Guarded(cancellation, run =>
        {
            using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(run, given.Names, given.Values, outputs);
            return results.Select(Copy).ToArray();
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        bool idle;
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            idle = _runs == 0;
        }
        if (idle) Release();
        GC.SuppressFinalize(this);
    }

    private void Enter()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _runs++;
        }
    }

    private void Leave()
    {
        bool last;
        lock (_gate) last = --_runs == 0 && _disposed;
        if (last) Release();
    }

    private void Release()
    {
        _session.Dispose();
        _weights.Dispose();
    }

    private T Guarded<T>(CancellationToken cancellation, Func<RunOptions, T> run)
    {
        cancellation.ThrowIfCancellationRequested();
        Enter();
        try
        {
            using RunOptions options = new();
            using CancellationTokenRegistration registration = cancellation.Register(() => options.Terminate = true);
            return run(options);
        }
        catch (OnnxRuntimeException e)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new InvalidOperationException($"ONNX Runtime can't run the graph: {e.Message}", e);
        }
        finally
        {
            Leave(); // the weights are pinned for as long
        }
    }

    private static GraphTensor Copy(OrtValue value)
    {
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        return info.ElementDataType switch
        {
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float =>
                new GraphTensor(value.GetTensorDataAsSpan<float>().ToArray(), info.Shape),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int64 =>
                new GraphTensor(value.GetTensorDataAsSpan<long>().ToArray(), info.Shape),
            var other => throw new InvalidOperationException($"An output has elements of the type {other}; floats and 64-bit integers "
                + $"can be read."),
        };
    }

    private static SessionOptions Settings(GraphSessionOptions options)
    {
        SessionOptions settings = NewOptions();
        settings.EnableMemoryPattern = false;
        settings.IntraOpNumThreads = options.Threads;
        settings.InterOpNumThreads = 1;
        settings.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
        if (!options.Spinning) settings.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        if (options.Device.Ordinal is { } ordinal) AddCuda(settings, ordinal);
        return settings;
    }

    // The first call into ONNX Runtime of a program.
    private static SessionOptions NewOptions()
    {
        try
        {
            return new SessionOptions();
        }
        catch (Exception e) when (e.GetBaseException() is DllNotFoundException or BadImageFormatException)
        {
            throw new InvalidOperationException(
                "ONNX Runtime's native library is missing or is for another machine. Add the package Microsoft.ML.OnnxRuntime to the "
                    + "program " +
                $"(with CUDA: Microsoft.ML.OnnxRuntime.Gpu); the library has to be the one for {RuntimeInformation.RuntimeIdentifier}.", e);
        }
    }

    private static void AddCuda(SessionOptions settings, int ordinal)
    {
        try
        {
            settings.AppendExecutionProvider_CUDA(ordinal);
        }
        catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException)
        {
            settings.Dispose();
            throw new InvalidOperationException(
                $"The device cuda:{ordinal} is not available: "
                    + $"{(e is EntryPointNotFoundException ? "this ONNX Runtime is the one without CUDA." : e.Message.Trim())} Install "
                    + $"the package Microsoft.ML.OnnxRuntime.Gpu with the CUDA " +
                "and cuDNN versions that it asks for and an NVIDIA driver, or choose the device cpu.", e);
        }
    }

    /// <summary>Tensors handed to ONNX Runtime for the time of a run.</summary>
    private sealed class Bound : IDisposable
    {
        private readonly List<OrtValue> _values = [];

        public Bound(IReadOnlyDictionary<string, GraphTensor> tensors)
        {
            Names = [.. tensors.Keys];
            foreach (GraphTensor tensor in tensors.Values) _values.Add(tensor.ToOrtValue());
        }

        public string[] Names { get; }

        public IReadOnlyCollection<OrtValue> Values => _values;

        public void Dispose()
        {
            foreach (OrtValue value in _values) value.Dispose();
        }
    }
}

/// <summary>How a <see cref="GraphSession"/> computes.</summary>
/// <remarks>Immutable once made and safe to share between threads.</remarks>
internal sealed record GraphSessionOptions
{
    /// <summary>The device; the CPU if nothing is said.</summary>
    public ComputeDevice Device { get; init; } = ComputeDevice.Cpu;

    /// <summary>
    /// Whether threads that wait for work keep their core busy for a while: faster in long graphs, but in the way of other threads that
    /// compute in turn with the session. On if nothing is said.
    /// </summary>
    public bool Spinning { get; init; } = true;

    /// <summary>How many threads compute on the CPU; 0 for one on each core.</summary>
    public int Threads
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }
}
