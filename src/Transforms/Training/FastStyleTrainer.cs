using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using System.Security.Cryptography;
using System.Text;
using MLNetStyle.Networks;
using MLNetStyle.Optimization;

namespace MLNetStyle.Training;

/// <summary>Trains a network of fast styles (Johnson et al. 2016; Dumoulin et al. 2017) with the losses of
/// <see cref="Stylizer"/>.</summary>
/// <remarks>
/// A step takes a few photographs, each with the next style in turn, and one more with the norms that give it back, which no loss network
/// looks at; what they give is summed in one order, so that the number of threads changes nothing. Everything that is drawn depends on the
/// seed and the step alone, so that a training which goes on from a checkpoint does what it would have done without the stop. Not safe for
/// use by several threads.
/// </remarks>
internal sealed class FastStyleTrainer : IDisposable
{
    /// <summary>A scale and shift touch a whole map: they take larger steps than a weight.</summary>
    private const double NormRate = 8;

    private const int WarmUp = 40;
    private const int Remembered = 64;
    private const int ValidationPhotographs = 8;
    private const double LeastRate = 0.02;
    private const double Improvement = 1e-3;

    private readonly FastStyleTrainingOptions _options;
    private readonly TransformShape _shape;
    private readonly IReadOnlyList<StyleTarget> _targets;
    private readonly PhotographSource _photographs;
    private readonly PhotographSource? _validation;
    private readonly TrainingState _state;
    private readonly Workspace? _workspace;
    private readonly string _identity;
    private readonly Painter[] _painters;
    private readonly Result[] _results;
    private readonly Queue<double>[] _recent;
    private readonly Queue<(double Loss, double Content, double Style)> _losses = new();
    private readonly int _firstTrained;
    private readonly bool _goesOn;
    private readonly Result? _given;
    private double? _validationLoss;

    /// <summary>Prepares a training, or takes up the one in the workspace.</summary>
    /// <param name="network">The network that losses look into.</param>
    /// <param name="styles">The styles by name.</param>
    /// <param name="photographs">What to learn on.</param>
    /// <param name="options">How.</param>
    /// <param name="validation">Photographs that are not learned on; null for none.</param>
    /// <param name="initial">A trained network to add the styles to; null for none.</param>
    /// <param name="cancellation">Ends the measuring of the styles.</param>
    /// <exception cref="ArgumentException">An option is out of range or does not fit the initial network, or a name is there
    /// twice.</exception>
    /// <exception cref="IOException">Another training works in the workspace.</exception>
    /// <exception cref="InvalidDataException">The checkpoint in the workspace is damaged, or another training's.</exception>
    public FastStyleTrainer(
        Network network, IReadOnlyList<(string Name, StyleSource Source)> styles, PhotographSource photographs,
            FastStyleTrainingOptions options,
        PhotographSource? validation = null, TransformNetwork? initial = null, CancellationToken cancellation = default)
    {
        _options = options.Clone();
        _options.Validate();
        if (styles.Count == 0) throw new ArgumentException("There is no style to learn. Give at least one.", nameof(styles));
        (_photographs, _validation) = (photographs, validation);
        _shape = _options.Shape(initial);
        bool grows = initial is not null && initial.Shape != _shape;
        if (grows) initial = initial!.Grow(_shape, _options.Seed);
        bool keeps = initial is not null && _options.KeepInitialStyles;
        string[] names = [.. keeps ? initial!.Styles : [], .. styles.Select(s => s.Name)];
        _firstTrained = keeps ? initial!.Styles.Count : 0;
        _goesOn = initial is not null && !keeps && (grows || names.All(name => Has(initial, name)));
        TransformNetwork start = initial is null
            ? TransformNetwork.Start(_shape, names, _options.Seed)
            : TransformNetwork.Of(_shape, [.. initial.Shared], names,
                [.. keeps ? initial.Norms.Select(n => n.ToArray()) : [], .. styles.Select(s => First(initial, s.Name, keeps))],
                initial.Photograph?.ToArray() ?? (keeps ? null : Mean(initial)));
        _identity = Identity(network, styles, initial);
        try
        {
            if (_options.WorkspacePath is { } path) _workspace = new Workspace(path);
            _state = (_workspace is null ? null : Checkpoint.Load(_workspace.Path, start, _identity)) ?? new TrainingState(start);
            _targets = Measure(network, styles, cancellation);
            int threads = Math.Min(_options.Threads == 0 ? Environment.ProcessorCount : _options.Threads, _options.BatchSize);
            _painters = [.. Enumerable.Range(0, threads).Select(_ => new Painter(_shape, network, _options))];
        }
        catch
        {
            _workspace?.Dispose();
            throw;
        }
        _state.Shared.Threads = _painters.Length;
        _results = [.. Enumerable.Range(0, _options.BatchSize).Select(_ => new Result(_shape))];
        if (!keeps) _given = new Result(_shape);
        _recent = [.. names.Select(_ => new Queue<double>())];
        Initial = initial;
    }

