namespace MLNetStyle.Networks;

/// <summary>The tensors that a reader found in a file, in the file's order, each with the way to read it.</summary>
/// <remarks>Safe for use by several threads at once, once it is filled.</remarks>
internal sealed class TensorTable(string name, string format, IReadOnlyDictionary<string, string>? metadata = null) : ITensorFile
{
    private const int MaximumTensors = 100_000;
    private const int MaximumRank = 8;
    private readonly Dictionary<string, long[]> _shapes = [];
    private readonly Dictionary<string, Func<float[]>> _readers = [];

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Format => format;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata { get; } = metadata ?? new Dictionary<string, string>();

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long[]> Shapes => _shapes;

    /// <summary>Adds a tensor.</summary>
    /// <param name="tensor">Its name.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="layout">The order of a filter's axes in the file; filters are offered as [output, input, height, width].</param>
    /// <param name="read">Reads its values in row-major order.</param>
    /// <exception cref="InvalidDataException">There is one of that name, there are too many, or the shape is none.</exception>
    public void Add(string tensor, long[] shape, FilterLayout layout, Func<float[]> read)
    {
        if (_shapes.Count == MaximumTensors) throw new InvalidDataException($"'{name}' ({format}) lists more than {MaximumTensors} "
            + $"tensors.");
        long count = Count(shape) ?? throw new InvalidDataException($"Tensor '{tensor}' of '{name}' ({format}) has the shape "
            + $"[{string.Join(", ", shape)}], which no file can hold.");
        bool turned = layout == FilterLayout.HeightWidthInputOutput && shape.Length == 4;
        if (!_shapes.TryAdd(tensor, turned ? [shape[3], shape[2], shape[0], shape[1]] : shape))
            throw new InvalidDataException($"'{name}' ({format}) lists the tensor '{tensor}' twice.");
        _readers[tensor] = () =>
        {
            float[] values = read();
            if (values.Length != count) throw new InvalidDataException($"Tensor '{tensor}' of '{name}' ({format}) has "
                + $"{values.Length} values; "
                + $"its shape [{string.Join(", ", shape)}] asks for {count}.");
            return turned ? Turned(values, shape) : values;
        };
    }

    /// <summary>The number of a shape's elements; null where no array can hold them.</summary>
    public static long? Count(ReadOnlySpan<long> shape)
    {
        if (shape.Length > MaximumRank) return null;
        long count = 1;
        foreach (long d in shape)
        {
            if (d < 0 || (d > 0 && count > Array.MaxLength / d)) return null;
            count *= d;
        }
        return count;
    }

    /// <inheritdoc/>
    public float[] Read(string tensor) => _readers.TryGetValue(tensor, out Func<float[]>? read) ? read()
        : throw new InvalidDataException($"'{name}' ({format}) has no tensor '{tensor}'.");

    private static float[] Turned(float[] values, long[] shape)
    {
        int spots = (int)(shape[0] * shape[1]), inputs = (int)shape[2], outputs = (int)shape[3];
        float[] turned = new float[values.Length];
        for (int spot = 0; spot < spots; spot++)
            for (int i = 0; i < inputs; i++)
            {
                ReadOnlySpan<float> row = values.AsSpan((spot * inputs + i) * outputs, outputs);
                for (int o = 0; o < outputs; o++) turned[(o * inputs + i) * spots + spot] = row[o];
            }
        return turned;
    }
}

/// <summary>The order of the axes of a convolution's filters in a file.</summary>
internal enum FilterLayout
{
    /// <summary>Output channels, input channels, height, width: PyTorch, ONNX.</summary>
    OutputInputHeightWidth,

    /// <summary>Height, width, input channels, output channels: TensorFlow, MatConvNet.</summary>
    HeightWidthInputOutput,
}
