using System.Runtime.ExceptionServices;

namespace MLNetStyle.Kernels;

/// <summary>Work cut into numbered items that may be done in any order.</summary>
internal interface IWork
{
    /// <summary>Does one item.</summary>
    /// <param name="item">The item's number.</param>
    /// <param name="worker">Who does it: no two at a time have the same number.</param>
    void Execute(int item, int worker);
}

/// <summary>A few threads that live as long as their owner and share out the items of one piece of work at a time.</summary>
/// <remarks>The calling thread works too. Not safe for use by several threads at once. Running allocates nothing.</remarks>
internal sealed class WorkerPool : IDisposable
{
    private const int Spins = 40;

    private readonly Thread[] _threads;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _start = new(0);
    private readonly ManualResetEventSlim _done = new(true, Spins);
    private volatile bool _stopping;
    private IWork? _work;
    private int _items;
    private int _next;
    private int _running;
    private int _open;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Starts the threads.</summary>
    /// <param name="workers">How many work, the caller included.</param>
    public WorkerPool(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        Workers = workers;
        _threads = new Thread[workers - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int worker = i + 1;
            _threads[i] = new Thread(() => Serve(worker)) { IsBackground = true, Name = $"MLNetStyle kernels {worker}" };
            _threads[i].Start();
        }
    }

    public int Workers { get; }

    /// <summary>Does all items and returns when they are done; an exception of one of them is thrown here.</summary>
    public void Run(IWork work, int items)
    {
        ObjectDisposedException.ThrowIf(_stopping, this);
        if (items <= 0) return;
        int helpers = Math.Min(_threads.Length, items - 1);
        if (helpers == 0)
        {
            for (int i = 0; i < items; i++) work.Execute(i, 0);
            return;
        }
        lock (_gate) // what is handed out before the threads are told to end is done before they do
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            _work = work;
            _items = items;
            _next = -1;
            _running = helpers;
            _open = helpers;
            _done.Reset();
            _start.Release(helpers);
        }
        Work(0);
        _done.Wait();
        _work = null;
        if (Interlocked.Exchange(ref _failure, null) is { } failure) failure.Throw();
    }

    /// <summary>Lets the threads end once they are idle, without waiting for them.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            if (_stopping) return;
            _stopping = true;
            if (_threads.Length > 0) _start.Release(_threads.Length);
        }
    }

    public void Dispose()
    {
        if (_stopping) return;
        Stop();
        foreach (Thread thread in _threads) thread.Join();
        _start.Dispose();
        _done.Dispose();
    }

    private void Serve(int worker)
    {
        while (true)
        {
            _start.Wait();
            if (!Claim())
            {
                if (_stopping) return;
                continue;
            }
            Work(worker);
            if (Interlocked.Decrement(ref _running) == 0) _done.Set();
        }
    }

    // A thread that is told to end while work is handed out takes its part first: who runs the work waits for every part.
    private bool Claim()
    {
        int open = Volatile.Read(ref _open);
        while (open > 0)
        {
            int seen = Interlocked.CompareExchange(ref _open, open - 1, open);
            if (seen == open) return true;
            open = seen;
        }
        return false;
    }

    private void Work(int worker)
    {
        try
        {
            IWork work = _work!;
            for (int i = Interlocked.Increment(ref _next); i < _items; i = Interlocked.Increment(ref _next)) work.Execute(i, worker);
        }
        catch (Exception e)
        {
            lock (_gate) _failure ??= ExceptionDispatchInfo.Capture(e);
            Volatile.Write(ref _next, int.MaxValue / 2);
        }
    }
}

/// <summary>A method as work for a <see cref="WorkerPool"/>; made once, so that running it allocates nothing.</summary>
/// <param name="action">Receives the item's number and the worker's.</param>
internal sealed class Work(Action<int, int> action) : IWork
{
    public void Execute(int item, int worker) => action(item, worker);
}
