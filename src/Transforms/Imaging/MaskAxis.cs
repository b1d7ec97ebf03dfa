namespace MLNetStyle.Imaging;

/// <summary>What masks need along one axis: rows of values in, rows of values out, nothing beyond 0 and 1.</summary>
internal static class MaskAxis
{
    public static float[] Resize(float[] values, int rows, int from, int to)
    {
        if (from == to) return values;
        float[] result = new float[checked(rows * to)];
        double scale = (double)from / to;
        for (int o = 0; o < to; o++)
        {
            (int first, double[] weights) = to < from ? Covered(o * scale, (o + 1) * scale, from)
                : Between(((o + 0.5) * scale) - 0.5, from);
            Weigh(values, from, first, weights, result, to, o);
        }
        return result;
    }

    public static float[] Soften(float[] values, int rows, int length, double radius)
    {
        float[] result = new float[values.Length];
        int reach = (int)Math.Ceiling(radius) - 1;
        double[] bell = new double[(2 * reach) + 1];
        for (int i = 0; i < bell.Length; i++) bell[i] = 0.5 + (0.5 * Math.Cos(Math.PI * (i - reach) / radius));
        for (int o = 0; o < length; o++)
        {
            int first = Math.Max(0, o - reach), last = Math.Min(length - 1, o + reach);
            Weigh(values, length, first, bell.AsSpan(first - (o - reach), last - first + 1), result, length, o);
        }
        return result;
    }

    public static float[] Transpose(float[] values, int rows, int columns)
    {
        float[] result = new float[values.Length];
        for (int y = 0; y < rows; y++)
            for (int x = 0; x < columns; x++) result[(x * rows) + y] = values[(y * columns) + x];
        return result;
    }

    /// <summary>Fills one column of the result. Sum and weights are added up alike, so that ones give exactly 1.</summary>
    private static void Weigh(float[] values, int from, int first, ReadOnlySpan<double> weights, float[] result, int to, int column)
    {
        double all = 0;
        foreach (double weight in weights) all += weight;
        int rows = result.Length / to;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> run = values.AsSpan((row * from) + first, weights.Length);
            double sum = 0;
            for (int i = 0; i < weights.Length; i++) sum += weights[i] * run[i];
            result[(row * to) + column] = (float)Math.Clamp(sum / all, 0, 1);
        }
    }

    private static (int First, double[] Weights) Covered(double begin, double end, int length)
    {
        int first = Math.Min((int)begin, length - 1), last = Math.Clamp((int)Math.Ceiling(end) - 1, first, length - 1);
        double[] weights = new double[last - first + 1];
        for (int i = 0; i < weights.Length; i++) weights[i] = Math.Max(1e-12, Math.Min(end, first + i + 1) - Math.Max(begin, first + i));
        return (first, weights);
    }

    private static (int First, double[] Weights) Between(double at, int length)
    {
        double place = Math.Clamp(at, 0, length - 1);
        int first = Math.Min((int)place, Math.Max(0, length - 2));
        return length == 1 ? (0, [1]) : (first, [first + 1 - place, place - first]);
    }
}
