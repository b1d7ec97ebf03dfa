using System.Globalization;
using MLNetStyle.Imaging;

namespace MLNetStyle;

/// <summary>The regions of a picture: masks of one size, each with a name.</summary>
/// <remarks>
/// A region that comes from a mask of several colours is named by its colour, "#3060c0"; regions that come one by one are named by their
/// order, "1", "2", ... Immutable and safe to share between threads.
/// </remarks>
public sealed class RegionMasks
{
    /// <summary>The most regions that a picture may have.</summary>
    public const int MaxRegions = 16;

    /// <summary>The longest name of a region.</summary>
    public const int MaxName = 64;

    /// <summary>The most pixels that all regions of a picture may have together: 4096 x 4096 with sixteen regions, a gigabyte.</summary>
    public const long MaxPixels = 1L << 28;

    /// <summary>How far apart two colours may be and still name one region: the length of their difference in red, green and blue, 0..255
    /// each.</summary>
    public const double ColorTolerance = 40;

    private readonly string[] _names;
    private readonly Mask[] _masks;

    /// <summary>Puts regions together.</summary>
    /// <param name="regions">The regions, 1 to <see cref="MaxRegions"/>, all of one size, none of them empty.</param>
    /// <param name="origin">Where they come from, as messages say it: "the content mask 'sky.png'". Null or empty for "the mask".</param>
    /// <exception cref="ArgumentException">
    /// There are none or too many; sizes differ, or are larger together than <see cref="MaxPixels"/>; a name is empty, too long or there
    /// twice; a region has no pixel.
    /// </exception>
    public RegionMasks(IEnumerable<(string Name, Mask Mask)> regions, string? origin = null)
    {
        ArgumentNullException.ThrowIfNull(regions);
        Origin = OriginOf(origin);
        List<(string Name, Mask Mask)> all = [];
        foreach ((string Name, Mask Mask) region in regions.Take(MaxRegions + 1))
        {
            all.Add(region);
            CheckPixels(all.Count, region.Mask.Width, region.Mask.Height, Start);
        }
        if (all.Count is 0 or > MaxRegions) throw new ArgumentException($"{Start} has "
            + $"{(all.Count == 0 ? "no" : $"more than {MaxRegions}")} regions; 1 to {MaxRegions} are possible.", nameof(regions));
        _names = [.. all.Select(r => r.Name)];
        _masks = [.. all.Select(r => r.Mask)];
        CheckNames(_names, Start);
        for (int i = 0; i < _masks.Length; i++)
        {
            if ((_masks[i].Width, _masks[i].Height) != (Width, Height))
                throw new ArgumentException($"{Start} has regions of different sizes: {_names[0]} is {Width} x {Height} pixels, "
                    + $"{_names[i]} {_masks[i].Width} x {_masks[i].Height}.", nameof(regions));
            if (_masks[i].IsEmpty) throw new ArgumentException($"{Start} has no pixel in the region {_names[i]}: it is black all over.",
                nameof(regions));
        }
    }

    /// <summary>Where the regions come from, as messages say it.</summary>
    public string Origin { get; }

    /// <summary>The width in pixels.</summary>
    public int Width => _masks[0].Width;

    /// <summary>The height in pixels.</summary>
    public int Height => _masks[0].Height;

    /// <summary>The names of the regions, in order.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The masks of the regions, in the order of <see cref="Names"/>.</summary>
    public IReadOnlyList<Mask> Masks => _masks;

    private string Start => StartOf(Origin);

