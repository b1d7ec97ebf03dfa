using MLNetStyle.Imaging;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>The colours of a style, of each region where there are some, collected image by image.</summary>
/// <param name="network">The network that the losses look into.</param>
/// <param name="losses">The style losses: colours come from the images that give the finest layers.</param>
/// <param name="regions">The names of the regions; none for a style without.</param>
internal sealed class StyleColors(Network network, IReadOnlyList<Loss> losses, IReadOnlyList<string> regions)
{
    private readonly List<(double Weight, ColorStatistics Colors)>[] _parts = [.. Enumerable.Range(0, Math.Max(1,
        regions.Count)).Select(_ => new List<(double, ColorStatistics)>())];
    private readonly int[] _finest = [.. (regions.Count == 0 ? [""] : regions).Select(r => Finest(network, losses, r))];

    /// <summary>The colours, one a region.</summary>
    public IReadOnlyList<ColorStatistics> Value => [.. _parts.Select(Mixed)];

    /// <summary>Adds an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="own">Its masks; null where there are no regions.</param>
    /// <param name="weights">Its weight at each loss.</param>
    public void Add(PlanarImage image, RegionMasks? own, double[] weights)
    {
        for (int i = 0; i < _parts.Length; i++)
        {
            if (_finest[i] < 0 || !(weights[_finest[i]] > 0)) continue;
            int at = own is null ? -1 : own.Names.ToList().IndexOf(regions[i]);
            ColorStatistics? colors = at < 0 ? ColorStatistics.Of(image) : ColorStatistics.Of(image, own!.Masks[at].Values);
            if (colors is not null) _parts[i].Add((weights[_finest[i]], colors));
        }
    }

    /// <summary>A content in a style's colours, each of its regions in its own.</summary>
    /// <param name="content">The content.</param>
    /// <param name="colors">The colours, one a region.</param>
    /// <param name="masks">The regions at the content's size; empty where there are none.</param>
    /// <param name="share">How far its colours go, 0 to 1.</param>
    public static PlanarImage Recolored(PlanarImage content, IReadOnlyList<ColorStatistics> colors, IReadOnlyList<Mask> masks,
        double share)
    {
        PlanarImage recolored = Mapped(content, colors, masks, ColorTransfer.Recolor);
        if (share >= 1) return recolored;
        float[] samples = recolored.Samples;
        for (int i = 0; i < samples.Length; i++) samples[i] = (float)(share * samples[i] + (1 - share) * content.Samples[i]);
        return recolored;
    }

    /// <summary>
    /// A picture whose colours spread no farther than the style's, or than the content's as far as these are kept: a network hardly sees
    /// fine changes of chroma, and leaves speckles of it where the style has next to none.
    /// </summary>
    /// <param name="picture">The picture.</param>
    /// <param name="content">The content at its size.</param>
    /// <param name="colors">The style's colours, one a region.</param>
    /// <param name="masks">The regions at the picture's size; empty where there are none.</param>
    /// <param name="share">How far the content's colours went to the style's, 0 to 1.</param>
    public static PlanarImage Bounded(PlanarImage picture, PlanarImage content, IReadOnlyList<ColorStatistics> colors,
        IReadOnlyList<Mask> masks, double share) => Mapped(picture, share >= 1 ? colors : [.. colors.Select((style, i) =>
            (masks.Count == 0 ? ColorStatistics.Of(content) : ColorStatistics.Of(content, masks[i].Values)) is { } own
                ? ColorStatistics.Between(own, style, share) : style)], masks, ColorTransfer.Bound);

    private static PlanarImage Mapped(PlanarImage content, IReadOnlyList<ColorStatistics> colors, IReadOnlyList<Mask> masks,
        Func<PlanarImage, ColorStatistics, ColorStatistics, PlanarImage> map)
    {
        if (masks.Count == 0) return map(content, ColorStatistics.Of(content), colors[0]);
        PlanarImage sum = new(content.Width, content.Height);
        float[] shares = new float[content.Width * content.Height];
        foreach (Mask mask in masks)
            for (int i = 0; i < shares.Length; i++) shares[i] += mask.Values[i];
        for (int region = 0; region < masks.Count; region++)
        {
            if (ColorStatistics.Of(content, masks[region].Values) is not { } own) continue;
            PlanarImage part = map(content, own, colors[region]);
            for (int c = 0; c < PlanarImage.Channels; c++)
            {
                Span<float> to = sum.Plane(c), from = part.Plane(c);
                for (int i = 0; i < to.Length; i++)
                    if (shares[i] > 0) to[i] += masks[region].Values[i] / Math.Max(1, shares[i]) * from[i];
            }
        }
        // What belongs to no region, or to one in part, keeps its own colours in that part.
        for (int c = 0; c < PlanarImage.Channels; c++)
        {
            Span<float> to = sum.Plane(c), from = content.Plane(c);
            for (int i = 0; i < to.Length; i++) to[i] += Math.Max(0, 1 - shares[i]) * from[i];
        }
        return sum;
    }

    private static ColorStatistics Mixed(List<(double Weight, ColorStatistics Colors)> parts)
    {
        double total = parts.Sum(p => p.Weight);
        return parts.Count == 1 ? parts[0].Colors : ColorStatistics.Mix([.. parts.Select(p => (p.Weight / total, p.Colors))]);
    }

    private static int Finest(Network network, IReadOnlyList<Loss> losses, string region) => Enumerable.Range(0, losses.Count)
        .Where(i => region.Length == 0 || (losses[i] as GuidedLoss)?.Guide == region)
        .OrderBy(i => network.Downscale(losses[i].Layer!)).FirstOrDefault(-1);
}
