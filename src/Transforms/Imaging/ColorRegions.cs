using System.Numerics;

namespace MLNetStyle.Imaging;

/// <summary>Takes a picture of flat colours apart into a mask for each colour.</summary>
/// <remarks>
/// Colours count where they are flat, that is where a pixel and its eight neighbours are nearly alike: edges, and what JPEG makes of them,
/// take no
/// part in finding the palette. The commonest flat colour is the first of the palette and takes in what is near it, and so on.
/// </remarks>
/// <param name="image">The picture.</param>
/// <param name="start">How messages begin: "The mask".</param>
internal sealed class ColorRegions(PlanarImage image, string start)
{
    /// <summary>The most that a channel may change within 3 x 3 pixels of a flat place.</summary>
    private const float Flat = 12;

    /// <summary>Colours that are nearer than this are one.</summary>
    private const float Apart = (float)RegionMasks.ColorTolerance;

    /// <summary>How far a flat pixel may be from the palette's colour and still belong to it wholly.</summary>
    private const float Pure = 24;

    /// <summary>The least part of a mask that is flat in colours of the palette: JPEG leaves nine tenths of one, photographs have a third,
    /// some two thirds.</summary>
    private const float LeastPure = 0.7f;

    /// <summary>How far around a pixel of an edge the colours are looked for that it may be mixed of.</summary>
    private const int Around = 6;

    /// <summary>What of a mixture counts as none of a colour: noise.</summary>
    private const float Trace = 0.1f;

    private readonly int _width = image.Width;
    private readonly int _height = image.Height;
    private readonly float[] _samples = image.Samples;