    /// <summary>Reads a mask of colours: every distinct colour is a region.</summary>
    /// <param name="image">
    /// A picture painted in flat colours. Pixels of other colours, as antialiasing and JPEG make them along edges, belong partly to each of
    /// the two
    /// colours that lie there and mix to theirs best. Specks of less than 1/2000 of the picture are no regions.
    /// </param>
    /// <param name="origin">Where it comes from, as messages say it.</param>
    /// <returns>The regions, named "#rrggbb", in the order of their uppermost, then leftmost, pixels; at every pixel they add up to
    /// 1.</returns>
    /// <exception cref="ArgumentException">
    /// There are more than <see cref="MaxRegions"/> colours or <see cref="MaxPixels"/> pixels of theirs, or the picture is not painted in
    /// flat colours.
    /// </exception>
    public static RegionMasks FromColors(PlanarImage image, string? origin = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new RegionMasks(new ColorRegions(image, StartOf(OriginOf(origin))).Read(), origin);
    }

    /// <summary>Regions by their order, named "1", "2", ...</summary>
    /// <param name="masks">The masks, all of one size.</param>
    /// <param name="origin">Where they come from, as messages say it.</param>
    /// <exception cref="ArgumentException">There are none or too many, sizes differ, or a region has no pixel.</exception>
    public static RegionMasks InOrder(IEnumerable<Mask> masks, string? origin = null)
    {
        ArgumentNullException.ThrowIfNull(masks);
        return new RegionMasks(masks.Select((m, i) => (OrderName(i), m)), origin);
    }

    private static string OriginOf(string? origin) => string.IsNullOrWhiteSpace(origin) ? "the mask" : origin;

    /// <summary>An origin at the start of a message.</summary>
    private static string StartOf(string origin) => char.ToUpperInvariant(origin[0]) + origin[1..];

    /// <summary>The name of a region that has no other.</summary>
    /// <param name="index">Its place, from 0.</param>
    public static string OrderName(int index) => (index + 1).ToString(CultureInfo.InvariantCulture);

    /// <summary>The masks of regions that others have named, in their order.</summary>
    /// <param name="names">
    /// The names of the other picture's regions. The same names pair; else "1", "2", ... pair with any regions, by their order, and a
    /// colour with
    /// the nearest colour within <see cref="ColorTolerance"/>.
    /// </param>
    /// <param name="other">What has those regions, as messages say it: "the style mask 'paint.png'".</param>
    /// <exception cref="ArgumentException">One of the two sides has a region that the other lacks: names it.</exception>
    public IReadOnlyList<Mask> Paired(IReadOnlyList<string> names, string other)
    {
        Mask?[] found = Matched(names, other);
        int missing = Array.IndexOf(found, null);
        return missing < 0 ? [.. found.OfType<Mask>()] : throw new ArgumentException(
            $"{Start} has no region {names[missing]}, which {other} has; it has {string.Join(", ", _names)}. {Remedy(names)}");
    }

    /// <summary>The same where regions may be missing here, but not there.</summary>
    /// <returns>A mask for each name; null where there is none.</returns>
    internal Mask?[] Matched(IReadOnlyList<string> names, string other)
    {
        ArgumentNullException.ThrowIfNull(names);
        int[] places = [.. names.Select(n => Array.IndexOf(_names, n))];
        if (!_names.All(names.Contains))
        {
            if (names.Select((n, i) => n == OrderName(i)).All(same => same))
            {
                if (names.Count == _masks.Length) return _masks;
                throw new ArgumentException($"{Start} has {Count(_masks.Length)} ({string.Join(", ", _names)}), but {other} has "
                    + $"{names.Count}, and they pair by their order. Make both the same number.");
            }
            places = Nearest(names);
        }
        int[] left = [.. Enumerable.Range(0, _names.Length).Except(places)];
        if (left.Length > 0)
            throw new ArgumentException($"{Start} has the region {_names[left[0]]}, but {other} has only {string.Join(", ", names)}. "
                + $"{Remedy(names)}");
        return [.. places.Select(p => p < 0 ? null : _masks[p])];
    }

    /// <summary>The names of the regions that are none of others', by colour or by name.</summary>
    internal IReadOnlyList<string> Missing(IReadOnlyList<string> names)
    {
        int[] known = Nearest(names);
        return [.. _names.Where((_, i) => !known.Contains(i))];
    }

