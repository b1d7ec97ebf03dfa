using System.Diagnostics;
using System.Globalization;
using MLNetStyle.Benchmarks.SideBySide;
using MLNetStyle.Graphs;
using MLNetStyle.Stylization;

namespace MLNetStyle.Benchmarks.Quality;

/// <summary>
/// Pictures made with other networks beside pictures made with VGG-19, same options, every content with every style: distances in
/// VGG-19's space, on the grid of poolings that the pictures were made on and on others, seconds, what <see cref="Measures"/> has, and a
/// sheet to look at
/// (content, style, VGG-19's picture, the others').
/// </summary>
internal static class NetworkComparison
{
    public static int Run(string[] args)
    {
        Arguments arguments = new(args, "--network", "--against", "--contents", "--styles", "--sizes", "--iterations", "--style-weight",
            "--sheet", "--cell");
        Network reference = Network.Load(arguments.Text("--against", "vgg19"));
        string[] candidates = arguments.Text("--network", "compact,relay").Split(',');
        const string Contents = "images/content/mountain_lake.jpg,images/content/still_life.jpg";
        (string Name, PlanarImage Image)[] contents = Pictures(arguments.Text("--contents", Contents)),
            styles = Pictures(arguments.Text("--styles", "images/style"));
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
            using Stylizer theirs = new(reference, options);
            Stylizer[] ours = [.. candidates.Select(name => new Stylizer(NetworkRelay.Load(name), options))];
            Console.WriteLine($"\n{size} pixels, in brackets the ratio to {reference.Name}");
            Console.WriteLine($"{"content x style",-34} {"network",-12} {"style",16} {"content",16} {"style, moved",16} {"seconds",14}");
            List<Figures> first = [];
            List<Figures>[] others = [.. candidates.Select(_ => new List<Figures>())];
            PlanarImage[] sizedStyles = Array.ConvertAll(styles, s => Sheet.Sized(s.Image, size));
            IReadOnlyList<GraphTensor>[][] windows = Array.ConvertAll(sizedStyles, distances.Windows);
            foreach ((string contentName, PlanarImage content) in contents)
            {
                PlanarImage sizedContent = Sheet.Sized(content, size);
                for (int s = 0; s < styles.Length; s++)
                {
                    ((string styleName, PlanarImage style), PlanarImage sizedStyle, IReadOnlyList<GraphTensor>[] moved) = (styles[s],
                        sizedStyles[s], windows[s]);
                    List<PlanarImage> row = [sizedContent, sizedStyle];
                    PictureMeasures measures = new(meter, sizedContent, sizedStyle);
                    first.Add(Made(theirs));
                    Line($"{contentName} x {styleName}", reference.Name, first[^1], first[^1]);
                    for (int c = 0; c < ours.Length; c++)
                    {
                        others[c].Add(Made(ours[c]));
                        Line("", candidates[c], others[c][^1], first[^1]);
                    }
                    rows.Add(row);

                    Figures Made(Stylizer stylizer)
                    {
                        (PlanarImage picture, double seconds) = Make(stylizer, content, style);
                        row.Add(picture);
                        (double toStyle, double toContent) = distances.Of(picture, sizedStyle, sizedContent);
                        return new Figures(toStyle, toContent, distances.Moved(picture, moved), seconds, measures.Of(picture));
                    }
                }
            }
            Line("mean", reference.Name, Figures.Mean(first), Figures.Mean(first));
            Console.WriteLine($"{"",-30} {Measures.Head}");
            Console.WriteLine($"{reference.Name,-30} {Figures.Mean(first).Measures}");
            for (int c = 0; c < ours.Length; c++)
            {
                Console.WriteLine($"{candidates[c],-30} {Figures.Mean(others[c]).Measures}");
                Line("", candidates[c], Figures.Mean(others[c]), Figures.Mean(first));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{candidates[c]}: largest ratio of a pair, style {others[c].Zip(first, (o, f) => o.Style / f.Style).Max():F2}, "
                        + $"content {others[c].Zip(first, (o, f) => o.Content / f.Content).Max():F2}"));
                ours[c].Dispose();
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"the styles themselves, moved by some pixels, against unmoved: style distance "
                    + $"{windows.Average(FeatureDistances.OfStyleMoved):F4}"));
        }
        if (arguments.Text("--sheet", "") is { Length: > 0 } sheet)
        {
            PictureFile.Save(Sheet.Make(rows, arguments.Number("--cell", 256)), sheet);
            Console.WriteLine($"\n{sheet}: content, style, {reference.Name}, {string.Join(", ", candidates)}");
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

    private static void Line(string pair, string network, Figures own, Figures first) => Console.WriteLine(
        $"{pair,-34} {network,-12} {Beside(own.Style, first.Style),16} {Beside(own.Content, first.Content),16} "
            + $"{Beside(own.Moved, first.Moved),16} {Beside(own.Seconds, first.Seconds),14}");

    private static string Beside(double value, double first) =>
        string.Create(CultureInfo.InvariantCulture, $"{value:F4} ({value / first:F2})");

    private sealed record Figures(double Style, double Content, double Moved, double Seconds, Measures Measures)
    {
        public static Figures Mean(List<Figures> all) => new(
            all.Average(f => f.Style), all.Average(f => f.Content), all.Average(f => f.Moved), all.Average(f => f.Seconds),
            Measures.Mean([.. all.Select(f => f.Measures)]));
    }

    // Files separated by commas, or a folder.
    private static (string Name, PlanarImage Image)[] Pictures(string text)
    {
        string[] paths = Directory.Exists(text)
            ? [.. Directory.GetFiles(text, "*.jpg").Concat(Directory.GetFiles(text, "*.png")).Order(StringComparer.Ordinal)]
            : text.Split(',');
        return Array.ConvertAll(paths, p => (Path.GetFileNameWithoutExtension(p), PictureFile.Read(p)));
    }
}
