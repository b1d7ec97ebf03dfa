namespace MLNetStyle.Losses;

/// <summary>The columns of a nearest-neighbour statistic, [C][1 + vectors]: the mean, the vectors, zeros.</summary>
internal static class NeighborVectors
{
    /// <summary>How many positions at each side of a map are left out, where the map is large enough.</summary>
    public const int Border = 2;

    private const int Most = 127, LevelsAtOnce = 3;

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

    /// <summary>Of columns those that are like no earlier one; copies of one style are one style.</summary>
    public static int[] Distinct(ReadOnlySpan<float> statistic, int columns, int channels, IReadOnlyList<int> held)
    {
        Dictionary<int, List<int>> alike = [];
        List<int> distinct = [];
        foreach (int column in held)
        {
            HashCode hash = default;
            for (int c = 0; c < channels; c++) hash.Add(statistic[c * columns + column]);
            int code = hash.ToHashCode();
            if (!alike.TryGetValue(code, out List<int>? others)) alike[code] = others = [];
            bool copy = false;
            foreach (int other in others) copy |= Same(statistic, column, other);
            if (copy) continue;
            others.Add(column);
            distinct.Add(column);
        }
        return [.. distinct];

        bool Same(ReadOnlySpan<float> values, int a, int b)
        {
            for (int c = 0; c < channels; c++)
                if (values[c * columns + a] != values[c * columns + b]) return false;
            return true;
        }
    }

    /// <summary>The vectors of two statistics by turns, as the weights say, until one has no more or there is no more room.</summary>
    public static float[] Merge(ReadOnlySpan<float> first, double firstWeight, ReadOnlySpan<float> second, double secondWeight, int columns)
    {
        if (first.Length != second.Length || first.Length % columns != 0)
            throw new ArgumentException($"The statistics have {first.Length} and {second.Length} values; they need as many as each "
                + $"other, in {columns} columns.", nameof(second));
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

    /// <summary>
    /// Brings every vector to 255 levels of its own: whole multiples, -127 to 127, of a 127th of its largest value. Vectors that are so
    /// stay as they are; the mean is not touched.
    /// </summary>
    public static void Round(Span<float> statistic, int columns)
    {
        int channels = statistic.Length / columns;
        for (int k = 1; k < columns; k++)
        {
            float step = Step(statistic, columns, k);
            if (step == 0) continue;
            for (int c = 0; c < channels; c++)
            {
                ref float value = ref statistic[c * columns + k];
                value = Level(value, step) * step;
            }
        }
    }

    /// <summary>How many numbers a statistic with some vectors is packed into.</summary>
    public static long PackedLength(int channels, int vectors) => channels + vectors * (1L + PackedValues(channels));

    /// <summary>
    /// A rounded statistic in few numbers: the mean, then for each vector the size of its levels and three levels in each number.
    /// </summary>
    /// <param name="statistic">[C][columns].</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="held">Those that hold a vector.</param>
    /// <param name="packed">Receives <see cref="PackedLength"/> finite numbers.</param>
    public static void Pack(ReadOnlySpan<float> statistic, int columns, ReadOnlySpan<int> held, Span<float> packed)
    {
        int channels = statistic.Length / columns, next = channels;
        for (int c = 0; c < channels; c++) packed[c] = statistic[c * columns];
        foreach (int k in held)
        {
            float step = Step(statistic, columns, k);
            packed[next++] = step;
            for (int c = 0; c < channels; c += LevelsAtOnce)
            {
                int number = 0;
                for (int i = 0; i < LevelsAtOnce; i++) number = (number << 8) | (c + i < channels ? Level(statistic[(c + i) * columns + k],
                    step) + 128 : 0);
                packed[next++] = number; // 24 bits: exact in a float
            }
        }
    }

    /// <summary>What <see cref="Pack"/> was given, its vectors in the first columns.</summary>
    /// <param name="packed">The numbers.</param>
    /// <param name="channels">C.</param>
    /// <param name="columns">The columns to make.</param>
    /// <exception cref="FormatException">The numbers are none that were packed.</exception>
    public static float[] Unpack(ReadOnlySpan<float> packed, int channels, int columns)
    {
        float[] statistic = new float[channels * columns];
        for (int c = 0; c < channels; c++) statistic[c * columns] = packed[c];
        int next = channels;
        for (int k = 1; next < packed.Length; k++)
        {
            float step = packed[next++];
            if (!(step > 0 && float.IsFinite(step * Most))) throw new FormatException("the size of a vector's levels is out of range");
            for (int c = 0; c < channels; c += LevelsAtOnce)
            {
                float number = packed[next++];
                if (!(number >= 0 && number <= 0xFFFFFF)) throw new FormatException("the levels of a vector are out of range");
                for (int i = 0; i < LevelsAtOnce && c + i < channels; i++)
                {
                    int level = (((int)number >> (8 * (LevelsAtOnce - 1 - i))) & 255) - 128;
                    statistic[(c + i) * columns + k] = level * step;
                }
            }
        }
        return statistic;
    }

    private static int PackedValues(int channels) => (channels + LevelsAtOnce - 1) / LevelsAtOnce;

    private static int Level(float value, float step) => (int)Math.Clamp(MathF.Round(value / step), -Most, Most);

    /// <summary>
    /// A 127th of a vector's largest value in 17 binary digits, so that 127 of it are a float and give the same step again.
    /// </summary>
    private static float Step(ReadOnlySpan<float> statistic, int columns, int k)
    {
        float most = 0;
        for (int i = k; i < statistic.Length; i += columns) most = Math.Max(most, Math.Abs(statistic[i]));
        float step = most / Most;
        return step < 1e-30f ? 0 : BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(step) + 64) & ~127);
    }
}
