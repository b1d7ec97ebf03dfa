namespace MLNetStyle.Samples.Gallery;

/// <summary>All pictures of a gallery on one sheet, in rows under the name of their group, each with its caption.</summary>
internal sealed class ContactSheet
{
    private const int Cell = 216, CellHeight = 162, Gap = 14, Margin = 24, HeadHeight = 46, LineHeight = 15, Lines = 2;
    private const float CaptionUnit = 1.25f, HeadUnit = 2.25f, TitleUnit = 3.25f;
    private const int CaptionHeight = Lines * LineHeight + 6;

    private static readonly float[] s_paper = [250, 249, 246], s_ink = [38, 40, 44];

    private readonly PlanarImage _sheet;

    private ContactSheet(int width, int height)
    {
        _sheet = new PlanarImage(width, height);
        for (int c = 0; c < PlanarImage.Channels; c++) _sheet.Plane(c).Fill(s_paper[c]);
    }

    /// <summary>Draws a sheet.</summary>
    /// <param name="title">What stands at its head.</param>
    /// <param name="groups">The groups.</param>
    /// <param name="columns">Pictures in a row; a wide one takes the place of several.</param>
    public static PlanarImage Draw(string title, IReadOnlyList<(string Name, IReadOnlyList<SheetPicture> Pictures)> groups, int columns)
    {
        int row = CellHeight + CaptionHeight + Gap;
        int height = Margin + HeadHeight + groups.Sum(g => HeadHeight + Rows(g.Pictures, columns) * row) + Margin;
        ContactSheet sheet = new(2 * Margin + columns * Cell + (columns - 1) * Gap, height);
        sheet.Text(title, Margin, Margin, TitleUnit);
        int y = Margin + HeadHeight;
        foreach ((string name, IReadOnlyList<SheetPicture> pictures) in groups)
        {
            sheet.Text(name, Margin, y + 14, HeadUnit);
            y += HeadHeight;
            foreach ((SheetPicture picture, int line, int column) in Places(pictures, columns))
            {
                int left = Margin + column * (Cell + Gap), top = y + line * row, width = Span(picture, columns) * (Cell + Gap) - Gap;
                sheet.Place(picture.Read(), left, top, width);
                IReadOnlyList<string> lines = StrokeFont.Wrap(picture.Caption, width / CaptionUnit);
                for (int l = 0; l < Math.Min(Lines, lines.Count); l++) sheet.Text(lines[l], left, top + CellHeight + 6 + l * LineHeight, CaptionUnit);
            }
            y += Rows(pictures, columns) * row;
        }
        return sheet._sheet;
    }

    private static int Rows(IReadOnlyList<SheetPicture> pictures, int columns) => Places(pictures, columns).Last().Line + 1;

    private static int Span(SheetPicture picture, int columns) => Math.Clamp((int)Math.Round(picture.Aspect * CellHeight / (Cell + Gap)), 1, Math.Min(3, columns));

    private static IEnumerable<(SheetPicture Picture, int Line, int Column)> Places(IReadOnlyList<SheetPicture> pictures, int columns)
    {
        int line = 0, column = 0;
        foreach (SheetPicture picture in pictures)
        {
            if (column + Span(picture, columns) > columns) (line, column) = (line + 1, 0);
            yield return (picture, line, column);
            column += Span(picture, columns);
        }
    }

    /// <summary>A picture fitted into a cell, at its foot, where the caption is.</summary>
    private void Place(PlanarImage picture, int left, int top, int width)
    {
        double scale = Math.Min((double)width / picture.Width, (double)CellHeight / picture.Height);
        PlanarImage small = Resizer.Resize(picture, Math.Max(1, (int)(picture.Width * scale)), Math.Max(1, (int)(picture.Height * scale)));
        PixelBytes.Clamp(small);
        for (int c = 0; c < PlanarImage.Channels; c++)
            for (int y = 0; y < small.Height; y++)
                small.Plane(c).Slice(y * small.Width, small.Width).CopyTo(_sheet.Plane(c)[((top + CellHeight - small.Height + y) * _sheet.Width + left)..]);
    }

    /// <summary>A line of text, each stroke a round pen's, smoothed at its edge.</summary>
    private void Text(string text, int left, int top, float unit)
    {
        float radius = 0.42f * unit + 0.15f;
        foreach ((float x0, float y0, float x1, float y1) in StrokeFont.Segments(text)) Stroke(left + x0 * unit, top + y0 * unit, left + x1 * unit, top + y1 * unit, radius);
    }

    private void Stroke(float x0, float y0, float x1, float y1, float radius)
    {
        int from = Math.Max(0, (int)(Math.Min(x0, x1) - radius - 1)), to = Math.Min(_sheet.Width - 1, (int)(Math.Max(x0, x1) + radius + 1));
        int above = Math.Max(0, (int)(Math.Min(y0, y1) - radius - 1)), below = Math.Min(_sheet.Height - 1, (int)(Math.Max(y0, y1) + radius + 1));
        float dx = x1 - x0, dy = y1 - y0, length = dx * dx + dy * dy;
        for (int y = above; y <= below; y++)
            for (int x = from; x <= to; x++)
            {
                float t = length > 0 ? Math.Clamp(((x - x0) * dx + (y - y0) * dy) / length, 0, 1) : 0;
                float ink = Math.Clamp(radius + 0.5f - MathF.Sqrt(Squared(x - x0 - t * dx) + Squared(y - y0 - t * dy)), 0, 1);
                if (ink == 0) continue;
                int at = y * _sheet.Width + x;
                // The darker of what is there and this stroke: where strokes meet they don't add up.
                for (int c = 0; c < PlanarImage.Channels; c++) _sheet.Plane(c)[at] = Math.Min(_sheet.Plane(c)[at], s_paper[c] + ink * (s_ink[c] - s_paper[c]));
            }
    }

    private static float Squared(float x) => x * x;
}
