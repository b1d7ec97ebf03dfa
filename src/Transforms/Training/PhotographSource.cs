
namespace MLNetStyle.Training;

/// <summary>Photographs to learn on: each is read when it is first needed and kept, made smaller, as far as memory is granted.</summary>
/// <remarks>Safe for use by several threads if reading is.</remarks>
internal sealed class PhotographSource
{
    private const long KeptBytes = 384L << 20;

    private const string None = "There is no photograph to learn on. Give some hundreds of them: everyday scenes, of a few hundred "
        + "pixels or more.";

    /// <summary>A kept photograph's shorter side, in crops.</summary>
    private const double KeptScale = 2.5;

    private readonly IReadOnlyList<Func<PlanarImage>>? _read;
    private readonly Kept?[] _kept;
    private readonly Lock _gate = new();
    private long _bytes;

    /// <param name="read">Reads each photograph.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public PhotographSource(IReadOnlyList<Func<PlanarImage>> read)
    {
        if (read.Count == 0) throw new ArgumentException(None);
        _read = read;
        _kept = new Kept?[read.Count];
    }

    private PhotographSource(Kept[] kept) => _kept = kept;

    public int Count => _kept.Length;

    /// <summary>Takes photographs that come one by one and can't be read again; where there are too many for memory, a fair draw of
    /// them.</summary>
    /// <param name="photographs">The photographs.</param>
    /// <param name="side">The side of the crops to come.</param>
    /// <param name="seed">What the draw depends on.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static PhotographSource Of(IEnumerable<PlanarImage> photographs, int side, int seed)
    {
        List<Kept> kept = [];
        Random random = new(seed);
        long bytes = 0;
        int seen = 0;
        foreach (PlanarImage photograph in photographs)
        {
            Kept made = Keep(photograph, side);
            seen++;
            if (bytes + made.Samples.Length <= KeptBytes || kept.Count == 0)
            {
                kept.Add(made);
                bytes += made.Samples.Length;
            }
            else if (random.Next(seen) is var at && at < kept.Count)
            {
                bytes += made.Samples.Length - kept[at].Samples.Length;
                kept[at] = made;
            }
        }
        return kept.Count == 0 ? throw new ArgumentException(None) : new PhotographSource([.. kept]);
    }

    /// <summary>A square crop of a photograph that is drawn, of a size and place that are drawn, mirrored by half the draws.</summary>
    public PlanarImage Crop(Random random, int side)
    {
        Kept photograph = Photograph(random.Next(Count), side);
        int shorter = Math.Min(photograph.Width, photograph.Height), least = Math.Min(side, shorter);
        int size = (int)Math.Round(least * Math.Pow((double)shorter / least, random.NextDouble()));
        int left = random.Next(photograph.Width - size + 1), top = random.Next(photograph.Height - size + 1);
        return Cut(photograph, left, top, size, side, random.Next(2) == 1);
    }

    /// <summary>The largest square in the middle of a photograph.</summary>
    public PlanarImage Middle(int index, int side)
    {
        Kept photograph = Photograph(index, side);
        int size = Math.Min(photograph.Width, photograph.Height);
        return Cut(photograph, (photograph.Width - size) / 2, (photograph.Height - size) / 2, size, side, false);
    }

    private static PlanarImage Cut(Kept photograph, int left, int top, int size, int side, bool mirrored)
    {
        PlanarImage cut = new(size, size);
        for (int c = 0; c < PlanarImage.Channels; c++)
        {
            Span<float> plane = cut.Plane(c);
            for (int y = 0; y < size; y++)
            {
                ReadOnlySpan<byte> row = photograph.Samples.AsSpan(((c * photograph.Height) + top + y) * photograph.Width + left, size);
                for (int x = 0; x < size; x++) plane[y * size + x] = row[mirrored ? size - 1 - x : x];
            }
        }
        if (size == side) return cut;
        PlanarImage sized = Resizer.Resize(cut, side, side);
        PixelBytes.Clamp(sized);
        return sized;
    }

    private Kept Photograph(int index, int side)
    {
        lock (_gate)
        {
            if (_kept[index] is { } kept) return kept;
        }
        Kept made = Keep(_read![index](), side);
        lock (_gate)
        {
            if (_kept[index] is null && _bytes + made.Samples.Length <= KeptBytes)
            {
                _kept[index] = made;
                _bytes += made.Samples.Length;
            }
        }
        return made;
    }

    private static Kept Keep(PlanarImage image, int side)
    {
        int shorter = Math.Min(image.Width, image.Height), most = (int)(KeptScale * side);
        if (shorter > most)
        {
            int longer = Math.Max(image.Width, image.Height);
            (int width, int height) = Resizer.Fit(image.Width, image.Height, Math.Max(1, (int)((long)longer * most / shorter)));
            image = Resizer.Resize(image, width, height);
        }
        return new Kept(image.Width, image.Height, Array.ConvertAll(image.Samples, PixelBytes.ToByte));
    }

    private sealed record Kept(int Width, int Height, byte[] Samples);
}
