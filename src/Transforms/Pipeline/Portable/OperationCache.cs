namespace MLNetStyle.Portable;

/// <summary>Makes the operation of a loaded model's rows at the first row, and keeps it for the next ones.</summary>
internal sealed class OperationCache
{
    private readonly Lock _lock = new();
    private string? _options;
    private Operation? _operation;

    public T Get<T>(ReadOnlyMemory<char> options, float[]? state) where T : Operation
    {
        lock (_lock)
        {
            if (_operation is null || !options.Span.SequenceEqual(_options))
            {
                _options = options.ToString();
                _operation = OperationReader.Read(new PortableState(_options, state ?? []));
            }
            return _operation as T ?? throw new InvalidDataException($"The saved operation {_operation.GetType().Name} does not belong into this place of the model: the file is damaged.");
        }
    }
}
