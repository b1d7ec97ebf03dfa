namespace MLNetStyle.Training;

/// <summary>The parameters of a transform network and the styles that it holds.</summary>
/// <remarks>Not safe for use by several threads while it is being changed.</remarks>
internal sealed class TransformNetwork
{
    /// <summary>The most styles that one network holds.</summary>
    public const int MaxStyles = 256;

    private TransformNetwork(TransformShape shape, float[] shared, IReadOnlyList<string> styles, IReadOnlyList<float[]> norms,
        float[]? photograph) =>
        (Shape, Shared, Styles, Norms, Photograph) = (shape, shared, styles, norms, photograph);

    public TransformShape Shape { get; }

    /// <summary>The parameters that all styles share.</summary>
    public float[] Shared { get; }

    /// <summary>The styles' names.</summary>
    public IReadOnlyList<string> Styles { get; }

    /// <summary>Each style's scales and shifts.</summary>
    public IReadOnlyList<float[]> Norms { get; }

    /// <summary>Scales and shifts that give the photograph back as nearly as the filters can, from which styles of less strength begin;
    /// null in a network that never learned them.</summary>
    public float[]? Photograph { get; }

    /// <summary>A network of parameters that are there already.</summary>
    /// <exception cref="InvalidDataException">A length does not fit, a name is missing or there twice, or a number is not
    /// finite.</exception>
    public static TransformNetwork Of(TransformShape shape, float[] shared, IReadOnlyList<string> styles, IReadOnlyList<float[]> norms,
        float[]? photograph = null)
    {
        if (shared.Length != shape.SharedCount || norms.Append(photograph).Any(n => n is not null && n.Length != shape.StyleCount))
            throw new InvalidDataException($"A {shape.Name} network has {shape.SharedCount} parameters and {shape.StyleCount} more for "
                + $"each style.");
        if (styles.Count != norms.Count
            || styles.Count is 0 or > MaxStyles) throw new InvalidDataException($"A network of fast styles holds 1 to {MaxStyles} of "
            + $"them, each with a name.");
        if (styles.Any(string.IsNullOrWhiteSpace) || styles.Distinct(StringComparer.OrdinalIgnoreCase).Count() != styles.Count)
            throw new InvalidDataException($"The styles [{string.Join(", ", styles)}] need names that differ.");
        if (norms.Append(photograph).Prepend(shared).Any(n => n is not null && Array.Exists(n, v => !float.IsFinite(v))))
            throw new InvalidDataException("A parameter is infinite or not a number.");
        return new TransformNetwork(shape, shared, [.. styles], [.. norms], photograph);
    }

    /// <summary>A network at the start of its training: filters after He et al. 2015 (arXiv 1502.01852), scales 1 and shifts 0.</summary>
    public static TransformNetwork Start(TransformShape shape, IReadOnlyList<string> styles, int seed)
    {
        float[] shared = new float[shape.SharedCount];
        Random random = new(seed);
        foreach (TransformLayer layer in shape.Layers)
        {
            double deviation = Math.Sqrt(2.0 / (9 * layer.Inputs)) * (layer.NormOffset < 0 ? 0.5 : 1);
            for (int i = 0; i < layer.Filters; i++) shared[layer.FilterOffset + i] = (float)(deviation * Normal(random));
        }
        return Of(shape, shared, styles, [.. styles.Select(_ => NewStyle(shape))], NewStyle(shape));
    }

    /// <summary>A style at the start of its training.</summary>
    public static float[] NewStyle(TransformShape shape)
    {
        float[] norms = new float[shape.StyleCount];
        foreach (TransformLayer layer in shape.Layers.Where(l => l.NormOffset >= 0)) norms.AsSpan(layer.NormOffset, layer.Outputs).Fill(1);
        return norms;
    }

    /// <summary>A larger network that paints the same pictures where their sides are multiples of both shapes': what is new begins as in
    /// <see cref="Start"/>, and where it is added to what was there its scales are 0, as at the end of residual blocks in Goyal et al.
    /// 2017 (arXiv 1706.02677, section 5.1).</summary>
    /// <param name="shape">A shape with all layers of this one's in their order, and branches beside them.</param>
    /// <param name="seed">What new filters are drawn from.</param>
    public TransformNetwork Grow(TransformShape shape, int seed)
    {
        float[] shared = Start(shape, Styles, seed).Shared;
        foreach (TransformLayer old in Shape.Layers)
            Shared.AsSpan(old.FilterOffset, old.Filters).CopyTo(shared.AsSpan(shape.Like(old)!.FilterOffset));
        Shared.AsSpan(Shape.BiasOffset).CopyTo(shared.AsSpan(shape.BiasOffset));
        return Of(shape, shared, Styles, [.. Norms.Select(Grown)], Photograph is null ? null : Grown(Photograph));

        float[] Grown(float[] norms)
        {
            float[] grown = NewStyle(shape);
            foreach (TransformLayer layer in shape.Layers.Where(l => l.NormOffset >= 0))
            {
                if (Shape.Like(layer) is { } old)
                    norms.AsSpan(old.NormOffset, 2 * old.Outputs).CopyTo(grown.AsSpan(layer.NormOffset));
                else if (layer.Beside >= 0 && Shape.Like(shape.Layers[layer.Beside]) is not null)
                    grown.AsSpan(layer.NormOffset, layer.Outputs).Clear();
            }
            return grown;
        }
    }

    /// <summary>The same parameters once more.</summary>
    public TransformNetwork Clone() => new(Shape, [.. Shared], Styles, [.. Norms.Select(n => n.ToArray())], Photograph?.ToArray());

    /// <summary>A blend of styles.</summary>
    /// <param name="weights">One a style; they need not sum to 1, but not to 0.</param>
    /// <param name="norms">Receives the parameters.</param>
    public void Blend(ReadOnlySpan<float> weights, Span<float> norms)
    {
        norms.Clear();
        double sum = 0;
        foreach (float weight in weights) sum += weight;
        for (int style = 0; style < Norms.Count; style++)
        {
            float share = (float)(weights[style] / sum);
            if (share == 0) continue;
            for (int i = 0; i < norms.Length; i++) norms[i] += share * Norms[style][i];
        }
    }

    // Box and Muller 1958.
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
