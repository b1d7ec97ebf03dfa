namespace MLNetStyle.Graphs;

/// <summary>A constant tensor that stays outside the serialised graph until a file is written: the weights of a network.</summary>
/// <remarks>
/// The array is shared, never copied: one array serves every graph that uses the weight, and every session while it lives. A weight
/// of a file is read again when nobody has held its array since. Treat it as read-only. Immutable by convention and safe to share
/// between threads.
/// </remarks>
internal sealed class Weight
{
    private readonly float[]? _values;
    private readonly Func<float[]>? _derive;
    private readonly WeakReference<float[]>? _last;

    /// <summary>Describes a weight.</summary>
    /// <param name="name">The name of the tensor, unique within a network.</param>
    /// <param name="values">The values in row-major order.</param>
    /// <param name="shape">The shape; its product is the length of <paramref name="values"/>.</param>
    /// <exception cref="ArgumentException">The shape does not fit the number of values.</exception>
    public Weight(string name, float[] values, params long[] shape)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(shape);
        long count = 1;
        foreach (long d in shape)
        {
            if (d <= 0) throw new ArgumentException($"Weight '{name}' has the dimension {d}; every dimension must be positive.",
                nameof(shape));
            count = checked(count * d);
        }
        if (count != values.Length)
            throw new ArgumentException($"Weight '{name}' has {values.Length} values, but its shape [{string.Join(", ", shape)}] asks "
                + $"for {count}.", nameof(shape));
        Name = name;
        _values = values;
        Shape = shape;
    }

    /// <summary>A weight that is worked out from another one whenever it is needed, and takes no memory in between.</summary>
    /// <param name="name">The name of the tensor.</param>
    /// <param name="derive">Makes the values.</param>
    /// <param name="shape">The shape.</param>
    internal Weight(string name, Func<float[]> derive, long[] shape) => (Name, _derive, Shape) = (name, derive, shape);

    /// <summary>A weight that can be had again, and whose array is kept for as long as somebody holds it.</summary>
    /// <param name="name">The name of the tensor.</param>
    /// <param name="values">The values in row-major order.</param>
    /// <param name="again">Makes the same values again.</param>
    /// <param name="shape">The shape.</param>
    internal Weight(string name, float[] values, Func<float[]> again, long[] shape) : this(name, again, shape) =>
        _last = new WeakReference<float[]>(values);

    /// <summary>The tensor's name.</summary>
    public string Name { get; }

    /// <summary>The values in row-major order.</summary>
    /// <exception cref="InvalidDataException">The values are read from a file, which has changed.</exception>
    /// <exception cref="FileNotFoundException">The values are read from a file, which is gone.</exception>
    public float[] Values => _values ?? (_last is null ? _derive!() : Shared(_last));

    /// <summary>The number of values.</summary>
    internal int Count => (int)Shape.Aggregate(1L, (n, d) => n * d);

    /// <summary>The shape, for a convolution [output channels, input channels / groups, height, width].</summary>
    public IReadOnlyList<long> Shape { get; }

    private float[] Shared(WeakReference<float[]> last)
    {
        lock (last)
        {
            if (!last.TryGetTarget(out float[]? values)) last.SetTarget(values = _derive!());
            return values;
        }
    }
}
