using System.Text.Json;
using System.Text.Json.Serialization;
using MLNetStyle.Graphs;
using MLNetStyle.Imaging;
using MLNetStyle.Losses;
using MLNetStyle.Optimization;

namespace MLNetStyle;

/// <content>The flat form, for files: a text that describes a vector of floats.</content>
public sealed partial class StyleTarget
{
    /// <summary>What earlier versions of the library read too; what has scopes, regions or two sizes of strokes they would
    /// misread.</summary>
    private const int PlainVersion = 1;

    private const int FormatVersion = 2, NeighborsVersion = 3, MostStatistics = 64 * RegionMasks.MaxRegions, MostSizes = 64,
        MostDimensions = 8, MostDescription = 1 << 20;

    /// <summary>The largest weight: 1, and a little for the sums' rounding.</summary>
    private const double MostRounded = 1.000001;

    /// <summary>The most values that <see cref="ToVector"/> gives and <see cref="FromVector"/> takes.</summary>
    public const int MaxValues = 1 << 29;

    /// <summary>The values: for each size in ascending order every statistic, then every image, one float a pixel, each followed by its
    /// masks, likewise.</summary>
    /// <exception cref="InvalidOperationException">There are more than <see cref="MaxValues"/>.</exception>
    public float[] ToVector()
    {
        KeyValuePair<StyleSides, IReadOnlyList<GraphTensor>>[] sizes = Snapshot();
        int[] vectors = Vectors(sizes);
        long count = Length(Names, Shapes, vectors, sizes.Length)
            + Images.Sum(i => (long)i.Image.Width * i.Image.Height * (1 + (i.Regions?.Masks.Count ?? 0)));
        if (count > MaxValues) throw new InvalidOperationException($"The style has {count} values and images; {MaxValues} can be saved. "
            + $"Use fewer or smaller style images.");
        float[] values = new float[count];
        Span<float> rest = values;
        foreach ((_, IReadOnlyList<GraphTensor> statistics) in sizes)
        {
            for (int i = 0; i < statistics.Count; i++)
            {
                ReadOnlySpan<float> own = statistics[i].Values.Span;
                int length = own.Length;
                if (NearestNeighborStyleLoss.IsOne(Names[i]))
                {
                    (int channels, int columns) = ((int)Shapes[i][1], (int)Shapes[i][2]);
                    int[] held = NeighborVectors.Held(own, columns, channels);
                    NeighborVectors.Pack(own, columns, held, rest[..(length = (int)NeighborVectors.PackedLength(channels, held.Length))]);
                }
                else
                {
                    own.CopyTo(rest);
                }
                rest = rest[length..];
            }
        }
        foreach ((PlanarImage image, _, RegionMasks? regions) in Images)
        {
            ReadOnlySpan<float> r = image.Plane(0), g = image.Plane(1), b = image.Plane(2);
            for (int i = 0; i < r.Length; i++) rest[i] = PixelBytes.Packed(r[i], g[i], b[i]);
            rest = rest[r.Length..];
            foreach (Mask mask in regions?.Masks ?? [])
            {
                mask.Values.CopyTo(rest);
                rest = rest[r.Length..];
            }
        }
        return values;
    }

    /// <summary>What the values of <see cref="ToVector"/> mean, as JSON.</summary>
    public string Describe()
    {
        KeyValuePair<StyleSides, IReadOnlyList<GraphTensor>>[] sizes = Snapshot();
        StyleSides[] sides = [.. sizes.Select(s => s.Key)];
        int[] vectors = Vectors(sizes);
        ImageDescription[] images = [.. Images.Select(Described)];
        int[]? fine = sides.All(s => s.Fine == s.Coarse) ? null : [.. sides.Select(s => s.Fine)];
        return JsonSerializer.Serialize(new Description(
            Colors.Count > 0 || vectors.Length > 0 ? NeighborsVersion : fine is null
                && images.All(i => i.Weights is null && i.Regions is null) ? PlainVersion : FormatVersion,
            [.. Names.Select((n, i) => new StatisticDescription(n, Shapes[i]))],
            [.. sides.Select(s => s.Coarse)],
            images,
            fine,
            Colors.Count == 0 ? null : [.. Colors.Select(c => c.ToNumbers())],
            vectors.Length == 0 ? null : vectors), StyleTargetJson.Default.Description);
    }

