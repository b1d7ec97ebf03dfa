using MLNetStyle.Graphs;
using MLNetStyle.Imaging;

namespace MLNetStyle;

/// <summary>A measured style: its statistics at each size of the pyramid and, where they may be needed again, its images.</summary>
/// <remarks>
/// <para>Made by <see cref="Stylizer.MeasureStyle(StyleSource, CancellationToken)"/>. The images are kept, rounded to whole levels, where
/// the style has to be
/// measured later: when the pictures' size is the contents' own, for <see cref="PreserveColorMode.Histogram"/>, and with
/// <see cref="StylizationOptions.MatchLuminance"/>. A size that was not measured and can't be any more is served by the nearest one
/// that was.</para>
/// <para>Safe to share between threads.</para>
/// </remarks>
public sealed partial class StyleTarget
{
    private const int MostRemembered = 32;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<StyleSides, IReadOnlyList<GraphTensor>> _sizes = [];

    /// <summary>Collects measured statistics.</summary>
    /// <param name="names">The names of the style losses, in order.</param>
    /// <param name="shapes">The shape of each loss's statistic.</param>
    /// <param name="images">The images to keep with normalised weights; empty for none.</param>
    /// <param name="colors">The style's colours, one a region, if contents are to have them.</param>
    internal StyleTarget(IReadOnlyList<string> names, IReadOnlyList<long[]> shapes, IReadOnlyList<StyleTargetImage> images,
        IReadOnlyList<ColorStatistics>? colors = null)
    {
        (Names, Shapes, Images, Colors) = (names, shapes, images, colors ?? []);
    }

    /// <summary>The style's colours, one a region; none if contents keep their own.</summary>
    internal IReadOnlyList<ColorStatistics> Colors { get; }

    /// <summary>The names of the style losses that the statistics belong to.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The longer sides of the style at which its coarse layers were measured, in pixels, ascending.</summary>
    public IReadOnlyList<int> Sizes
    {
        get
        {
            lock (_gate) return [.. _sizes.Keys.Select(s => s.Coarse)];
        }
    }

    /// <summary>Whether the images are kept.</summary>
    public bool HasImages => Images.Count > 0;

    /// <summary>The shape of each statistic.</summary>
    internal IReadOnlyList<long[]> Shapes { get; }

    /// <summary>The images with normalised weights.</summary>
    internal IReadOnlyList<StyleTargetImage> Images { get; }

    /// <summary>Keeps the statistics of a size, unless a great many sizes are kept already that can be measured again.</summary>
    internal void Add(StyleSides sides, IReadOnlyList<GraphTensor> statistics)
    {
        lock (_gate)
        {
            if (!HasImages || _sizes.Count < MostRemembered) _sizes[sides] = statistics;
        }
    }

    /// <summary>The statistics of a size; null if they have to be measured first.</summary>
    internal IReadOnlyList<GraphTensor>? Find(StyleSides sides)
    {
        lock (_gate)
        {
            if (_sizes.TryGetValue(sides, out IReadOnlyList<GraphTensor>? exact)) return exact;
            if (HasImages || _sizes.Count == 0) return null;
            return _sizes.MinBy(s => s.Key.DistanceTo(sides)).Value;
        }
    }
}

/// <summary>An image that a style target keeps, to be measured later.</summary>
/// <param name="Image">The image, in whole levels.</param>
/// <param name="Weights">Its weight at each style loss; at every loss those of all images sum to 1.</param>
/// <param name="Regions">The masks of the regions that it has, of its size; null if it has none.</param>
internal sealed record StyleTargetImage(PlanarImage Image, IReadOnlyList<double> Weights, RegionMasks? Regions = null);

/// <summary>The longer sides in pixels at which a style is measured for a stage: one for its coarse layers, one for its fine
/// ones.</summary>
internal readonly record struct StyleSides(int Coarse, int Fine) : IComparable<StyleSides>
{
    public static implicit operator StyleSides(int both) => new(both, both);

    public int Largest => Math.Max(Coarse, Fine);

    public int CompareTo(StyleSides other) => (Coarse, Fine).CompareTo((other.Coarse, other.Fine));

    /// <summary>How far apart two are, in logarithms.</summary>
    public double DistanceTo(StyleSides other) => Math.Abs(Math.Log((double)Coarse / other.Coarse))
        + Math.Abs(Math.Log((double)Fine / other.Fine));
}
