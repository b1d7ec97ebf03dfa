using MLNetStyle.Graphs;
using MLNetStyle.Kernels;

namespace MLNetStyle.Stylization;

/// <summary>What losses see a layer through, [channels][channels], and its transpose.</summary>
internal sealed class TapMatrices
{
    public TapMatrices(ReadOnlySpan<float> matrix, int channels)
    {
        (Memory<float> copy, Memory<float> transposed) = (AlignedFloats.Allocate(matrix.Length), AlignedFloats.Allocate(matrix.Length));
        matrix.CopyTo(copy.Span);
        Transposer.Square(matrix, channels, transposed.Span);
        (Matrix, Transposed) = (copy, transposed);
    }

    /// <summary>The matrix, from a boundary on.</summary>
    public ReadOnlyMemory<float> Matrix { get; }

    /// <summary>Its transpose, likewise.</summary>
    public ReadOnlyMemory<float> Transposed { get; }
}