    /// <summary>The network as trained so far: the running average of its parameters.</summary>
    public TransformNetwork Learned => _state.Average.Clone();

    /// <summary>Steps done.</summary>
    public int Iteration => _state.Iteration;

    private TransformNetwork? Initial { get; }

    /// <summary>Whether all is trained from the first step at the full rate.</summary>
    private bool Whole => Initial is null || _goesOn;

    private double Fraction => Math.Min(1, Math.Max(
        (double)_state.Iteration / _options.Iterations, _options.Minutes > 0 ? _state.Seconds / (60 * _options.Minutes) : 0));

    /// <summary>Trains until the steps or the time are over, it stops early, or it is cancelled.</summary>
    /// <param name="progress">Called after each step; null for nothing.</param>
    /// <param name="preview">Called every <see cref="FastStyleTrainingOptions.PreviewEvery"/> steps with a sheet: photographs down, styles
    /// across.</param>
    /// <param name="cancellation">Ends it with what has been learned so far.</param>
    /// <returns>The network with the running average of the parameters.</returns>
    /// <exception cref="InvalidOperationException">The losses are not finite.</exception>
    public TransformNetwork Train(Action<FastStyleProgress>? progress = null, Action<PlanarImage, FastStyleProgress>? preview = null,
        CancellationToken cancellation = default)
    {
        Stopwatch clock = Stopwatch.StartNew();
        double before = _state.Seconds, lastTime = 0, speed = 0;
        int saved = _state.Iteration;
        while (Fraction < 1 && !cancellation.IsCancellationRequested)
        {
            double rate = Step(cancellation);
            if (rate < 0) break;
            double now = clock.Elapsed.TotalSeconds;
            double rateNow = _options.BatchSize / Math.Max(1e-9, now - lastTime);
            speed = speed == 0 ? rateNow : speed + 0.05 * (rateNow - speed);
            lastTime = now;
            _state.Seconds = before + now;
            bool stop = false;
            if (_state.Iteration % _options.CheckpointEvery == 0)
            {
                stop = Judge(cancellation);
                Save();
                saved = _state.Iteration;
            }
            if (progress is not null || preview is not null)
            {
                FastStyleProgress report = Report(rate, speed);
                progress?.Invoke(report);
                if (preview is not null && _options.PreviewEvery > 0 && _state.Iteration % _options.PreviewEvery == 0) preview(Sheet(),
                    report);
            }
            if (stop) break;
        }
        _state.Seconds = before + clock.Elapsed.TotalSeconds;
        if (_state.Iteration != saved) Save();
        return Learned;
    }

    /// <summary>Photographs in every style: the photograph first in each row.</summary>
    public PlanarImage Sheet(int rows = 3)
    {
        const int Side = 192;
        PhotographSource source = _validation ?? _photographs;
        rows = Math.Min(rows, source.Count);
        int styles = _state.Network.Styles.Count, columns = styles + 1;
        PlanarImage sheet = new(columns * Side, rows * Side);
        using TransformEngine engine = new(_shape, 1);
        engine.SetShared(_state.Average.Shared, backward: false);
        float[] painted = new float[PlanarImage.Channels * Side * Side];
        for (int row = 0; row < rows; row++)
        {
            PlanarImage photograph = source.Middle((int)((row + 0.5) * source.Count / rows), Side);
            Place(photograph.Samples, 0, row);
            for (int style = 0; style < styles; style++)
            {
                engine.Forward(photograph.Samples, Side, Side, _state.Average.Norms[style], painted, keep: false);
                Place(painted, style + 1, row);
            }
        }
        PixelBytes.Clamp(sheet);
        return sheet;

        void Place(ReadOnlySpan<float> samples, int column, int row)
        {
            for (int c = 0; c < PlanarImage.Channels; c++)
                for (int y = 0; y < Side; y++)
                    samples.Slice((c * Side + y) * Side,
                        Side).CopyTo(sheet.Plane(c).Slice((row * Side + y) * sheet.Width + column * Side, Side));
        }
    }