    /// <summary>Every region at another size; see <see cref="Mask.Resized"/>.</summary>
    /// <param name="width">1 to <see cref="PlanarImage.MaxSide"/> pixels.</param>
    /// <param name="height">Likewise.</param>
    public RegionMasks Resized(int width, int height) =>
        (width, height) == (Width, Height) ? this : new RegionMasks(_names.Zip(_masks, (n, m) => (n, m.Resized(width, height))), Origin);

    /// <summary>Refuses masks whose proportions are not those of their picture.</summary>
    /// <param name="width">The picture's width in pixels.</param>
    /// <param name="height">The picture's height in pixels.</param>
    /// <exception cref="ArgumentException">They are not.</exception>
    public void CheckFits(int width, int height)
    {
        if (!_masks[0].Fits(width, height))
            throw new ArgumentException($"{Start} is {Width} x {Height} pixels, but its picture is {width} x {height}: the proportions "
                + $"differ. Paint the mask over the picture itself; only its scale may be another.");
    }

    /// <summary>Refuses regions that are larger together than <see cref="MaxPixels"/>.</summary>
    internal static void CheckPixels(int regions, int width, int height, string what)
    {
        if ((long)regions * width * height > MaxPixels)
            throw new ArgumentException($"{what} has {Count(regions)} of {width} x {height} pixels, more than {MaxPixels} together. Make "
                + $"the mask smaller: only its proportions have to be its picture's.");
    }

    /// <summary>Refuses names that regions can't have.</summary>
    internal static void CheckNames(IReadOnlyList<string> names, string what)
    {
        if (names.Count > MaxRegions) throw new ArgumentException($"{what} has {names.Count} regions; at most {MaxRegions} are possible.");
        foreach (string name in names)
            if (string.IsNullOrWhiteSpace(name)
                || name.Length > MaxName) throw new ArgumentException($"{what} has a region without a name, or with one of more than "
                + $"{MaxName} characters.");
        if (names.GroupBy(n => n).FirstOrDefault(g =>
            g.Count() > 1)?.Key is { } twice) throw new ArgumentException($"{what} has two regions named {twice}.");
    }

    /// <summary>The region of each name, the same name first and then the nearest pairs of colours; -1 for none.</summary>
    private int[] Nearest(IReadOnlyList<string> names)
    {
        int[] places = [.. names.Select(_ => -1)];
        IEnumerable<(int Name, int Region, double Distance)> pairs =
            from n in Enumerable.Range(0, names.Count)
            from r in Enumerable.Range(0, _names.Length)
            let distance = names[n] == _names[r] ? 0 : Distance(names[n], _names[r])
            where distance <= ColorTolerance
            orderby distance
            select (n, r, distance);
        foreach ((int name, int region, _) in pairs)
            if (places[name] < 0 && !places.Contains(region)) places[name] = region;
        return places;
    }

    private string Remedy(IReadOnlyList<string> names) => names.Count > 0 && ColorOf(names[0]) is null != ColorOf(_names[0]) is null
        ? "Give both sides a mask of colours, or both a file for each region."
        : "Paint it there, or leave it out on both sides.";

    private static double Distance(string a, string b) => (ColorOf(a), ColorOf(b)) is ({ } x, { } y)
        ? Math.Sqrt(Math.Pow(x.R - y.R, 2) + Math.Pow(x.G - y.G, 2) + Math.Pow(x.B - y.B, 2))
        : double.PositiveInfinity;

    private static (int R, int G, int B)? ColorOf(string name) =>
        name.Length == 7 && name[0] == '#'
            && int.TryParse(name.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int rgb)
            ? (rgb >> 16, (rgb >> 8) & 255, rgb & 255)
            : null;

    private static string Count(int regions) => regions == 1 ? "1 region" : $"{regions} regions";
}
