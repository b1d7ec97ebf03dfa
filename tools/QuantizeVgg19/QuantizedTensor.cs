namespace MLNetStyle.QuantizeVgg19;

/// <summary>A convolution's weights in 8 bits: q * scale or, with minimums, (q + 128) * scale + minimum, filter by filter.</summary>
/// <param name="Codes">The q, filter after filter.</param>
/// <param name="Scales">A step for each filter.</param>
/// <param name="Minimums">The value of the code -128 for each filter; null where the values are steps from zero.</param>
/// <param name="Error">The root of the squared differences over that of the squares.</param>
internal sealed record QuantizedTensor(sbyte[] Codes, float[] Scales, float[]? Minimums, double Error)
{
    private const int Codes8 = 256;

    /// <summary>Weights as they are where they come from 8 bits, else the nearest steps.</summary>
    public static QuantizedTensor Of(ReadOnlySpan<float> weights, int filters) => Grid(weights, filters) ?? Nearest(weights, filters);

    /// <summary>
    /// Weights that were made of 8 bits as lowest + q * (highest - lowest) / 255, rounded to 32 bits after each operation; null if a single
    /// one
    /// would not come back bit for bit.
    /// </summary>
    public static QuantizedTensor? Grid(ReadOnlySpan<float> weights, int filters)
    {
        HashSet<float> distinct = [];
        foreach (float w in weights)
            if (distinct.Add(w) && distinct.Count > Codes8) return null;
        float minimum = distinct.Min(), scale = (distinct.Max() - minimum) / (Codes8 - 1);
        if (!(scale > 0)) return null;
        sbyte[] codes = new sbyte[weights.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            int step = (int)Math.Round((weights[i] - (double)minimum) / scale);
            if (step is < 0 or >= Codes8 || (float)(step * scale) + minimum != weights[i]) return null;
            codes[i] = (sbyte)(step - 128);
        }
        return new QuantizedTensor(codes, [.. Enumerable.Repeat(scale, filters)], [.. Enumerable.Repeat(minimum, filters)], 0);
    }

    /// <summary>Each filter in the steps -127 to 127 of the width that leaves the least squared error.</summary>
    public static QuantizedTensor Nearest(ReadOnlySpan<float> weights, int filters)
    {
        int each = weights.Length / filters;
        sbyte[] codes = new sbyte[weights.Length];
        float[] scales = new float[filters];
        double error = 0, energy = 0;
        for (int f = 0; f < filters; f++)
        {
            ReadOnlySpan<float> filter = weights.Slice(f * each, each);
            float largest = 0;
            foreach (float w in filter) (largest, energy) = (Math.Max(largest, Math.Abs(w)), energy + (double)w * w);
            if (largest == 0) largest = 1;
            double least = double.MaxValue;
            // A step smaller than the largest weight asks for cuts that one off and has the others nearer.
            for (int reach = 100; reach >= 50; reach--)
            {
                float scale = (float)(largest * reach / (100.0 * 127));
                double own = 0;
                foreach (float w in filter)
                {
                    double d = w - (double)(Step(w, scale) * scale);
                    own += d * d;
                }
                if (own < least) (least, scales[f]) = (own, scale);
            }
            for (int i = 0; i < each; i++) codes[f * each + i] = (sbyte)Step(filter[i], scales[f]);
            error += least;
        }
        return new QuantizedTensor(codes, scales, null, Math.Sqrt(error / energy));
    }

    private static int Step(float weight, float scale) => (int)Math.Clamp(Math.Round(weight / (double)scale), -127, 127);
}
