namespace MLNetStyle.Pipeline;

/// <summary>
/// The stylizers of one transform, one for each row that is at work. A row that is alone has every thread that was asked for; rows beside
/// it, where there may be any, share the cores out among themselves. On the CPU engine pixels don't depend on threads.
/// </summary>
/// <remarks>Safe for use by several threads. Disposing it ends the rows at hand with an <see cref="ObjectDisposedException"/>.</remarks>
internal sealed class StylizerPool : IDisposable
{
    /// <summary>Pictures of up to this many pixels are painted side by side unless the options say otherwise.</summary>
    private const long SmallPicture = 256 * 256;

    private readonly object _gate = new();
    private readonly IReadOnlyList<Network> _networks;
    private readonly StylizationOptions _options;
    private readonly Stack<Stylizer> _idle = [];
    private readonly List<Stylizer> _others = [];
    private int _running;
    private bool _firstBusy;
    private bool _disposed;

    public StylizerPool(IReadOnlyList<Network> networks, StylizationOptions options)
    {
        (_networks, _options) = (networks, options);
        First = new Stylizer(networks, options);
    }

    /// <summary>The one for a row that is alone, and for what takes no session: checks and measuring the style.</summary>
    public Stylizer First { get; }

    /// <summary>How many stylizers there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return 1 + _others.Count;
        }
    }

    /// <summary>Works with a stylizer; waits for one where as many rows of this size as may be are at work.</summary>
    public T Use<T>(int width, int height, Func<Stylizer, T> work)
    {
        int most = Most(width, height);
        Stylizer stylizer = Take(most);
        try
        {
            T result = work(stylizer);
            lock (_gate) ObjectDisposedException.ThrowIf(_disposed, typeof(StyleTransferTransformer)); // what was cut short is no picture
            return result;
        }
        finally
        {
            lock (_gate)
            {
                _running--;
                if (ReferenceEquals(stylizer, First)) _firstBusy = false;
                else _idle.Push(stylizer);
                Monitor.PulseAll(_gate);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            foreach (Stylizer stylizer in _others) stylizer.Dispose();
            First.Dispose();
            Monitor.PulseAll(_gate);
        }
    }

    private int Most(int width, int height)
    {
        if (_options.Compute.Sessions > 0) return _options.Compute.Sessions;
        (int wide, int high) = _options.PictureSize(width, height);
        bool small = (long)wide * high <= SmallPicture && _options.Compute.Threads == 0 && First.Engine == "cpu";
        if (!small) return 1;
        long there = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4;
        return (int)Math.Clamp(there / First.EstimateMemory(wide, high), 1, Environment.ProcessorCount);
    }

    private Stylizer Take(int most)
    {
        lock (_gate)
        {
            while (true)
            {
                ObjectDisposedException.ThrowIf(_disposed, typeof(StyleTransferTransformer));
                if (_running < most)
                {
                    _running++;
                    if (_running == 1 && !_firstBusy)
                    {
                        _firstBusy = true;
                        return First;
                    }
                    return _idle.TryPop(out Stylizer? idle) ? idle : Another(most);
                }
                Monitor.Wait(_gate);
            }
        }
    }

    private Stylizer Another(int most)
    {
        StylizationOptions options = _options.Clone();
        options.Compute = _options.Compute.Clone();
        if (options.Compute.Threads == 0 && First.Engine == "cpu") options.Compute.Threads = Math.Max(1, Environment.ProcessorCount / most);
        Stylizer made = new(_networks, options);
        _others.Add(made);
        return made;
    }
}
