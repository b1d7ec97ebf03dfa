using System.Diagnostics;
using System.Globalization;
using MLNetStyle.Benchmarks.SideBySide;
using MLNetStyle.Stylization;

namespace MLNetStyle.Benchmarks.Quality;

/// <summary>
/// The defaults that matter, each varied by itself: pictures of every pair, their style and content distance in VGG-19's space, clock and processor
/// seconds, as means over the pairs and beside those of the defaults; and a sheet to look at, a row a pair, a column a variant.
/// </summary>
internal static class Tuning
{
    private const string Usual = "style-weight=15,60;tv-weight=0,3,30;iterations=100,300;stage-decay=0.4,1;pyramid-factor=1.4142;coarsest-size=64,256;init=noise;tolerance=0";

    private static readonly Dictionary<string, Action<StylizationOptions, string>> s_knobs = new()
    {
        ["style-weight"] = (o, v) => o.StyleWeight = Real(v),
        ["tv-weight"] = (o, v) => o.TvWeight = Real(v),
        ["iterations"] = (o, v) => o.Iterations = (int)Real(v),
        ["stage-decay"] = (o, v) => o.StageDecay = Real(v),
        ["pyramid-factor"] = (o, v) => o.PyramidFactor = Real(v),
        ["coarsest-size"] = (o, v) => o.CoarsestSize = (int)Real(v),
        ["tolerance"] = (o, v) => o.Tolerance = Real(v),
        ["history"] = (o, v) => o.History = (int)Real(v),
        // COARSE/FINAL: the shares of iterations that the last network does at the sizes before the last one and there; with /keep L-BFGS keeps its pairs.
        ["relay"] = (o, v) => o.Relay = v.Split('/') is [string coarse, string final, .. var rest]
            ? new RelayPlan(Real(coarse), Real(final), rest is ["keep"])
            : throw new ArgumentException($"'{v}' is no relay; write COARSE/FINAL or COARSE/FINAL/keep."),
        ["init"] = (o, v) => o.Start = v == "noise" ? StartImage.Noise : StartImage.Content,
        ["style-layers"] = (o, v) => o.StyleLayers = [.. v.Split('+').Select(LayerWeight.Parse)],
    };

    public static int Run(string[] args)
    {
        Arguments arguments = new(args, "--network", "--judge", "--pairs", "--size", "--vary", "--base", "--threads", "--sheet", "--cell");
        string name = arguments.Text("--network", "compact");
        IReadOnlyList<Network> networks = NetworkRelay.Load(name);
        Network judge = Network.Load(arguments.Text("--judge", "vgg19"));
        int size = arguments.Number("--size", 256);
        Pair[] pairs = [.. arguments.Text("--pairs", "samples/content/mountain_lake.jpg+samples/style/swirling_oil.jpg,samples/content/still_life.jpg+samples/style/woodcut.jpg,samples/content/still_life.jpg+samples/style/mosaic.jpg")
            .Split(',').Select(text => Pair.Read(text, size))];
        string common = arguments.Text("--base", "");
        // A variant is one value, or several joined by '&'.
        string[] variants = ["", .. arguments.Text("--vary", Usual).Split(';', StringSplitOptions.RemoveEmptyEntries).SelectMany(Values)];
        using FeatureDistances distances = new(judge);
        List<PlanarImage>[] rows = [.. pairs.Select(p => new List<PlanarImage> { p.Content })];
        Outcome? first = null;
        Console.WriteLine($"{name}, {size} pixels, {pairs.Length} pairs; distances in the space of {judge.Name}; in brackets the ratio to the defaults{(common.Length > 0 ? $" with {common}" : "")}");
        Console.WriteLine($"{"variant",-34} {"style",16} {"content",16} {"clock s",16} {"processor s",16}");
        foreach (string variant in variants)
        {
            StylizationOptions options = new() { Size = size, Compute = { Threads = arguments.Number("--threads", 0) } };
            foreach (string setting in $"{common}&{variant}".Split('&', StringSplitOptions.RemoveEmptyEntries)) Set(options, setting);
            using Stylizer stylizer = new(networks, options);
            Outcome[] made = [.. pairs.Select((p, i) => Make(stylizer, p, distances, rows[i]))];
            Outcome mean = new(made.Average(m => m.Style), made.Average(m => m.Content), made.Average(m => m.Seconds), made.Average(m => m.Processor));
            first ??= mean;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{(variant.Length == 0 ? "defaults" : variant),-34} {Beside(mean.Style, first.Style),16} {Beside(mean.Content, first.Content),16} {Beside(mean.Seconds, first.Seconds),16} {Beside(mean.Processor, first.Processor),16}"));
        }
        if (arguments.Text("--sheet", "") is { Length: > 0 } sheet) PictureFile.Save(Sheet.Make(rows, arguments.Number("--cell", 256)), sheet);
        return 0;
    }

    private static string Beside(double value, double first) => string.Create(CultureInfo.InvariantCulture, $"{value:F4} ({value / first:F2})");

    private static IEnumerable<string> Values(string text)
    {
        int equals = text.IndexOf('=');
        if (equals < 0 || text.Contains('&')) return [text];
        return text[(equals + 1)..].Split(',').Select(v => $"{text[..equals]}={v}");
    }

    private static void Set(StylizationOptions options, string setting)
    {
        int equals = setting.IndexOf('=');
        if (equals < 0 || !s_knobs.TryGetValue(setting[..equals], out Action<StylizationOptions, string>? set))
            throw new ArgumentException($"'{setting}' is no setting; write NAME=VALUE with one of {string.Join(", ", s_knobs.Keys)}.");
        set(options, setting[(equals + 1)..]);
    }

    private static Outcome Make(Stylizer stylizer, Pair pair, FeatureDistances distances, List<PlanarImage> row)
    {
        using Process process = Process.GetCurrentProcess();
        TimeSpan worked = process.TotalProcessorTime;
        long begun = Stopwatch.GetTimestamp();
        PlanarImage picture = stylizer.Stylize(pair.Content, stylizer.MeasureStyle(new StyleSource(pair.Style))).Image;
        double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        process.Refresh();
        double processor = (process.TotalProcessorTime - worked).TotalSeconds;
        picture = Sheet.Sized(picture, Math.Max(picture.Width, picture.Height));
        row.Add(picture);
        (double style, double content) = distances.Of(picture, pair.SizedStyle, pair.SizedContent);
        return new Outcome(style, content, seconds, processor);
    }

    private static double Real(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private sealed record Outcome(double Style, double Content, double Seconds, double Processor);

    private sealed record Pair(PlanarImage Content, PlanarImage Style, PlanarImage SizedContent, PlanarImage SizedStyle)
    {
        public static Pair Read(string text, int size)
        {
            string[] files = text.Split('+');
            if (files.Length != 2) throw new ArgumentException($"'{text}' is no pair; write CONTENT+STYLE, and commas between pairs.");
            PlanarImage content = PictureFile.Read(files[0]), style = PictureFile.Read(files[1]);
            return new Pair(content, style, Sheet.Sized(content, size), Sheet.Sized(style, size));
        }
    }
}
