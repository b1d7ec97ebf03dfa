using System.Buffers;
using System.Numerics.Tensors;

namespace MLNetStyle.Training;

/// <summary>The parameters that all styles share: the filters of normalised layers are updated by Muon, the painting layer by
/// Adam.</summary>
/// <remarks>
/// <para>Muon (Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks", https://kellerjordan.github.io/posts/muon):
/// a layer's filters are a matrix, a row for each output; the gradient's running mean, looked ahead by Nesterov, is brought near to the
/// nearest matrix of orthonormal rows by <see cref="Steps"/> Newton-Schulz iterations, so that all directions that the layer can learn in
/// are learned equally fast.</para>
/// <para>Departure: the step is scaled to a root mean square of <see cref="StepSize"/> learning rates, near Adam's (Liu et al. 2025, "Muon
/// is Scalable for LLM Training", arXiv 2502.16982, section 2.2, with 0.2), so that one rate serves both.</para>
/// </remarks>
internal sealed class SharedParameters(float[] values, float[] average, TransformShape shape) : ParameterGroup(values, average)
{
    private const int Steps = 5;
    private const float Momentum = 0.95f, StepSize = 0.3f;

    /// <summary>The layers that Muon updates: all that are normalised.</summary>
    private readonly TransformLayer[] _layers = [.. shape.Layers.Where(l => l.NormOffset >= 0)];

    /// <summary>The number of threads; it changes nothing but the time.</summary>
    public int Threads { get; set; } = 1;

    /// <summary>Brings a matrix near to the nearest one whose rows are orthonormal: its singular values come to 0.7 to 1.2.</summary>
    /// <param name="matrix">Rows one after another, no more of them than columns; replaced.</param>
    /// <param name="rows">The number of rows.</param>
    public static void Orthogonalize(Span<float> matrix, int rows)
    {
        const float A = 3.4445f, B = -4.7750f, C = 2.0315f; // Jordan et al. 2024
        int columns = matrix.Length / rows;
        float most = Math.Abs(TensorPrimitives.MaxMagnitude<float>(matrix));
        if (most == 0) return;
        TensorPrimitives.Divide(matrix, most, matrix); // first, as squares of very small numbers are 0
        TensorPrimitives.Divide(matrix, TensorPrimitives.Norm<float>(matrix), matrix);
        float[] rented = ArrayPool<float>.Shared.Rent((2 * rows * rows) + matrix.Length);
        Span<float> gram = rented.AsSpan(0, rows * rows), square = rented.AsSpan(gram.Length, gram.Length),
            next = rented.AsSpan(2 * gram.Length, matrix.Length);
        for (int step = 0; step < Steps; step++)
        {
            Products(matrix, rows, gram);
            Products(gram, rows, square);
            for (int i = 0; i < gram.Length; i++) gram[i] = B * gram[i] + C * square[i];
            for (int i = 0; i < rows; i++)
            {
                Span<float> row = next.Slice(i * columns, columns);
                TensorPrimitives.Multiply(matrix.Slice(i * columns, columns), A, row);
                for (int j = 0; j < rows; j++)
                    TensorPrimitives.MultiplyAdd(matrix.Slice(j * columns, columns), gram[i * rows + j], row, row);
            }
            next.CopyTo(matrix);
        }
        ArrayPool<float>.Shared.Return(rented);
    }

    protected override void Move(float[] gradient, double rate)
    {
        Parallel.ForEach(_layers, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, Threads) },
            layer => Muon(layer, gradient.AsSpan(layer.FilterOffset, layer.Filters), rate));
        Adam(gradient, rate, shape.Layers[^1].FilterOffset);
    }

    private void Muon(TransformLayer layer, ReadOnlySpan<float> gradient, double rate)
    {
        Span<float> mean = Mean.AsSpan(layer.FilterOffset, layer.Filters), filters = Values.AsSpan(layer.FilterOffset, layer.Filters);
        float[] rented = ArrayPool<float>.Shared.Rent(layer.Filters);
        Span<float> update = rented.AsSpan(0, layer.Filters);
        TensorPrimitives.Lerp(gradient, mean, Momentum, mean);
        TensorPrimitives.Lerp(gradient, mean, Momentum, update);
        Orthogonalize(update, layer.Outputs);
        // Orthonormal rows have a mean square of 1 over their length.
        float step = (float)(rate * StepSize * Math.Sqrt(layer.Filters / layer.Outputs));
        TensorPrimitives.MultiplyAdd(update, -step, filters, filters);
        ArrayPool<float>.Shared.Return(rented);
    }

    /// <summary>The products of every two rows.</summary>
    private static void Products(ReadOnlySpan<float> matrix, int rows, Span<float> products)
    {
        int columns = matrix.Length / rows;
        for (int i = 0; i < rows; i++)
            for (int j = 0; j <= i; j++)
                products[i * rows + j] = products[j * rows + i] =
                    TensorPrimitives.Dot(matrix.Slice(i * columns, columns), matrix.Slice(j * columns, columns));
    }
}
