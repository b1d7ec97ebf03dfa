using System.Globalization;

namespace MLNetStyle.Graphs;

/// <summary>Where a graph is computed: on the CPU or on an NVIDIA GPU.</summary>
/// <remarks>Immutable and safe to share between threads.</remarks>
internal sealed record ComputeDevice
{
    private ComputeDevice(int? ordinal) => Ordinal = ordinal;

    /// <summary>The CPU.</summary>
    public static ComputeDevice Cpu { get; } = new((int?)null);

    /// <summary>The number of the GPU, from 0; null for the CPU.</summary>
    public int? Ordinal { get; }

    /// <summary>Whether this is a GPU.</summary>
    public bool IsCuda => Ordinal is not null;

    /// <summary>An NVIDIA GPU through CUDA.</summary>
    /// <param name="ordinal">Its number, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public static ComputeDevice Cuda(int ordinal = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ordinal);
        return new(ordinal);
    }

    /// <summary>Reads "cpu", "cuda" or "cuda:N", in any case.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static ComputeDevice Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string trimmed = text.Trim();
        if (trimmed.Equals("cpu", StringComparison.OrdinalIgnoreCase)) return Cpu;
        if (trimmed.Equals("cuda", StringComparison.OrdinalIgnoreCase)) return Cuda(0);
        return trimmed.StartsWith("cuda:", StringComparison.OrdinalIgnoreCase)
            && int.TryParse(trimmed.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int ordinal)
            ? Cuda(ordinal)
            : throw new FormatException($"'{text}' is no device: write cpu, cuda or cuda:N with the number of the GPU, from 0.");
    }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Ordinal is { } n ? string.Create(CultureInfo.InvariantCulture, $"cuda:{n}") : "cpu";
}