    public IEnumerable<(string Name, Mask Mask)> Read()
    {
        bool[] flat = FindFlat();
        Vector3[] palette = FindPalette(flat);
        RegionMasks.CheckPixels(palette.Length, _width, _height, start);
        int[] labels = Label(flat, palette);
        int[] order = [.. Enumerable.Range(0, palette.Length).OrderBy(c => Array.IndexOf(labels, c))];
        float[][] masks = [.. palette.Select(_ => new float[labels.Length])];
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] >= 0) masks[labels[i]][i] = 1;
            else Mix(i, labels, palette, masks);
        }
        return order.Where(c => Array.IndexOf(labels, c) >= 0).Select(c => (Name(palette[c]), new Mask(_width, _height, masks[c])));
    }

    private static string Name(Vector3 color) => $"#{(int)color.X:x2}{(int)color.Y:x2}{(int)color.Z:x2}";

    private Vector3 At(int i)
    {
        int area = _width * _height;
        return new Vector3(_samples[i], _samples[area + i], _samples[(2 * area) + i]);
    }

    private bool[] FindFlat()
    {
        bool[] flat = new bool[_width * _height];
        Parallel.For(0, _height, y =>
        {
            for (int x = 0; x < _width; x++)
            {
                Vector3 low = new(float.MaxValue), high = new(float.MinValue);
                for (int v = Math.Max(0, y - 1); v <= Math.Min(_height - 1, y + 1); v++)
                {
                    for (int u = Math.Max(0, x - 1); u <= Math.Min(_width - 1, x + 1); u++)
                    {
                        Vector3 color = At((v * _width) + u);
                        (low, high) = (Vector3.Min(low, color), Vector3.Max(high, color));
                    }
                }
                Vector3 spread = high - low;
                flat[(y * _width) + x] = Math.Max(spread.X, Math.Max(spread.Y, spread.Z)) <= Flat;
            }
        });
        return flat;
    }

    private Vector3[] FindPalette(bool[] flat)
    {
        Dictionary<int, (long Count, double R, double G, double B)> bins = [];
        for (int i = 0; i < flat.Length; i++)
        {
            if (!flat[i]) continue;
            Vector3 color = Vector3.Clamp(At(i), Vector3.Zero, new Vector3(255));
            int key = ((int)color.X >> 2 << 12) | ((int)color.Y >> 2 << 6) | ((int)color.Z >> 2);
            (long count, double r, double g, double b) = bins.GetValueOrDefault(key);
            bins[key] = (count + 1, r + color.X, g + color.Y, b + color.Z);
        }
        List<(Vector3 Color, long Count)> found = [];
        (Vector3 Color, long Count)[] byCount = [.. bins.OrderByDescending(b => b.Value.Count).ThenBy(b => b.Key).Select(b =>
            (Mean(b.Value), b.Value.Count))];
        foreach ((Vector3 color, long count) in byCount)
        {
            int near = found.FindIndex(f => Vector3.Distance(f.Color, color) < Apart);
            if (near < 0) found.Add((color, count));
            else found[near] = (found[near].Color, found[near].Count + count);
        }
        long least = Math.Max(1, flat.Length / 2000);
        Vector3[] palette = [.. found.Where(f => f.Count >= least).Select(f => Round(f.Color))];
        if (palette.Length == 0) throw Refused("has no area of one colour");
        if (palette.Length > RegionMasks.MaxRegions) throw Refused($"has {palette.Length} colours, and {RegionMasks.MaxRegions} regions "
            + $"are possible");
        return palette;
    }

    private static Vector3 Mean((long Count, double R, double G, double B) bin) =>
        new((float)(bin.R / bin.Count), (float)(bin.G / bin.Count), (float)(bin.B / bin.Count));

    private static Vector3 Round(Vector3 color) => new(MathF.Round(color.X), MathF.Round(color.Y), MathF.Round(color.Z));

    /// <summary>The palette's colour of each pixel that has one wholly, else -1.</summary>
    private int[] Label(bool[] flat, Vector3[] palette)
    {
        int[] labels = new int[flat.Length];
        int pure = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            (int nearest, float distance) = Nearest(At(i), palette);
            labels[i] = (flat[i] && distance <= Pure) || distance < 2 ? nearest : -1;
            if (labels[i] >= 0) pure++;
        }
        return pure >= LeastPure * labels.Length ? labels
            : throw Refused("looks like a photograph: too many of its pixels have colours in between");
    }

    private static (int Nearest, float Distance) Nearest(Vector3 color, Vector3[] palette)
    {
        (int nearest, float least) = (0, float.MaxValue);
        for (int c = 0; c < palette.Length; c++)
        {
            float distance = Vector3.DistanceSquared(color, palette[c]);
            if (distance < least) (nearest, least) = (c, distance);
        }
        return (nearest, MathF.Sqrt(least));
    }

    /// <summary>Shares a pixel between the two colours nearby that mix to its own best.</summary>
    private void Mix(int pixel, int[] labels, Vector3[] palette, float[][] masks)
    {
        int x = pixel % _width, y = pixel / _width, here = 0;
        for (int v = Math.Max(0, y - Around); v <= Math.Min(_height - 1, y + Around); v++)
            for (int u = Math.Max(0, x - Around); u <= Math.Min(_width - 1, x + Around); u++)
                if (labels[(v * _width) + u] is >= 0 and int label) here |= 1 << label;
        int all = (1 << palette.Length) - 1;
        (int first, int second, float share, float left) = Mixture(At(pixel), palette, here == 0 ? all : here);
        // Far from everything that lies here: JPEG may hide the flat places of a colour for more pixels than were looked at.
        if (left > Apart * Apart) (first, second, share, _) = Mixture(At(pixel), palette, all);
        masks[first][pixel] += 1 - share;
        masks[second][pixel] += share;
    }

    /// <summary>The nearest of some colours, the one that it mixes with best to a colour, that one's share, and the square of what is left
    /// then.</summary>
    private static (int First, int Second, float Share, float Left) Mixture(Vector3 color, Vector3[] palette, int among)
    {
        int first = -1;
        float least = float.MaxValue;
        for (int c = 0; c < palette.Length; c++)
        {
            float distance = Vector3.DistanceSquared(color, palette[c]);
            if ((among >> c & 1) != 0 && distance < least) (first, least) = (c, distance);
        }
        (int second, float share) = (first, 0);
        for (int c = 0; c < palette.Length; c++)
        {
            if (c == first || (among >> c & 1) == 0) continue;
            Vector3 way = palette[c] - palette[first];
            float t = Math.Clamp(Vector3.Dot(color - palette[first], way) / way.LengthSquared(), 0, 1);
            float distance = Vector3.DistanceSquared(color, palette[first] + (way * t));
            if (distance < least) (second, share, least) = (c, t, distance);
        }
        return (first, second, Math.Clamp((share - Trace) / (1 - (2 * Trace)), 0, 1), least);
    }

    private ArgumentException Refused(string why) => new(
        $"{start} {why}. A mask of colours is painted in a few flat ones, one for each region, and best saved as PNG; or give one "
            + $"greyscale file for each region.");
}
