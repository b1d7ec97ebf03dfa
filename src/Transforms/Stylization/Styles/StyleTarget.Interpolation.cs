using MLNetStyle.Graphs;
using MLNetStyle.Imaging;
using MLNetStyle.Losses;

namespace MLNetStyle;

/// <content>Styles between two styles.</content>
public sealed partial class StyleTarget
{
    /// <summary>A style between two: each statistic is (1 - t) a + t b.</summary>
    /// <param name="a">The style at t = 0.</param>
    /// <param name="b">The style at t = 1, measured with the same network and options.</param>
    /// <param name="t">Where between them, 0 to 1.</param>
    /// <returns>The blend; at 0 <paramref name="a"/> itself, at 1 <paramref name="b"/> itself.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="t"/> is not within 0 to 1.</exception>
    /// <exception cref="ArgumentException">The styles were measured by other losses or at other sizes, or have too many images
    /// together.</exception>
    /// <exception cref="NotSupportedException">The styles were measured for the Gaussian kernel, whose samples have no mean.</exception>
    public static StyleTarget Interpolate(StyleTarget a, StyleTarget b, double t)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (!(t is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(t), t,
            "A style between two others is at 0 (the first) to 1 (the second).");
        if (!a.Names.SequenceEqual(b.Names) || !a.Shapes.Zip(b.Shapes, (x, y) => x.SequenceEqual(y)).All(same => same))
            throw new ArgumentException($"The styles can't be blended: one was measured for [{string.Join(", ", a.Names)}], the other "
                + $"for [{string.Join(", ", b.Names)}]. Measure both with the same network and layers.", nameof(b));
        if (a.HasImages != b.HasImages) throw new ArgumentException("The styles can't be blended: one keeps its images, the other does "
            + "not. Measure both with the same options.", nameof(b));
        KeyValuePair<StyleSides, IReadOnlyList<GraphTensor>>[] first = a.Snapshot(), second = b.Snapshot();
        if (!a.HasImages && !first.Select(s => s.Key).SequenceEqual(second.Select(s => s.Key)))
            throw new ArgumentException($"The styles can't be blended: one was measured at {string.Join(", ", a.Sizes)} pixels, the "
                + $"other at {string.Join(", ", b.Sizes)}. Measure both with the same options.", nameof(b));
        if (t == 0) return a;
        if (t == 1) return b;
        if (a.Images.Count + b.Images.Count > StyleSource.MaxImages)
            throw new ArgumentException($"The styles have {a.Images.Count + b.Images.Count} images together; {StyleSource.MaxImages} can "
                + $"be kept. Set Size, and do not match histograms, so that none has to be.", nameof(b));
        StyleTarget blend = new(a.Names, a.Shapes, [.. Weighted(a.Images, 1 - t), .. Weighted(b.Images, t)],
            [.. a.Colors.Zip(b.Colors, (x, y) => ColorStatistics.Mix([(1 - t, x), (t, y)]))]);
        if (blend.HasImages) return blend; // measured with these weights, which is the same blend
        for (int i = 0; i < first.Length; i++)
        {
            IReadOnlyList<GraphTensor> from = first[i].Value, to = second[i].Value;
            blend.Add(first[i].Key, [.. from.Select((f, k) => Between(f, to[k], t, a.Names[k]))]);
        }
        return blend;
    }

    private static GraphTensor Between(GraphTensor a, GraphTensor b, double t, string name)
    {
        if (NearestNeighborStyleLoss.IsOne(name)) return new GraphTensor(NeighborVectors.Merge(a.Values.Span, 1 - t, b.Values.Span, t,
            (int)a.Shape[^1]), [.. a.Shape]);
        if (SampledStyleLoss.IsOne(name))
            throw new NotSupportedException($"The loss '{name}' compares samples, which have nothing between them. Use another statistic.");
        float[] between = new float[a.Values.Length];
        ReadOnlySpan<float> from = a.Values.Span, to = b.Values.Span;
        for (int i = 0; i < between.Length; i++) between[i] = (float)((1 - t) * from[i] + t * to[i]);
        return new GraphTensor(between, [.. a.Shape]);
    }

    private static IEnumerable<StyleTargetImage> Weighted(IEnumerable<StyleTargetImage> images, double factor) =>
        images.Select(i => i with { Weights = [.. i.Weights.Select(w => w * factor)] });
}