    public void Dispose()
    {
        foreach (Painter painter in _painters) painter.Dispose();
        _workspace?.Dispose();
    }

    /// <summary>One step; the learning rate, or -1 where it was cancelled and nothing has changed.</summary>
    private double Step(CancellationToken cancellation)
    {
        int trained = _state.Network.Styles.Count - _firstTrained;
        double warm = Math.Min(1, (_state.Iteration + 1.0) / WarmUp), fraction = Fraction;
        bool movesShared = _firstTrained == 0 && (Whole || fraction >= 1.0 / 3);
        double rate = _options.LearningRate * warm * (LeastRate + (1 - LeastRate) * 0.5 * (1 + Math.Cos(Math.PI * fraction)));
        try
        {
            Parallel.For(0, _painters.Length,
                new ParallelOptions { MaxDegreeOfParallelism = _painters.Length, CancellationToken = cancellation }, worker =>
            {
                _painters[worker].Take(_state.Network);
                for (int i = worker; i < _options.BatchSize; i += _painters.Length)
                {
                    long number = (long)_state.Iteration * _options.BatchSize + i;
                    int style = (int)(number % trained);
                    Random random = new(HashCode(_options.Seed, number));
                    _painters[worker].Learn(_photographs.Crop(random, _options.ImageSize), _state.Network.Norms[_firstTrained + style],
                        _targets[style], _results[i], movesShared, cancellation);
                    _results[i].Style = _firstTrained + style;
                }
                if (_given is not null && worker == _options.BatchSize % _painters.Length)
                {
                    Random random = new(HashCode(~_options.Seed, _state.Iteration));
                    _painters[worker].GiveBack(_photographs.Crop(random, _options.ImageSize), _state.Network.Photograph!, _given,
                        cancellation);
                }
            });
        }
        catch (Exception e) when (cancellation.IsCancellationRequested
            && (e is OperationCanceledException || e is AggregateException a
            && a.InnerExceptions.All(i => i is OperationCanceledException)))
        {
            return -1;
        }
        catch (AggregateException e) when (e.InnerExceptions.Count > 0)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
        Update(rate, movesShared);
        _state.Iteration++;
        return rate;
    }

    private void Update(double rate, bool movesShared)
    {
        foreach (Result result in _results)
            if (!double.IsFinite(result.Loss + result.Spikes) || !VectorMath.AllFinite(result.Shared) || !VectorMath.AllFinite(result.Norms))
                throw NotFinite($"style '{_state.Network.Styles[result.Style]}'");
        if (_given is not null && (!double.IsFinite(_given.Loss) || !VectorMath.AllFinite(_given.Norms)))
            throw NotFinite("photograph given back");
        foreach (Result result in _results)
        {
            Remember(_recent[result.Style], result.Loss);
            _losses.Enqueue((result.Loss, result.Content, result.StyleLoss));
            while (_losses.Count > Remembered) _losses.Dequeue();
        }
        if (movesShared)
        {
            float[] sum = new float[_shape.SharedCount];
            foreach (Result result in _results) TensorPrimitives.MultiplyAdd(result.Shared, 1f / _results.Length, sum, sum);
            _state.Shared.Update(sum, Whole ? rate : rate / 4);
        }
        foreach (IGrouping<int, Result> style in _results.GroupBy(r => r.Style))
        {
            float[] norms = new float[_shape.StyleCount];
            foreach (Result result in style) TensorPrimitives.Add(result.Norms, norms, norms);
            TensorPrimitives.Multiply(norms, 1f / style.Count(), norms);
            _state.Styles[style.Key].Update(norms, NormRate * rate);
        }
        if (_given is not null) _state.Photograph!.Update(_given.Norms, NormRate * rate);

        InvalidOperationException NotFinite(string what) => new($"At step {_state.Iteration} the loss of the {what} is not finite. Use a "
            + $"smaller learning rate than {_options.LearningRate}.");
    }

    private static void Remember(Queue<double> queue, double value)
    {
        queue.Enqueue(value);
        while (queue.Count > Remembered / 2) queue.Dequeue();
    }

