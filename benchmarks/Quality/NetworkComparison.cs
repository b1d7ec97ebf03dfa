using System.Diagnostics;
using System.Globalization;
using MLNetStyle.Benchmarks.SideBySide;
using MLNetStyle.Graphs;
using MLNetStyle.Stylization;

namespace MLNetStyle.Benchmarks.Quality;

/// <summary>
/// Pictures made with a candidate network beside pictures made with VGG-19, same options, every content with every style: distances in
/// VGG-19's space, on the grid of poolings that the pictures were made on and on others, seconds, what <see cref="Measures"/> has, and a sheet to look at (content, style,
/// VGG-19's picture, the candidate's).
/// </summary>
internal static class NetworkComparison
{
    public static int Run(string[] args)
    {
        Arguments arguments = new(args, "--network", "--against", "--contents", "--styles", "--sizes", "--iterations", "--style-weight", "--sheet", "--cell");
        Network reference = Network.Load(arguments.Text("--against", "vgg19")), candidate = Network.Load(arguments.Text("--network", "compact"));
        (string Name, PlanarImage Image)[] contents = Pictures(arguments.Text("--contents", "samples/content")), styles = Pictures(arguments.Text("--styles", "samples/style"));
        StylizationOptions options = new();
        options.Iterations = arguments.Number("--iterations", options.Iterations);
        options.StyleWeight = arguments.Number("--style-weight", (int)options.StyleWeight);
        using FeatureDistances distances = new(reference);
        using IStyleMeter meter = PictureMeasures.Meter(reference);
        List<IReadOnlyList<PlanarImage>> rows = [];

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{options.Iterations} iterations, style weight {options.StyleWeight}; distances in the space of {reference.Name}"));
        foreach (int size in arguments.Text("--sizes", "256,512").Split(',').Select(s => int.Parse(s, CultureInfo.InvariantCulture)))
        {
            options.Size = size;
            using Stylizer theirs = new(reference, options), ours = new(candidate, options);
            Console.WriteLine($"\n{size} pixels                             style distance               content distance             style distance, moved        seconds");
            Console.WriteLine($"content x style                 {reference.Name,8} {candidate.Name,8}   ratio  {reference.Name,8} {candidate.Name,8}   ratio  {reference.Name,8} {candidate.Name,8}   ratio  {reference.Name,7} {candidate.Name,7}");
            List<(double Style, double Content, double Moved)> a = [], b = [];
            List<(double First, double Second)> seconds = [];
            List<(string Name, Measures First, Measures Second)> measured = [];
            PlanarImage[] sizedStyles = Array.ConvertAll(styles, s => Sheet.Sized(s.Image, size));
            IReadOnlyList<GraphTensor>[][] windows = Array.ConvertAll(sizedStyles, distances.Windows);
            foreach ((string contentName, PlanarImage content) in contents)
            {
                PlanarImage sizedContent = Sheet.Sized(content, size);
                for (int s = 0; s < styles.Length; s++)
                {
                    ((string styleName, PlanarImage style), PlanarImage sizedStyle, IReadOnlyList<GraphTensor>[] moved) = (styles[s], sizedStyles[s], windows[s]);
                    (PlanarImage first, double firstSeconds) = Make(theirs, content, style);
                    (PlanarImage second, double secondSeconds) = Make(ours, content, style);
                    a.Add(Of(first));
                    b.Add(Of(second));
                    seconds.Add((firstSeconds, secondSeconds));
                    Line($"{contentName} x {styleName}", a[^1], b[^1], firstSeconds, secondSeconds);
                    rows.Add([sizedContent, sizedStyle, first, second]);
                    PictureMeasures measures = new(meter, sizedContent, sizedStyle);
                    measured.Add(($"{contentName} x {styleName}", measures.Of(first), measures.Of(second)));

                    (double, double, double) Of(PlanarImage picture)
                    {
                        (double style, double content) = distances.Of(picture, sizedStyle, sizedContent);
                        return (style, content, distances.Moved(picture, moved));
                    }
                }
            }
            Line("mean", Mean(a), Mean(b), seconds.Average(s => s.First), seconds.Average(s => s.Second));
            Console.WriteLine($"{"",-30} {Measures.Head}");
            foreach ((string name, Measures first, Measures second) in measured)
                Console.WriteLine($"{name}\n  {reference.Name,-28} {first}\n  {candidate.Name,-28} {second}");
            Console.WriteLine($"mean\n  {reference.Name,-28} {Measures.Mean([.. measured.Select(m => m.First)])}\n  {candidate.Name,-28} {Measures.Mean([.. measured.Select(m => m.Second)])}");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"the styles themselves, moved by some pixels, against unmoved: style distance {windows.Average(FeatureDistances.OfStyleMoved):F4}"));
        }
        if (arguments.Text("--sheet", "") is { Length: > 0 } sheet)
        {
            PictureFile.Save(Sheet.Make(rows, arguments.Number("--cell", 256)), sheet);
            Console.WriteLine($"\n{sheet}: content, style, {reference.Name}, {candidate.Name}");
        }
        return 0;
    }

    private static (PlanarImage Picture, double Seconds) Make(Stylizer stylizer, PlanarImage content, PlanarImage style)
    {
        long begun = Stopwatch.GetTimestamp();
        StylizationResult result = stylizer.Stylize(content, stylizer.MeasureStyle(new StyleSource(style)));
        double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        return (Sheet.Sized(result.Image, Math.Max(result.Image.Width, result.Image.Height)), seconds);
    }

    private static (double Style, double Content, double Moved) Mean(List<(double Style, double Content, double Moved)> all) =>
        (all.Average(x => x.Style), all.Average(x => x.Content), all.Average(x => x.Moved));

    private static void Line(string name, (double Style, double Content, double Moved) a, (double Style, double Content, double Moved) b, double aSeconds, double bSeconds) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-30} {a.Style,9:F4} {b.Style,8:F4} {b.Style / a.Style,7:F2}  {a.Content,8:F4} {b.Content,8:F4} {b.Content / a.Content,7:F2}  {a.Moved,8:F4} {b.Moved,8:F4} {b.Moved / a.Moved,7:F2}  {aSeconds,7:F1} {bSeconds,7:F1}"));

    // Files separated by commas, or a folder.
    private static (string Name, PlanarImage Image)[] Pictures(string text)
    {
        string[] paths = Directory.Exists(text) ? [.. Directory.GetFiles(text, "*.jpg").Concat(Directory.GetFiles(text, "*.png")).Order(StringComparer.Ordinal)] : text.Split(',');
        return Array.ConvertAll(paths, p => (Path.GetFileNameWithoutExtension(p), PictureFile.Read(p)));
    }
}
