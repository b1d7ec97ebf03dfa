namespace MLNetStyle.Pipeline;

/// <summary>Makes the operation of a loaded model's rows at the first row, or earlier where the model is loaded with a context, and keeps
/// it for the next ones.</summary>
/// <remarks>Safe for use by several threads. An operation that another one takes the place of, or whose model is disposed, is disposed
/// once nobody works with it.</remarks>
internal sealed class OperationCache : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Func<SavedState, Operation> _read;
    private readonly LoadScope? _scope;
    private Entry? _entry;
    private bool _disposed;

    public OperationCache() : this(SavedOperationAttribute.Read) { }

    public OperationCache(Func<SavedState, Operation> read)
    {
        (_read, _scope) = (read, LoadScope.Current);
        _scope?.Parts.Add(this);
    }

    /// <summary>Makes the operation before the first row.</summary>
    /// <exception cref="Exception">It can't be made, as a network's file that is missing or changed.</exception>
    public void Prepare(SavedState state) => Use(state.Options.AsMemory(), state.Values, (Operation _) => true);

    /// <summary>Works with the operation of some options.</summary>
    /// <exception cref="InvalidDataException">The operation is of another kind.</exception>
    public R Use<T, R>(ReadOnlyMemory<char> options, float[]? state, Func<T, R> work) where T : Operation
    {
        Entry entry = Enter(options, state);
        try
        {
            return work(entry.Operation as T ?? throw new InvalidDataException(
                $"The saved operation {entry.Operation.GetType().Name} does not belong into this place of the model: the file is "
                    + $"damaged."));
        }
        finally
        {
            lock (_lock) Leave(entry);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed) return;
            _disposed = true;
            if (_entry is { } last) Leave(last);
            _entry = null;
        }
    }

    private Entry Enter(ReadOnlyMemory<char> options, float[]? state)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(LoadedStyleModel));
            if (_entry is null || !options.Span.SequenceEqual(_entry.Options))
            {
                string text = options.ToString();
                Entry made = new(text, LoadScope.Run(_scope, () => _read(new SavedState(text, state ?? []))));
                if (_entry is { } old) Leave(old);
                _entry = made;
            }
            _entry.Users++;
            return _entry;
        }
    }

    private static void Leave(Entry entry)
    {
        if (--entry.Users == 0) entry.Operation.Dispose();
    }

    /// <summary>An operation and how many hold it: those that work with it, and the cache.</summary>
    private sealed class Entry(string options, Operation operation)
    {
        public string Options => options;

        public Operation Operation => operation;

        public int Users { get; set; } = 1;
    }
}
