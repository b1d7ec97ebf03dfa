namespace MLNetStyle.Tests.Support;

/// <summary>The nearest-neighbour loss once more, in 64-bit floats and plain loops.</summary>
internal static class PlainNeighbors
{
    /// <summary>The vector at a position.</summary>
    public static double[] Vector(PlainVgg.Map map, int position) =>
        [.. Enumerable.Range(0, map.Channels).Select(c => map.Values[c * map.Height * map.Width + position])];

    public static double Cosine(double[] a, double[] b, double[] mean)
    {
        double ab = 0, aa = 0, bb = 0;
        for (int c = 0; c < a.Length; c++)
        {
            ab += (a[c] - mean[c]) * (b[c] - mean[c]);
            aa += (a[c] - mean[c]) * (a[c] - mean[c]);
            bb += (b[c] - mean[c]) * (b[c] - mean[c]);
        }
        return ab / Math.Sqrt(Math.Max(aa * bb, 1e-300));
    }

    /// <summary>The mean over the positions of weight times (1 - cosine) to the columns that they are matched with.</summary>
    /// <param name="map">The picture's map.</param>
    /// <param name="statistic">[C][columns], the mean first.</param>
    /// <param name="columns">How many.</param>
    /// <param name="matches">The column of each position.</param>
    /// <param name="weights">What each position counts.</param>
    public static double Distance(PlainVgg.Map map, ReadOnlySpan<float> statistic, int columns, int[] matches, double[] weights)
    {
        double sum = 0;
        double[] mean = Column(statistic, columns, 0);
        for (int i = 0; i < matches.Length; i++) sum += weights[i] * (1 - Cosine(Vector(map, i), Column(statistic, columns, matches[i]),
            mean));
        return sum / matches.Length;
    }

    public static double[] Column(ReadOnlySpan<float> statistic, int columns, int column)
    {
        double[] vector = new double[statistic.Length / columns];
        for (int c = 0; c < vector.Length; c++) vector[c] = statistic[c * columns + column];
        return vector;
    }
}