    /// <summary>Puts a target together again.</summary>
    /// <param name="description">What <see cref="Describe"/> gave.</param>
    /// <param name="values">What <see cref="ToVector"/> gave.</param>
    /// <exception cref="FormatException">
    /// The two do not fit together, or are no style target of this version; says what is wrong. Nothing large is allocated before
    /// the lengths have been found to agree.
    /// </exception>
    public static StyleTarget FromVector(string description, ReadOnlySpan<float> values)
    {
        ArgumentNullException.ThrowIfNull(description);
        Description d = Read(description);
        List<long[]> shapes = [.. d.Statistics.Select(s => s.Shape)];
        string[] names = [.. d.Statistics.Select(s => s.Name)];
        long measured = Length(names, shapes, d.Vectors ?? [], d.Sizes.Length), expected = measured
            + d.Images.Sum(i => (long)i.Width * i.Height * (1 + (i.Regions?.Length ?? 0)));
        if (expected != values.Length) throw Bad($"it describes {expected} values, but there are {values.Length}");
        int statistics = (int)measured;
        if (!VectorMath.AllFinite(values)) throw Bad("a value is infinite or not a number");
        ReadOnlySpan<float> rest = values[statistics..];
        List<StyleTargetImage> images = [];
        foreach (ImageDescription image in d.Images)
        {
            PlanarImage planar = new(image.Width, image.Height);
            Span<float> r = planar.Plane(0), g = planar.Plane(1), b = planar.Plane(2);
            for (int i = 0; i < r.Length; i++)
            {
                if (!(rest[i] >= 0 && rest[i] <= 0xFFFFFF)) throw Bad("a pixel of an image is out of range");
                (r[i], g[i], b[i]) = PixelBytes.Unpacked(rest[i]);
            }
            rest = rest[r.Length..];
            images.Add(new StyleTargetImage(planar, image.Weights ?? [.. shapes.Select(_ => image.Weight)], Masks(image, ref rest)));
        }
        StyleTarget target = new(names, shapes, images, ReadColors(d));
        rest = values[..statistics];
        int next = 0;
        foreach (StyleSides sides in d.Sides())
        {
            List<GraphTensor> tensors = [];
            for (int i = 0; i < shapes.Count; i++)
            {
                bool packed = NearestNeighborStyleLoss.IsOne(names[i]);
                int n = (int)(packed ? NeighborVectors.PackedLength((int)shapes[i][1], d.Vectors![next++]) : Count(shapes[i]));
                tensors.Add(new GraphTensor(packed ? Unpacked(rest[..n], shapes[i]) : rest[..n].ToArray(), shapes[i]));
                rest = rest[n..];
            }
            target.Add(sides, tensors);
        }
        return target;
    }

    private static ColorStatistics[] ReadColors(Description d)
    {
        try
        {
            return [.. (d.Colors ?? []).Select(ColorStatistics.FromNumbers)];
        }
        catch (ArgumentException e)
        {
            throw Bad($"its colours are damaged ({e.Message})");
        }
    }

    private static RegionMasks? Masks(ImageDescription image, ref ReadOnlySpan<float> rest)
    {
        if (image.Regions is null) return null;
        int length = image.Width * image.Height;
        List<(string, Mask)> masks = [];
        try
        {
            foreach (string name in image.Regions)
            {
                masks.Add((name, new Mask(image.Width, image.Height, rest[..length].ToArray())));
                rest = rest[length..];
            }
            return new RegionMasks(masks, "the mask of the saved style");
        }
        catch (ArgumentException e)
        {
            throw Bad($"the masks of an image are damaged ({e.Message})");
        }
    }

    // An image with one weight everywhere has that alone.
    private static ImageDescription Described(StyleTargetImage image) => new(
        image.Image.Width, image.Image.Height, Math.Min(1, image.Weights.Max()), image.Weights.Distinct().Count() == 1 ? null
            : [.. image.Weights], image.Regions is null ? null : [.. image.Regions.Names]);

