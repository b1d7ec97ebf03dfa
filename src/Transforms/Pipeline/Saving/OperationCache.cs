namespace MLNetStyle.Pipeline;

/// <summary>Makes the operation of a loaded model's rows at the first row, and keeps it for the next ones.</summary>
/// <remarks>Safe for use by several threads. An operation that another one takes the place of is disposed once nobody works with
/// it.</remarks>
internal sealed class OperationCache(Func<SavedState, Operation> read)
{
    private readonly Lock _lock = new();
    private Entry? _entry;

    public OperationCache() : this(SavedOperationAttribute.Read) { }

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

    private Entry Enter(ReadOnlyMemory<char> options, float[]? state)
    {
        lock (_lock)
        {
            if (_entry is null || !options.Span.SequenceEqual(_entry.Options))
            {
                string text = options.ToString();
                Entry made = new(text, read(new SavedState(text, state ?? [])));
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
