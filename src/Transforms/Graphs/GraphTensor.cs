using Microsoft.ML.OnnxRuntime;

namespace MLNetStyle.Graphs;

/// <summary>A tensor on a buffer of the caller's: an input of a run, or the place for an output.</summary>
/// <remarks>
/// The buffer is neither copied nor owned: change its contents between runs and pass the same tensor again. It must not be
/// touched while a run that uses it is under way. Not safe for use by several threads at once.
/// </remarks>
internal sealed class GraphTensor
{
    private readonly Memory<float> _floats;
    private readonly Memory<long> _integers;
    private readonly long[] _shape;

    /// <summary>A tensor of floats.</summary>
    /// <param name="values">At least as many values as the shape asks for, in row-major order.</param>
    /// <param name="shape">The shape; none for a scalar.</param>
    /// <exception cref="ArgumentException">There are too few values, or a dimension is negative.</exception>
    public GraphTensor(Memory<float> values, params long[] shape) : this(ElementType.Float, values.Length, shape) =>
        _floats = values[..(int)Count];

    /// <summary>A tensor of integers.</summary>
    /// <param name="values">At least as many values as the shape asks for, in row-major order.</param>
    /// <param name="shape">The shape; none for a scalar.</param>
    /// <exception cref="ArgumentException">There are too few values, or a dimension is negative.</exception>
    public GraphTensor(Memory<long> values, params long[] shape) : this(ElementType.Int64, values.Length, shape) =>
        _integers = values[..(int)Count];

    private GraphTensor(ElementType type, int length, long[] shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        long count = 1;
        foreach (long d in shape)
        {
            if (d < 0) throw new ArgumentException($"A tensor has the dimension {d}; dimensions must not be negative.", nameof(shape));
            count = checked(count * d);
        }
        if (count > length) throw new ArgumentException($"The shape [{string.Join(", ", shape)}] asks for {count} values, but the buffer "
            + $"has {length}.", nameof(shape));
        (ElementType, _shape, Count) = (type, [.. shape], count);
    }

    /// <summary>A scalar.</summary>
    public static GraphTensor Scalar(float value) => new(new float[] { value });

    /// <summary>The type of the elements.</summary>
    public ElementType ElementType { get; }

    /// <summary>The shape.</summary>
    public IReadOnlyList<long> Shape => _shape;

    /// <summary>The number of elements.</summary>
    public long Count { get; }

    /// <summary>The values, if the elements are floats; else empty.</summary>
    public Memory<float> Values => _floats;

    /// <summary>The values, if the elements are integers; else empty.</summary>
    public Memory<long> Integers => _integers;

    /// <summary>A view of the buffer for ONNX Runtime; it pins the buffer until it is disposed.</summary>
    internal OrtValue ToOrtValue() => ElementType == ElementType.Float
        ? OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _floats, _shape)
        : OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _integers, _shape);
}

/// <summary>The element types of the tensors in a graph, numbered as in the ONNX format.</summary>
internal enum ElementType
{
    /// <summary>32-bit IEEE 754 floating point.</summary>
    Float = 1,

    /// <summary>64-bit signed integers: shapes, indices and axes.</summary>
    Int64 = 7,

    /// <summary>Truth values, one byte each.</summary>
    Bool = 9,
}
