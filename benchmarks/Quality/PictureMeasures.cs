using System.Globalization;
using System.Numerics.Tensors;
using MLNetStyle.Graphs;
using MLNetStyle.Losses;
using MLNetStyle.Stylization;

namespace MLNetStyle.Benchmarks.Quality;

/// <summary>How a picture relates to its content and its style, in the space of a network that measures.</summary>
/// <param name="Gram">Mean over relu1_1 to relu5_1 of sum (G - A)^2 / sum A^2, G and A the Gram matrices of picture and style.</param>
/// <param name="Content">sum (F - P)^2 / sum P^2 at relu4_2, P the content's.</param>
/// <param name="SelfSimilarity">
/// Mean |D - E| over pairs of positions, D_ij = 1 - cos of the picture's hypercolumns i and j over the mean of its row, E the content's:
/// relu3_3, relu4_2 and
/// relu5_1 on relu4_2's grid (Kolkin, Salavon, Shakhnarovich 2019, equation 6, times the number of positions).
/// </param>
/// <param name="Edges">The correlation of the gradients' magnitudes (Sobel, of luminance, at 256 pixels) of picture and content.</param>
/// <param name="Sliced">Mean over relu1_1 to relu4_1 and 64 directions of the squared 2-Wasserstein distance of projections, over the
/// style's variance there.</param>
/// <param name="ToStyle">Mean over the picture's positions of 1 - cos to the nearest of the style's, at relu3_1 and relu4_1, about the
/// style's mean.</param>
/// <param name="FromStyle">The same from the style's positions to the picture's: how much of the style is used.</param>
internal readonly record struct Measures(double Gram, double Content, double SelfSimilarity, double Edges, double Sliced, double ToStyle,
    double FromStyle)
{
    public const string Head = "   Gram content self-sim  edges sliced to-sty fr-sty";

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Gram,7:F4} {Content,7:F3} {SelfSimilarity,8:F4} {Edges,6:F3} {Sliced,6:F3} {ToStyle,6:F3} {FromStyle,6:F3}");

    public static Measures Mean(IReadOnlyCollection<Measures> all) => new(
        all.Average(m => m.Gram), all.Average(m => m.Content), all.Average(m => m.SelfSimilarity), all.Average(m => m.Edges),
            all.Average(m => m.Sliced),
        all.Average(m => m.ToStyle), all.Average(m => m.FromStyle));
}

/// <summary>Measures pictures against one content and one style.</summary>
internal sealed class PictureMeasures
{
    private const int MostPositions = 1024, Directions = 64, Levels = 512, EdgeSize = 256;

    private static readonly string[] s_gram = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"], s_self = ["relu3_3", "relu4_2"];

    private readonly IStyleMeter _meter;
    private readonly IReadOnlyList<GraphTensor> _content, _style;
    private readonly double[] _similarity;
    private readonly double[] _edges;

    /// <param name="meter">From <see cref="Meter"/>.</param>
    /// <param name="content">The content at the picture's size.</param>
    /// <param name="style">The style at the size that it was measured at.</param>
    public PictureMeasures(IStyleMeter meter, PlanarImage content, PlanarImage style)
    {
        (_meter, _content, _style) = (meter, meter.Measure(content), meter.Measure(style));
        (_similarity, _edges) = (Similarity(_content), Edges(content));
    }

    public static IStyleMeter Meter(Network network) => new CpuEngine(network).CreateMeter(
        [.. s_gram.Select(l => new GramStyleLoss(l)), .. s_gram.Concat(s_self).Select(l => new ContentLoss(l))]);

    public Measures Of(PlanarImage picture)
    {
        IReadOnlyList<GraphTensor> own = _meter.Measure(picture);
        double[] similarity = Similarity(own);
        double difference = 0;
        for (int i = 0; i < similarity.Length; i++) difference += Math.Abs(similarity[i] - _similarity[i]);
        (double to, double from) = Nearest(own, 7);
        (double deepTo, double deepFrom) = Nearest(own, 8);
        return new Measures(
            Enumerable.Range(0, 5).Average(i => FeatureDistances.Relative(own[i], _style[i])), FeatureDistances.Relative(own[11], _content[11]),
                difference / similarity.Length,
            Correlation(Edges(picture), _edges), Enumerable.Range(5, 4).Average(i => Sliced(own[i], _style[i])), (to + deepTo) / 2,
                (from + deepFrom) / 2);
    }

    /// <summary>Vectors of a map at evenly spread positions, about a mean, of unit length.</summary>
    private static float[][] Vectors(GraphTensor map, int most, float[]? mean = null)
    {
        int channels = (int)map.Shape[1], pixels = (int)(map.Shape[2] * map.Shape[3]), count = Math.Min(pixels, most);
        ReadOnlyMemory<float> values = map.Values;
        float[][] vectors = [.. Enumerable.Range(0, count).Select(k =>
        {
            // Steps of the golden ratio visit a map evenly whatever their number.
            int at = count == pixels ? k : (int)((k + 0.5) * 0.6180339887498949 % 1 * pixels);
            float[] vector = new float[channels];
            for (int c = 0; c < channels; c++) vector[c] = values.Span[c * pixels + at] - (mean?[c] ?? 0);
            return vector;
        })];
        foreach (float[] vector in vectors) TensorPrimitives.Divide(vector,
            MathF.Sqrt(TensorPrimitives.SumOfSquares<float>(vector)) + 1e-12f, vector);
        return vectors;
    }

