using SkiaSharp;

namespace MLNetStyle.Samples.Gallery;

/// <summary>All pictures of a gallery on one sheet, in rows under the name of their group, each with its caption.</summary>
internal sealed class ContactSheet : IDisposable
{
    private const int Cell = 216, CellHeight = 162, Gap = 14, Margin = 24, HeadHeight = 46, LineHeight = 15, Lines = 2;
    private const float CaptionSize = 12, HeadSize = 20, TitleSize = 28;
    private const int CaptionHeight = (Lines * LineHeight) + 6;
    private const string Font = "DejaVuSans.ttf";

    private static readonly SKColor s_paper = new(250, 249, 246), s_ink = new(38, 40, 44);
    private static readonly Lazy<SKTypeface> s_typeface = new(() =>
    {
        using Stream font = typeof(ContactSheet).Assembly.GetManifestResourceStream(Font)!;
        return SKTypeface.FromStream(font);
    });

    private readonly SKBitmap _sheet;
    private readonly SKCanvas _canvas;

    private ContactSheet(int width, int height)
    {
        _sheet = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        _canvas = new SKCanvas(_sheet);
        _canvas.Clear(s_paper);
    }

    /// <summary>Draws a sheet.</summary>
    /// <param name="title">What stands at its head.</param>
    /// <param name="groups">The groups.</param>
    /// <param name="columns">Pictures in a row; a wide one takes the place of several.</param>
    public static PlanarImage Draw(string title, IReadOnlyList<(string Name, IReadOnlyList<SheetPicture> Pictures)> groups, int columns)
    {
        int row = CellHeight + CaptionHeight + Gap;
        int height = Margin + HeadHeight + groups.Sum(g => HeadHeight + (Rows(g.Pictures, columns) * row)) + Margin;
        using ContactSheet sheet = new((2 * Margin) + (columns * Cell) + ((columns - 1) * Gap), height);
        sheet.Text(title, Margin, Margin, TitleSize);
        int y = Margin + HeadHeight;
        foreach ((string name, IReadOnlyList<SheetPicture> pictures) in groups)
        {
            sheet.Text(name, Margin, y + 14, HeadSize);
            y += HeadHeight;
            foreach ((SheetPicture picture, int line, int column) in Places(pictures, columns))
            {
                int left = Margin + (column * (Cell + Gap)), top = y + (line * row), width = (Span(picture, columns) * (Cell + Gap)) - Gap;
                sheet.Place(picture.Read(), left, top, width);
                IReadOnlyList<string> lines = Wrap(picture.Caption, width);
                for (int l = 0; l < Math.Min(Lines, lines.Count); l++)
                    sheet.Text(lines[l], left, top + CellHeight + 6 + (l * LineHeight), CaptionSize);
            }
            y += Rows(pictures, columns) * row;
        }
        sheet._canvas.Flush();
        return PixelBytes.ToPlanar(sheet._sheet.GetPixelSpan(), sheet._sheet.Width, sheet._sheet.Height, PixelOrder.Rgba);
    }

    /// <summary>The words of a caption on lines no wider than that many pixels; a word that is wider has a line of its own.</summary>
    public static IReadOnlyList<string> Wrap(string text, float width)
    {
        using SKPaint paint = Paint(CaptionSize);
        List<string> lines = [];
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines.Count > 0 && paint.MeasureText($"{lines[^1]} {word}") <= width) lines[^1] += $" {word}";
            else lines.Add(word);
        }
        return lines;
    }

    /// <summary>Whether the font has a glyph for every character.</summary>
    public static bool HasGlyphs(string text) => s_typeface.Value.ContainsGlyphs(text);

    public void Dispose()
    {
        _canvas.Dispose();
        _sheet.Dispose();
    }

    private static SKPaint Paint(float size) =>
        new() { Typeface = s_typeface.Value, TextSize = size, Color = s_ink, IsAntialias = true, SubpixelText = true };

    private static int Rows(IReadOnlyList<SheetPicture> pictures, int columns) => Places(pictures, columns).Last().Line + 1;

    private static int Span(SheetPicture picture, int columns) =>
        Math.Clamp((int)Math.Round(picture.Aspect * CellHeight / (Cell + Gap)), 1, Math.Min(3, columns));

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
        byte[] pixels = new byte[PixelBytes.Stride * small.Width * small.Height];
        PixelBytes.FromPlanar(small, pixels, PixelOrder.Rgba);
        using SKImage image = SKImage.FromPixelCopy(new SKImageInfo(small.Width, small.Height, SKColorType.Rgba8888, SKAlphaType.Opaque),
            pixels);
        _canvas.DrawImage(image, left, top + CellHeight - small.Height);
    }

    private void Text(string text, float left, float top, float size)
    {
        using SKPaint paint = Paint(size);
        _canvas.DrawText(text, left, top - paint.FontMetrics.Ascent - (0.2f * size), paint);
    }
}
