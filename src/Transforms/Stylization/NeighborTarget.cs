using System.Numerics.Tensors;
using MLNetStyle.Graphs;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>The target of a nearest-neighbour loss as a search takes it.</summary>
internal sealed class NeighborTarget
{
    /// <param name="loss">The loss.</param>
    /// <param name="target">Its statistic, [1, channels, 1 + vectors].</param>
    public NeighborTarget(Loss loss, GraphTensor target)
    {
        if (target.Shape.Count != 3 || target.Shape[2] < 2)
            throw new ArgumentException($"The target of the loss '{loss.Name}' has the shape [{string.Join(", ", target.Shape)}]; it needs [1, channels, 1 + vectors].", nameof(target));
        int channels = (int)target.Shape[1], columns = (int)target.Shape[2];
        ReadOnlySpan<float> values = target.Values.Span;
        Columns = NeighborVectors.Held(values, columns, channels);
        (Mean, Units, Bias) = (new float[channels], new float[(long)channels * Columns.Length], new float[Columns.Length]);
        for (int c = 0; c < channels; c++)
        {
            ReadOnlySpan<float> row = values.Slice(c * columns, columns);
            Mean[c] = row[0];
            for (int i = 0; i < Columns.Length; i++) Units[i * channels + c] = row[Columns[i]] - row[0];
        }
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

    /// <summary>The columns of the statistic that they come from.</summary>
    public int[] Columns { get; }

    /// <summary>What positions count.</summary>
    public static void Weigh(ReadOnlySpan<float> lengths, int width, int height, Span<float> weights)
    {
        weights.Fill(1);
        string? mode = Environment.GetEnvironmentVariable("NN_WEIGH");
        if (mode is null) return;
        foreach (string part in mode.Split(','))
        {
            string[] p = part.Split('=');
            double v = double.Parse(p[1], System.Globalization.CultureInfo.InvariantCulture);
            switch (p[0])
            {
                case "border":
                    int edge = Math.Min((int)v, Math.Min(width, height) / 8);
                    for (int y = 0; y < height; y++)
                        for (int x = 0; x < width; x++)
                            if (x < edge || y < edge || x >= width - edge || y >= height - edge) weights[y * width + x] = 0;
                    break;
                case "norm":
                    double mean = 0;
                    foreach (float l in lengths) mean += l;
                    mean /= lengths.Length;
                    for (int i = 0; i < weights.Length; i++) weights[i] *= (float)Math.Min(2, Math.Pow(lengths[i] / mean, v));
                    break;
            }
        }
    }
}