    private static float[] Mean(GraphTensor map)
    {
        int channels = (int)map.Shape[1], pixels = (int)(map.Shape[2] * map.Shape[3]);
        return [.. Enumerable.Range(0, channels).Select(c => TensorPrimitives.Sum<float>(map.Values.Span.Slice(c * pixels,
            pixels)) / pixels)];
    }

    private (double To, double From) Nearest(IReadOnlyList<GraphTensor> own, int layer)
    {
        float[] mean = Mean(_style[layer]);
        float[][] picture = Vectors(own[layer], 2 * MostPositions, mean), style = Vectors(_style[layer], 2 * MostPositions, mean);
        float[] best = new float[picture.Length], reached = new float[style.Length];
        Array.Fill(best, -1);
        Array.Fill(reached, -1);
        for (int i = 0; i < picture.Length; i++)
        {
            for (int j = 0; j < style.Length; j++)
            {
                float cosine = TensorPrimitives.Dot<float>(picture[i], style[j]);
                if (cosine > best[i]) best[i] = cosine;
                if (cosine > reached[j]) reached[j] = cosine;
            }
        }
        return (1 - best.Average(), 1 - reached.Average());
    }

    private static double[] Similarity(IReadOnlyList<GraphTensor> maps)
    {
        GraphTensor grid = maps[11];
        int height = (int)grid.Shape[2], width = (int)grid.Shape[3], pixels = height * width,
            step = (int)Math.Ceiling(Math.Sqrt((double)pixels / MostPositions));
        List<float[]> columns = [];
        for (int y = step / 2; y < height; y += step)
        {
            for (int x = step / 2; x < width; x += step)
            {
                List<float> column = [];
                foreach (int l in (int[])[10, 11, 9])
                {
                    int h = (int)maps[l].Shape[2], w = (int)maps[l].Shape[3], at = Math.Min(h - 1,
                        (2 * y + 1) * h / (2 * height)) * w + Math.Min(w - 1, (2 * x + 1) * w / (2 * width));
                    for (int c = 0; c < maps[l].Shape[1]; c++) column.Add(maps[l].Values.Span[c * h * w + at]);
                }
                float[] vector = [.. column];
                TensorPrimitives.Divide(vector, MathF.Sqrt(TensorPrimitives.SumOfSquares<float>(vector)) + 1e-12f, vector);
                columns.Add(vector);
            }
        }
        int n = columns.Count;
        double[] distances = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = i + 1; j < n; j++) distances[i * n + j] = distances[j * n + i] = 1 - TensorPrimitives.Dot<float>(columns[i],
                columns[j]);
        for (int i = 0; i < n; i++)
        {
            Span<double> row = distances.AsSpan(i * n, n);
            TensorPrimitives.Divide(row, TensorPrimitives.Sum<double>(row) / n + 1e-12, row);
        }
        return distances;
    }

    private static double Sliced(GraphTensor own, GraphTensor style)
    {
        int channels = (int)own.Shape[1];
        Random random = new(1);
        double sum = 0;
        for (int d = 0; d < Directions; d++)
        {
            float[] direction = [.. Enumerable.Range(0, channels).Select(_ =>
                (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5))];
            double[] a = Quantiles(own, direction), b = Quantiles(style, direction);
            double mean = b.Average(), variance = b.Average(v => (v - mean) * (v - mean));
            sum += a.Zip(b, (x, y) => (x - y) * (x - y)).Average() / variance;
        }
        return sum / Directions;
    }

    private static double[] Quantiles(GraphTensor map, float[] direction)
    {
        int pixels = (int)(map.Shape[2] * map.Shape[3]);
        float[] projected = new float[pixels];
        for (int c = 0; c < direction.Length; c++) TensorPrimitives.MultiplyAdd(map.Values.Span.Slice(c * pixels, pixels), direction[c],
            projected, projected);
        Array.Sort(projected);
        return [.. Enumerable.Range(0, Levels).Select(k => (double)projected[(int)((k + 0.5) / Levels * pixels)])];
    }

    private static double[] Edges(PlanarImage picture)
    {
        PlanarImage small = Sheet.Sized(picture, EdgeSize);
        int w = small.Width, h = small.Height;
        float[] light = new float[w * h];
        for (int i = 0; i < light.Length; i++) light[i] = 0.299f * small.Plane(0)[i] + 0.587f * small.Plane(1)[i]
            + 0.114f * small.Plane(2)[i];
        double[] edges = new double[(w - 2) * (h - 2)];
        for (int y = 1; y < h - 1; y++)
        {
            for (int x = 1; x < w - 1; x++)
            {
                double across = 0, down = 0;
                for (int k = -1; k <= 1; k++)
                {
                    int weight = k == 0 ? 2 : 1;
                    across += weight * (light[(y + k) * w + x + 1] - light[(y + k) * w + x - 1]);
                    down += weight * (light[(y + 1) * w + x + k] - light[(y - 1) * w + x + k]);
                }
                edges[(y - 1) * (w - 2) + x - 1] = Math.Sqrt(across * across + down * down);
            }
        }
        return edges;
    }

    private static double Correlation(double[] a, double[] b)
    {
        double ma = a.Average(), mb = b.Average(), ab = 0, aa = 0, bb = 0;
        for (int i = 0; i < a.Length; i++)
        {
            ab += (a[i] - ma) * (b[i] - mb);
            aa += (a[i] - ma) * (a[i] - ma);
            bb += (b[i] - mb) * (b[i] - mb);
        }
        return ab / Math.Sqrt(aa * bb + 1e-12);
    }
}