    /// <summary>Whether the training should end: the loss has not fallen for long enough.</summary>
    private bool Judge(CancellationToken cancellation)
    {
        double loss = _losses.Count == 0 ? double.PositiveInfinity : _losses.Average(l => l.Loss);
        if (_validation is not null)
        {
            try
            {
                loss = Validate(_validation, cancellation);
                _validationLoss = loss;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
        if (loss < _state.Best * (1 - Improvement)) (_state.Best, _state.SinceBest) = (loss, 0);
        else _state.SinceBest++;
        return _options.EarlyStopping > 0 && _state.SinceBest >= _options.EarlyStopping;
    }

    private double Validate(PhotographSource photographs, CancellationToken cancellation)
    {
        Painter painter = _painters[0];
        painter.Take(_state.Average, backward: false);
        int count = Math.Min(ValidationPhotographs, photographs.Count), trained = _targets.Count;
        double sum = 0;
        for (int i = 0; i < count; i++)
            sum += painter.Loss(photographs.Middle(i * photographs.Count / count, _options.ImageSize),
                _state.Average.Norms[_firstTrained + i % trained], _targets[i % trained], cancellation);
        return sum / count;
    }

    private void Save()
    {
        if (_workspace is not null) Checkpoint.Save(_workspace.Path, _state, _identity);
    }

    private FastStyleProgress Report(double rate, double speed) => new()
    {
        Iteration = _state.Iteration,
        Iterations = _options.Iterations,
        Fraction = Fraction,
        Seconds = _state.Seconds,
        ImagesPerSecond = speed,
        LearningRate = rate,
        Loss = _losses.Average(l => l.Loss),
        Content = _losses.Average(l => l.Content),
        Style = _losses.Average(l => l.Style),
        Styles = _state.Network.Styles.Skip(_firstTrained).Select((name, i) => (name, queue: _recent[_firstTrained + i]))
            .ToDictionary(s => s.name, s => s.queue.Count == 0 ? double.NaN : s.queue.Average()),
        Validation = _validationLoss,
    };

    private static IReadOnlyList<StyleTarget> Measure(Network network, IReadOnlyList<(string Name, StyleSource Source)> styles,
        FastStyleTrainingOptions options, CancellationToken cancellation)
    {
        using Stylizer stylizer = new(network, options.LossOptions(options.Threads));
        return [.. styles.Select(s => stylizer.MeasureStyle(s.Source, cancellation))];
    }

    private IReadOnlyList<StyleTarget> Measure(Network network, IReadOnlyList<(string Name, StyleSource Source)> styles,
        CancellationToken cancellation) =>
        Measure(network, styles, _options, cancellation);

    private static bool Has(TransformNetwork network, string style) => network.Styles.Contains(style, StringComparer.OrdinalIgnoreCase);

    /// <summary>A style that the initial network has goes on from there; another one begins as the mean of those that are there.</summary>
    private static float[] First(TransformNetwork network, string style, bool keeps)
    {
        if (!keeps && Has(network, style))
            return [.. network.Norms[network.Styles.ToList().FindIndex(s => string.Equals(s, style, StringComparison.OrdinalIgnoreCase))]];
        return Mean(network);
    }

    private static float[] Mean(TransformNetwork network)
    {
        float[] norms = new float[network.Shape.StyleCount], weights = new float[network.Styles.Count];
        weights.AsSpan().Fill(1);
        network.Blend(weights, norms);
        return norms;
    }

    /// <summary>What a checkpoint must agree in for a training to go on from it: the styles' pictures, the losses and what it started
    /// from.</summary>
    private string Identity(Network network, IReadOnlyList<(string Name, StyleSource Source)> styles, TransformNetwork? initial)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, StyleSource source) in styles)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            foreach (StyleSourceImage image in source.Images) hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(image.Image.Samples.AsSpan()));
        }
        if (initial is not null)
            foreach (float[] numbers in (float[][])[initial.Shared, .. initial.Norms, initial.Photograph ?? []])
                hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(numbers.AsSpan()));
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{network.Name} {_options.StyleSize} {string.Join(',', _options.ContentLayers)} "
                + $"{string.Join(',', _options.StyleLayers)} "
                + $"{_options.ContentWeight} {_options.StyleWeight} {_options.TvWeight} {_options.Seed} {_options.KeepInitialStyles}")));
        return HexDigits.Of(hash.GetHashAndReset())[..16];
    }

    /// <summary>The same for the same seed and number on every machine, unlike .NET's own.</summary>
    private static int HashCode(int seed, long number)
    {
        ulong z = (ulong)number + 0x9E3779B97F4A7C15ul * ((ulong)(uint)seed + 1);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ul;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBul;
        return (int)(z ^ (z >> 31));
    }
}
