namespace MLNetStyle.Tests.Support;

/// <summary>The network and the losses once more, in 64-bit floats and plain loops, straight from the definitions.</summary>
internal static class PlainVgg
{
    /// <summary>A feature map: values in row-major order, channels first.</summary>
    public sealed record Map(double[] Values, int Channels, int Height, int Width)
    {
        /// <summary>A value; 0 outside.</summary>
        public double this[int c, int y, int x] => y < 0 || x < 0 || y >= Height || x >= Width ? 0 : Values[(c * Height + y) * Width + x];
    }

    /// <summary>Every layer's output up to one.</summary>
    public static Dictionary<string, Map> Features(IReadOnlyDictionary<string, (float[] Values, long[] Shape)> tensors, Map image,
        Pooling pooling, string last)
    {
        double[] mean = [123.68, 116.779, 103.939];
        int area = image.Height * image.Width;
        Map map = image with { Values = [.. image.Values.Select((v, i) => v - mean[i / area])] };
        Dictionary<string, Map> maps = [];
        int[] blocks = [2, 2, 4, 4, 4];
        for (int b = 1; b <= 5; b++)
        {
            for (int i = 1; i <= blocks[b - 1]; i++)
            {
                maps[$"conv{b}_{i}"] = map = Convolve(map, tensors[$"conv{b}_{i}.weight"].Values, tensors[$"conv{b}_{i}.bias"].Values);
                maps[$"relu{b}_{i}"] = map = map with { Values = [.. map.Values.Select(v => Math.Max(v, 0))] };
                if (maps.ContainsKey(last)) return maps;
            }
            maps[$"pool{b}"] = map = Pool(map, pooling);
            if (maps.ContainsKey(last)) return maps;
        }
        return maps;
    }

    /// <summary>F F^T / (C H W).</summary>
    public static double[] Gram(Map map)
    {
        int n = map.Height * map.Width;
        double[] gram = new double[map.Channels * map.Channels];
        for (int a = 0; a < map.Channels; a++)
            for (int b = 0; b < map.Channels; b++)
                for (int i = 0; i < n; i++) gram[a * map.Channels + b] += map.Values[a * n + i] * map.Values[b * n
                    + i] / (map.Channels * (double)n);
        return gram;
    }

    /// <summary>mean((a - b)^2).</summary>
    public static double MeanSquare(double[] a, double[]? b = null) =>
        a.Select((v, i) => (v - (b?[i] ?? 0)) * (v - (b?[i] ?? 0))).Average();

    /// <summary>The sums of squared differences of vertical and of horizontal neighbours.</summary>
    public static (double Vertical, double Horizontal) Variation(Map image)
    {
        double vertical = 0, horizontal = 0;
        for (int c = 0; c < image.Channels; c++)
            for (int y = 0; y < image.Height; y++)
                for (int x = 0; x < image.Width; x++)
                {
                    if (y > 0) vertical += Math.Pow(image[c, y, x] - image[c, y - 1, x], 2);
                    if (x > 0) horizontal += Math.Pow(image[c, y, x] - image[c, y, x - 1], 2);
                }
        return (vertical, horizontal);
    }

    private static Map Convolve(Map map, float[] weight, float[] bias)
    {
        Map result = new(new double[bias.Length * map.Height * map.Width], bias.Length, map.Height, map.Width);
        for (int o = 0; o < bias.Length; o++)
            for (int y = 0; y < map.Height; y++)
                for (int x = 0; x < map.Width; x++)
                {
                    double sum = bias[o];
                    for (int c = 0; c < map.Channels; c++)
                        for (int k = 0; k < 9; k++) sum += weight[(o * map.Channels + c) * 9 + k] * map[c, y + k / 3 - 1, x + k % 3 - 1];
                    result.Values[(o * map.Height + y) * map.Width + x] = sum;
                }
        return result;
    }

    private static Map Pool(Map map, Pooling pooling)
    {
        int height = map.Height / 2, width = map.Width / 2;
        Map result = new(new double[map.Channels * height * width], map.Channels, height, width);
        for (int c = 0; c < map.Channels; c++)
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++)
                {
                    double[] four = [map[c, 2 * y, 2 * x], map[c, 2 * y, 2 * x + 1], map[c, 2 * y + 1, 2 * x],
                        map[c, 2 * y + 1, 2 * x + 1]];
                    result.Values[(c * height + y) * width + x] = pooling == Pooling.Max ? four.Max() : four.Average();
                }
        return result;
    }
}
