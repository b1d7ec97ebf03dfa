using System.Numerics.Tensors;
using MLNetStyle.Graphs;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>The target of a nearest-neighbour loss as a search takes it.</summary>
internal sealed class NeighborTarget
{
    /// <summary>What a position without any contrast counts that is matched exactly; by looking at skies, walls and mosaics.</summary>
    private const double Flat = 0.3;

    /// <param name="loss">The loss.</param>
    /// <param name="target">Its statistic, [1, channels, 1 + vectors].</param>
    public NeighborTarget(Loss loss, GraphTensor target)
    {
        if (target.Shape.Count != 3 || target.Shape[2] < 2)
        {
            string shape = string.Join(", ", target.Shape);
            throw new ArgumentException($"The target of the loss '{loss.Name}' has the shape [{shape}]; it needs [1, channels, 1 + "
                + $"vectors].", nameof(target));
        }
        int channels = (int)target.Shape[1], columns = (int)target.Shape[2];
        ReadOnlySpan<float> values = target.Values.Span;
        Columns = NeighborVectors.Held(values, columns, channels);
        (Mean, Units, Bias) = (new float[channels], new float[(long)channels * Columns.Length], new float[Columns.Length]);
        for (int c = 0; c < channels; c++)
        {
            ReadOnlySpan<float> row = values.Slice(c * columns, columns);
            Mean[c] = row[0];
            for (int i = 0; i < Columns.Length; i++)
            {
                Units[i * channels + c] = row[Columns[i]] - row[0];
                Energy += (double)row[Columns[i]] * row[Columns[i]];
            }
        }
        if (Columns.Length > 0) Energy /= Columns.Length;
        for (int i = 0; i < Columns.Length; i++)
        {
            Span<float> unit = Units.AsSpan(i * channels, channels);
            TensorPrimitives.Divide(unit, MathF.Sqrt(TensorPrimitives.SumOfSquares<float>(unit) + NearestNeighborStyleLoss.Least), unit);
            for (int c = 0; c < channels; c++) Bias[i] += unit[c] * Mean[c];
        }
    }

    /// <summary>The mean of the style's vectors.</summary>
    public float[] Mean { get; }

    /// <summary>The style's vectors about the mean, of unit length, one after the other.</summary>
    public float[] Units { get; }

    /// <summary>The product of each of them with the mean.</summary>
    public float[] Bias { get; }

    /// <summary>The mean of the squared lengths of the style's vectors.</summary>
    public double Energy { get; }

    /// <summary>The columns of the statistic that they come from.</summary>
    public int[] Columns { get; }

    /// <summary>
    /// What positions count, 0 to 1: s + (1 - s) c^4 * 0.3, s the squared length of a position's features over the mean of these or of the
    /// style's vectors, whichever is larger, at most 1, and c its cosine with its match. A position where next to nothing is seen has a
    /// match of some direction or other, and would be filled with a weave of it: it is left to the other losses, unless the style has such
    /// places as well, and the match is near.
    /// </summary>
    /// <param name="lengths">The length of each position's features.</param>
    /// <param name="cosines">Each one's cosine with its match.</param>
    /// <param name="energy">The mean of the squared lengths of the style's vectors.</param>
    /// <param name="weights">Receives what they count.</param>
    public static void Weigh(ReadOnlySpan<float> lengths, ReadOnlySpan<float> cosines, double energy, Span<float> weights)
    {
        double mean = 0;
        foreach (float length in lengths) mean += (double)length * length;
        mean = Math.Max(mean / lengths.Length, energy);
        for (int i = 0; i < weights.Length; i++)
        {
            double seen = mean > 0 ? Math.Min(1, lengths[i] * lengths[i] / mean) : 1, near = Math.Max(0, cosines[i]);
            weights[i] = (float)(seen + (1 - seen) * Flat * near * near * near * near);
        }
    }
}
