namespace MLNetStyle.Samples.Gallery;

/// <summary>
/// A small font of straight strokes, as pen plotters have them, for captions: neither ML.NET's images nor anything else that both package modes have can
/// draw text. A glyph is strokes on a grid, x 0 to 4 and y 0 (top of capitals), 2 (top of small letters), 6 (baseline), 8 (below it).
/// </summary>
internal static class StrokeFont
{
    /// <summary>From the top of capitals to what hangs below the line, in grid units.</summary>
    public const int Height = 8;

    private const float LetterSpace = 1.6f, WordSpace = 2.4f;
    private const string Unknown = "00 30 36 06 00";

    // One glyph an entry: the character, then strokes apart by commas, of points apart by blanks.
    private static readonly Dictionary<char, Glyph> s_glyphs = ((string[])
    [
        "A06 20 46,14 34", "B06 00 30 41 42 33 03,33 44 45 36 06", "C41 30 10 01 05 16 36 45", "D06 00 30 41 45 36 06", "E30 00 06 36,03 23", "F30 00 06,03 23",
        "G41 30 10 01 05 16 36 45 43 23", "H00 06,40 46,03 43", "I00 20,10 16,06 26", "J30 35 26 16 05", "K00 06,40 03 46", "L00 06 36", "M06 00 23 40 46", "N06 00 46 40",
        "O10 30 41 45 36 16 05 01 10", "P06 00 30 41 42 33 03", "Q10 30 41 45 36 16 05 01 10,34 46", "R06 00 30 41 42 33 03,23 46", "S41 30 10 01 02 13 33 44 45 36 16 05",
        "T00 40,20 26", "U00 05 16 36 45 40", "V00 26 40", "W00 16 23 36 40", "X00 46,40 06", "Y00 23 40,23 26", "Z00 40 06 46",
        "a12 22 33 36,34 14 05 16 26 35", "b00 06,03 12 22 33 35 26 16 05", "c33 22 12 03 05 16 26 35", "d30 36,33 22 12 03 05 16 26 35", "e04 34 33 22 12 03 05 16 26 35",
        "f20 11 16,02 22", "g32 37 28 18 07,33 22 12 03 05 16 26 35", "h00 06,03 12 22 33 36", "i02 06,00 00", "j12 17 08,10 10", "k00 06,32 04 36", "l00 05 16",
        "m02 06,03 12 23 26,23 32 43 46", "n02 06,03 12 22 33 36", "o12 22 33 35 26 16 05 03 12", "p02 08,03 12 22 33 35 26 16 05", "q32 38,33 22 12 03 05 16 26 35",
        "r02 06,03 12 22", "s32 12 03 14 24 35 26 06", "t10 15 26,02 22", "u02 05 16 26 35,32 36", "v02 26 42", "w02 16 23 36 42", "x02 36,32 06",
        "y02 05 16 26 35,32 37 28 08", "z02 32 06 36",
        "010 20 31 35 26 16 05 01 10", "101 10 16,06 26", "201 10 20 31 32 06 36", "301 10 20 31 32 23 13,23 34 35 26 16 05", "426 20 04 34", "530 00 02 22 33 35 26 16 05",
        "631 20 10 01 05 16 26 35 34 23 13 04", "700 30 16", "813 02 01 10 20 31 32 23 13 04 05 16 26 35 34 23", "905 16 26 35 31 20 10 01 02 13 23 32",
        ".06 06", ",16 07", ":03 03,06 06", ";13 13,16 07", "-04 24", "_07 37", "+04 24,13 15", "*03 25,05 23,13 15", "/06 30", "\\00 36", "=03 33,05 35", "(10 01 05 16",
        ")00 11 15 06", "[10 00 06 16", "]00 10 16 06", "<32 04 36", ">02 34 06", "!00 04,06 06", "?01 10 20 31 32 14,16 16", "&46 01 10 21 22 04 05 16 26 44",
        "%00 10 11 01 00,35 45 46 36 35,40 06", "#10 16,30 36,02 42,04 44", "'00 01", "\"00 01,20 21", "|00 07", "~04 13 24 33",
    ]).ToDictionary(entry => entry[0], entry => Glyph.Parse(entry[1..]));

    /// <summary>Whether a character has a glyph of its own; others are drawn as a box.</summary>
    public static bool Has(char character) => character == ' ' || s_glyphs.ContainsKey(character);

    /// <summary>The width of a line in grid units.</summary>
    public static float Width(string text) => Math.Max(0, text.Sum(Advance) - LetterSpace);

    /// <summary>The line segments of a text in grid units; a dot is a segment of no length.</summary>
    public static IEnumerable<(float X0, float Y0, float X1, float Y1)> Segments(string text)
    {
        float x = 0;
        foreach (char character in text)
        {
            if (character != ' ')
                foreach ((int x0, int y0, int x1, int y1) in Of(character).Segments) yield return (x + x0, y0, x + x1, y1);
            x += Advance(character);
        }
    }

    /// <summary>The words of a text on lines no wider than that many grid units; a word that is wider has a line of its own.</summary>
    public static IReadOnlyList<string> Wrap(string text, float width)
    {
        List<string> lines = [];
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines.Count > 0 && Width($"{lines[^1]} {word}") <= width) lines[^1] += $" {word}";
            else lines.Add(word);
        }
        return lines;
    }

    private static float Advance(char character) => character == ' ' ? WordSpace : Of(character).Width + LetterSpace;

    private static Glyph Of(char character) => s_glyphs.TryGetValue(character, out Glyph? glyph) ? glyph : Glyph.Box;

    private sealed record Glyph(int Width, IReadOnlyList<(int X0, int Y0, int X1, int Y1)> Segments)
    {
        public static Glyph Box { get; } = Parse(Unknown);

        public static Glyph Parse(string text)
        {
            List<(int, int, int, int)> segments = [];
            int width = 0;
            foreach (string stroke in text.Split(','))
            {
                (int X, int Y)[] points = [.. stroke.Split(' ').Select(p => (p[0] - '0', p[1] - '0'))];
                for (int i = 1; i < points.Length; i++) segments.Add((points[i - 1].X, points[i - 1].Y, points[i].X, points[i].Y));
                width = Math.Max(width, points.Max(p => p.X));
            }
            return new Glyph(width, segments);
        }
    }
}
