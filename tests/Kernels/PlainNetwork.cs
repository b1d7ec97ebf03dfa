using MLNetStyle.Kernels;

namespace MLNetStyle.Tests.Kernels;

/// <summary>The same network in double precision, planar and loop by loop: what the engine is compared with.</summary>
internal sealed class PlainNetwork(IReadOnlyList<EngineLayer> layers)
{
    private readonly List<(double[] Values, int Channels, int Height, int Width)> _values = [];

    public (double[] Values, int Channels, int Height, int Width) Map(string name) =>
        _values[layers.ToList().FindIndex(l => l.Name == name) + 1];

    public void Forward(double[] image, int height, int width)
    {
        _values.Clear();
        _values.Add((image, 3, height, width));
        foreach (EngineLayer layer in layers)
        {
            (double[] x, int c, int h, int w) = _values[^1];
            _values.Add(layer.Kind switch
            {
                EngineLayerKind.Convolution => (Convolve(layer, x, h, w), layer.Outputs, h, w),
                EngineLayerKind.Relu => ([.. x.Select(v => Math.Max(v, 0))], c, h, w),
                _ => (Pool(layer.Kind, x, c, h, w), c, h / 2, w / 2),
            });
        }
    }

    public double[] Backward(IReadOnlyDictionary<string, double[]> gradients)
    {
        double[]? g = null;
        for (int i = layers.Count; i > 0; i--)
        {
            EngineLayer layer = layers[i - 1];
            (double[] y, int c, int h, int w) = _values[i];
            g ??= new double[y.Length];
            if (gradients.TryGetValue(layer.Name, out double[]? wanted)) g = [.. g.Zip(wanted, (a, b) => a + b)];
            (double[] x, _, int hx, int wx) = _values[i - 1];
            g = layer.Kind switch
            {
                EngineLayerKind.Convolution => ConvolveBack(layer, g, h, w),
                EngineLayerKind.Relu => [.. g.Zip(y, (a, b) => b > 0 ? a : 0)],
                _ => PoolBack(layer.Kind, g, x, c, hx, wx),
            };
        }
        return g!;
    }

    public static double[] Convolve(EngineLayer layer, double[] x, int h, int w)
    {
        double[] y = new double[layer.Outputs * h * w];
        float[] f = layer.Weights.ToArray(), b = layer.Bias.ToArray();
        for (int k = 0; k < layer.Outputs; k++)
        {
            for (int i = 0; i < h * w; i++) y[k * h * w + i] = b[k];
            for (int c = 0; c < layer.Inputs; c++)
                for (int t = 0; t < 9; t++)
                    Shifted(h, w, t, (to, from) => y[k * h * w + to] += f[(k * layer.Inputs + c) * 9 + t] * x[c * h * w + from]);
        }
        return y;
    }

    private static double[] ConvolveBack(EngineLayer layer, double[] g, int h, int w)
    {
        double[] x = new double[layer.Inputs * h * w];
        float[] f = layer.Weights.ToArray();
        for (int k = 0; k < layer.Outputs; k++)
            for (int c = 0; c < layer.Inputs; c++)
                for (int t = 0; t < 9; t++)
                    Shifted(h, w, t, (to, from) => x[c * h * w + from] += f[(k * layer.Inputs + c) * 9 + t] * g[k * h * w + to]);
        return x;
    }

    private static void Shifted(int h, int w, int tap, Action<int, int> pair)
    {
        int dy = tap / 3 - 1, dx = tap % 3 - 1;
        for (int y = Math.Max(0, -dy); y < Math.Min(h, h - dy); y++)
            for (int x = Math.Max(0, -dx); x < Math.Min(w, w - dx); x++) pair(y * w + x, (y + dy) * w + x + dx);
    }

    private static double[] Pool(EngineLayerKind kind, double[] x, int c, int h, int w)
    {
        double[] y = new double[c * (h / 2) * (w / 2)];
        Windows(c, h, w, (to, from) => y[to] = kind == EngineLayerKind.MaxPool ? from.Max(i => x[i]) : from.Average(i => x[i]));
        return y;
    }

    private static double[] PoolBack(EngineLayerKind kind, double[] g, double[] x, int c, int h, int w)
    {
        double[] d = new double[x.Length];
        Windows(c, h, w, (to, from) =>
        {
            if (kind == EngineLayerKind.MaxPool) d[from.MaxBy(i => x[i])] = g[to];
            else foreach (int i in from) d[i] = g[to] / 4;
        });
        return d;
    }

    private static void Windows(int c, int h, int w, Action<int, int[]> window)
    {
        for (int k = 0; k < c; k++)
            for (int y = 0; y < h / 2; y++)
                for (int x = 0; x < w / 2; x++)
                {
                    int corner = (k * h + 2 * y) * w + 2 * x;
                    window((k * (h / 2) + y) * (w / 2) + x, [corner, corner + 1, corner + w, corner + w + 1]);
                }
    }
}
