using System.Numerics.Tensors;
using MLNetStyle.Graphs;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>The target of a nearest-neighbour loss as a search takes it.</summary>
internal sealed class NeighborTarget
{
    /// <summary>What a position without any contrast counts that is matched exactly; by looking at skies, walls and mosaics.</summary>
    private const double Flat = 0.3;

    /// <summary>The content's share in what is searched for at a position without any contrast; by looking at skies and walls.</summary>
    private const double FlatShare = 0.4;

    /// <summary>What a vector's price rises by at a search that finds it twice as often as its share.</summary>
    private const double PriceStep = 0.1;

    /// <summary>The most, in such steps, that a price rises by at a search.</summary>
    private const double MostSteps = 2;

    /// <summary>The highest price, and the lowest below 0.</summary>
    private const double MostPrice = 0.3;

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
        if (loss.BalancesMatches) Columns = NeighborVectors.Distinct(values, columns, channels, Columns);
        (Mean, Units) = (new float[channels], new float[(long)channels * Columns.Length]);
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
        }
    }

    /// <summary>The mean of the style's vectors.</summary>
    public float[] Mean { get; }

    /// <summary>The style's vectors about the mean, of unit length, one after the other.</summary>
    public float[] Units { get; }

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
        double reference = Reference(lengths, energy);
        for (int i = 0; i < weights.Length; i++)
        {
            double seen = Seen(lengths[i], reference), near = Math.Max(0, cosines[i]);
            weights[i] = (float)(seen + (1 - seen) * Flat * near * near * near * near);
        }
    }

    /// <summary>
    /// The content's share in what matches are searched for. Where they are balanced 0.4 + (0.75 - 0.4) s, s as for <see cref="Weigh"/> of
    /// the content: where next to nothing is seen in the content, what the picture has there by now says more of what it could become.
    /// Else <see cref="NearestNeighborStyleLoss.ContentShare"/> throughout, as in the paper.
    /// </summary>
    /// <param name="loss">The loss.</param>
    /// <param name="lengths">The length of the content's features at each position.</param>
    /// <param name="energy">The mean of the squared lengths of the style's vectors.</param>
    /// <param name="shares">Receives the shares.</param>
    public static void Share(Loss loss, ReadOnlySpan<float> lengths, double energy, Span<float> shares)
    {
        shares.Fill((float)NearestNeighborStyleLoss.ContentShare);
        if (!loss.BalancesMatches) return;
        double reference = Reference(lengths, energy);
        for (int i = 0; i < shares.Length; i++)
            shares[i] = (float)(FlatShare + (NearestNeighborStyleLoss.ContentShare - FlatShare) * Seen(lengths[i], reference));
    }

    /// <summary>
    /// What vectors cost at the next search, where matches are balanced: p_j grows by 0.1 (n_j / max(1, N / M) - 1), at most by 0.2, n_j of
    /// N positions having found the j-th of M vectors, and stays within -0.3 to 0.3. So matches come nearer to one in which all of the
    /// style has its part, by steps as of an auction (Bertsekas 1988, "The auction algorithm: A distributed relaxation method for the
    /// assignment problem"), and stop where another vector would be less alike by more than prices differ. Positions that count nothing
    /// are left out.
    /// </summary>
    /// <param name="loss">The loss.</param>
    /// <param name="found">The vector that each position found.</param>
    /// <param name="weights">What the positions count.</param>
    /// <param name="prices">What is taken off each vector's cosine; changed.</param>
    public static void Charge(Loss loss, ReadOnlySpan<int> found, ReadOnlySpan<float> weights, Span<float> prices)
    {
        if (!loss.BalancesMatches) return;
        int[] times = new int[prices.Length];
        int positions = 0;
        for (int i = 0; i < found.Length; i++)
        {
            if (weights[i] == 0) continue;
            times[found[i]]++;
            positions++;
        }
        if (positions == 0) return;
        double due = Math.Max(1, (double)positions / prices.Length);
        for (int j = 0; j < prices.Length; j++)
            prices[j] = (float)Math.Clamp(prices[j] + PriceStep * Math.Min(times[j] / due - 1, MostSteps), -MostPrice, MostPrice);
    }

    private static double Reference(ReadOnlySpan<float> lengths, double energy)
    {
        double sum = 0;
        foreach (float length in lengths) sum += (double)length * length;
        return Math.Max(sum / lengths.Length, energy);
    }

    private static double Seen(float length, double reference) => reference > 0 ? Math.Min(1, (double)length * length / reference) : 1;
}
