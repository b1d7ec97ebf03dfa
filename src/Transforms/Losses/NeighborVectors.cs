namespace MLNetStyle.Losses;

/// <summary>The columns of a nearest-neighbour statistic, [C][1 + vectors]: the mean, the vectors, zeros.</summary>
internal static class NeighborVectors
{
    /// <summary>How many positions at each side of a map are left out, where the map is large enough.</summary>
    public const int Border = 2;

    /// <summary>How many columns hold a vector.</summary>
    public static int Count(ReadOnlySpan<float> statistic, int columns)
    {
        int channels = statistic.Length / columns;
        int[] held = Held(statistic, columns, channels);
        return held.Length;
    }

    /// <summary>The columns that hold a vector, in order; the mean is not among them.</summary>
    public static int[] Held(ReadOnlySpan<float> statistic, int columns, int channels)
    {
        bool[] any = new bool[columns];
        for (int c = 0; c < channels; c++)
        {
            ReadOnlySpan<float> row = statistic.Slice(c * columns, columns);
            for (int k = 1; k < columns; k++) any[k] |= row[k] != 0;
        }
        return [.. Enumerable.Range(1, columns - 1).Where(k => any[k])];
    }

    /// <summary>The vectors of two statistics by turns, as the weights say, until one has no more or there is no more room.</summary>
    public static float[] Merge(ReadOnlySpan<float> first, double firstWeight, ReadOnlySpan<float> second, double secondWeight, int columns)
    {
        if (first.Length != second.Length || first.Length % columns != 0) throw new ArgumentException($"The statistics have {first.Length} and {second.Length} values; they need as many as each other, in {columns} columns.", nameof(second));
        int channels = first.Length / columns;
        int[] a = Held(first, columns, channels), b = Held(second, columns, channels);
        double share = firstWeight / (firstWeight + secondWeight);
        float[] merged = new float[first.Length];
        for (int c = 0; c < channels; c++) merged[c * columns] = (float)(share * first[c * columns] + (1 - share) * second[c * columns]);
        int fromA = 0, fromB = 0;
        for (int k = 1; k < columns; k++)
        {
            bool takesFirst = share * k >= fromA + 0.5;
            if (takesFirst ? fromA == a.Length : fromB == b.Length) break;
            int column = takesFirst ? a[fromA++] : b[fromB++];
            ReadOnlySpan<float> source = takesFirst ? first : second;
            for (int c = 0; c < channels; c++) merged[c * columns + k] = source[c * columns + column];
        }
        return merged;
    }
}
