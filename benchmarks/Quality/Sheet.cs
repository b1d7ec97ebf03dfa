namespace MLNetStyle.Benchmarks.Quality;

/// <summary>Rows of pictures on white, each fitted into a cell of the same size.</summary>
internal static class Sheet
{
    private const int Gap = 8;

    public static PlanarImage Make(IReadOnlyList<IReadOnlyList<PlanarImage>> rows, int cell)
    {
        int columns = rows.Max(r => r.Count), rowHeight = rows.SelectMany(r => r).Max(p => Resizer.Fit(p.Width, p.Height, cell).Item2);
        PlanarImage sheet = new(columns * (cell + Gap) + Gap, rows.Count * (rowHeight + Gap) + Gap);
        sheet.Samples.AsSpan().Fill(255);
        for (int r = 0; r < rows.Count; r++)
            for (int c = 0; c < rows[r].Count; c++)
            {
                PlanarImage small = Sized(rows[r][c], cell);
                Paste(small, sheet, Gap + c * (cell + Gap) + (cell - small.Width) / 2, Gap + r * (rowHeight + Gap)
                    + (rowHeight - small.Height) / 2);
            }
        return sheet;
    }

    /// <summary>The picture whose longer side is that many pixels, in whole levels as a file would hold it.</summary>
    public static PlanarImage Sized(PlanarImage image, int longerSide)
    {
        (int width, int height) = Resizer.Fit(image.Width, image.Height, longerSide);
        PlanarImage sized = Resizer.Resize(image, width, height);
        foreach (ref float sample in sized.Samples.AsSpan()) sample = PixelBytes.ToByte(sample);
        return sized;
    }

    private static void Paste(PlanarImage image, PlanarImage onto, int left, int top)
    {
        for (int c = 0; c < PlanarImage.Channels; c++)
            for (int y = 0; y < image.Height; y++)
                image.Plane(c).Slice(y * image.Width, image.Width).CopyTo(onto.Plane(c)[((top + y) * onto.Width + left)..]);
    }
}