    private static Description Read(string text)
    {
        if (text.Length > MostDescription) throw Bad($"its description is longer than {MostDescription} characters");
        Description? d;
        try
        {
            d = JsonSerializer.Deserialize(text, StyleTargetJson.Default.Description);
        }
        catch (JsonException e)
        {
            throw new FormatException($"The style target can't be read: its description is no JSON of the right form ({e.Message})", e);
        }
        if (d is null || d.Statistics is null || d.Sizes is null || d.Images is null) throw Bad("its description is incomplete");
        if (d.Version is < PlainVersion or > NeighborsVersion) throw Bad($"its version is {d.Version}, and this library reads "
            + $"{PlainVersion} to {NeighborsVersion}");
        if (d.Statistics.Length > MostStatistics) throw Bad($"it has {d.Statistics.Length} statistics; at most {MostStatistics} are "
            + $"allowed");
        if (d.Sizes.Length > MostSizes) throw Bad($"it has {d.Sizes.Length} sizes; at most {MostSizes} are allowed");
        if (d.Images.Length > StyleSource.MaxImages) throw Bad($"it has {d.Images.Length} images; at most {StyleSource.MaxImages} are "
            + $"allowed");
        if (d.Colors is { } colors
            && (colors.Length > RegionMasks.MaxRegions || colors.Any(c => c is null))) throw Bad("its colours are incomplete");
        if (d.Statistics.Length > 0 && d.Sizes.Length == 0 && d.Images.Length == 0) throw Bad("it has neither statistics nor images");
        foreach (StatisticDescription? s in d.Statistics)
        {
            if (s is null || string.IsNullOrEmpty(s.Name) || s.Shape is null || s.Shape.Length > MostDimensions
                || s.Shape.Any(n => n is < 1 or > MaxValues))
                throw Bad($"the statistic '{s?.Name}' has no valid shape");
        }
        if (d.Statistics.Select(s => s.Name).Distinct().Count() != d.Statistics.Length) throw Bad("two statistics have the same name");
        if (d.FineSizes is { } fine
            && fine.Length != d.Sizes.Length) throw Bad($"it has {d.Sizes.Length} sizes of coarse layers and {fine.Length} of fine ones");
        StyleSides[] sides = d.Sides();
        for (int i = 0; i < sides.Length; i++)
            if (sides[i].Coarse < 1 || sides[i].Fine < 1
                || (i > 0 && sides[i].CompareTo(sides[i - 1]) <= 0)) throw Bad("its sizes are not positive and ascending");
        foreach (ImageDescription? i in d.Images)
        {
            if (i is null || i.Width is < 1 or > PlanarImage.MaxSide || i.Height is < 1 or > PlanarImage.MaxSide
                || !(i.Weight > 0 && i.Weight <= 1))
                throw Bad("an image has no valid size or weight");
            if (i.Regions is { Length: 0 or > RegionMasks.MaxRegions }) throw Bad("an image has no valid number of regions");
            if (i.Weights is { } own
                && (own.Length != d.Statistics.Length
                || own.Any(w => !(w >= 0 && w <= MostRounded)))) throw Bad("an image has no valid weights");
        }
        for (int k = 0; k < d.Statistics.Length; k++)
            if (d.Images.Length > 0
                && !(d.Images.Sum(i => i.Weights is null ? i.Weight
                : i.Weights[k]) > 0)) throw Bad($"no image has a weight for '{d.Statistics[k].Name}'");
        return d;
    }

    private static FormatException Bad(string why) =>
        new($"The style target can't be read: {why}. Measure the style again, or save the model again.");

    /// <summary>How many vectors each nearest-neighbour statistic holds, size after size.</summary>
    private int[] Vectors(KeyValuePair<StyleSides, IReadOnlyList<GraphTensor>>[] sizes) =>
    [
        .. sizes.SelectMany(size => size.Value.Where((_, i) => NearestNeighborStyleLoss.IsOne(Names[i]))
            .Select(t => NeighborVectors.Held(t.Values.Span, (int)t.Shape[2], (int)t.Shape[1]).Length)),
    ];

    private static float[] Unpacked(ReadOnlySpan<float> packed, long[] shape)
    {
        try
        {
            return NeighborVectors.Unpack(packed, (int)shape[1], (int)shape[2]);
        }
        catch (FormatException e)
        {
            throw Bad(e.Message);
        }
    }

    private static long Length(IReadOnlyList<string> names, IReadOnlyList<long[]> shapes, int[] vectors, int sizes)
    {
        int packed = names.Count(NearestNeighborStyleLoss.IsOne), next = 0;
        if (vectors.Length != packed * sizes) throw Bad($"it has {packed} statistics of vectors at {sizes} sizes, but {vectors.Length} "
            + $"numbers of vectors");
        long sum = 0;
        for (int size = 0; size < sizes; size++)
        {
            for (int i = 0; i < shapes.Count; i++)
            {
                long[] shape = shapes[i];
                if (!NearestNeighborStyleLoss.IsOne(names[i]))
                {
                    sum += Count(shape); // at most 2^10 statistics of 2^29 values at 2^6 sizes: no overflow
                    continue;
                }
                Count(shape);
                if (shape.Length != 3 || shape[0] != 1 || shape[2] < 2 || vectors[next] < 0
                    || vectors[next] >= shape[2]) throw Bad($"the statistic '{names[i]}' has no valid number of vectors");
                sum += NeighborVectors.PackedLength((int)shape[1], vectors[next++]);
            }
        }
        return sum;
    }

    private static long Count(long[] shape)
    {
        long count = 1;
        foreach (long n in shape)
        {
            count *= n;
            if (count > MaxValues) throw Bad($"a statistic has more than {MaxValues} values");
        }
        return count;
    }

    private KeyValuePair<StyleSides, IReadOnlyList<GraphTensor>>[] Snapshot()
    {
        lock (_gate) return [.. _sizes];
    }

    internal sealed record Description(int Version, StatisticDescription[] Statistics, int[] Sizes, ImageDescription[] Images,
        int[]? FineSizes = null, double[][]? Colors = null,
        int[]? Vectors = null)
    {
        public StyleSides[] Sides() => [.. Sizes.Select((s, i) => new StyleSides(s, FineSizes?[i] ?? s))];
    }

    internal sealed record StatisticDescription(string Name, long[] Shape);

    internal sealed record ImageDescription(int Width, int Height, double Weight, double[]? Weights = null, string[]? Regions = null);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(Description))]
    internal sealed partial class StyleTargetJson : JsonSerializerContext;
}
