using System.Diagnostics;
using System.Globalization;
using MLNetStyle.Benchmarks.SideBySide;
using MLNetStyle.Stylization;

namespace MLNetStyle.Benchmarks.Quality;

/// <summary>
/// The defaults that matter, each varied by itself: pictures of every pair, what <see cref="Measures"/> has in VGG-19's space, clock and
/// processor
/// seconds, pair by pair and as means; and a sheet to look at, a row a pair, a column a variant.
/// </summary>
internal static class Tuning
{
    private const string Usual = "style-weight=15,60;tv-weight=0,3,30;iterations=100,300;stage-decay=0.4,1;pyramid-factor=1.4142;coarsest-size=64,256;init=noise;tolerance=0";

    private static readonly Dictionary<string, Action<StylizationOptions, string>> s_knobs = new()
    {
        ["style-weight"] = (o, v) => o.StyleWeight = Real(v),
        ["self-similarity"] = (o, v) => o.SelfSimilarity = Real(v),
        ["content-layers"] = (o, v) => o.ContentLayers = [.. v.Split('+').Select(LayerWeight.Parse)],
        ["preset"] = (o, v) => StyleTransferPreset.Parse(v).ApplyTo(o),
        ["content-weight"] = (o, v) => o.ContentWeight = Real(v),
        ["neighbor-weight"] = (o, v) => o.NeighborWeight = Real(v),
        ["neighbor-layers"] = (o, v) => o.NeighborLayers = [.. v.Split('+').Select(LayerWeight.Parse)],
        ["recolor"] = (o, v) => o.Recolor = Real(v),
        ["strength"] = (o, v) => o.SetStrength(Real(v)),
        ["style-term"] = (o, v) => o.StyleTerms = [.. v.Split('+').Select(StyleTerm.Parse)],
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
        Pair[] pairs = [.. arguments.Text("--pairs", "images/content/mountain_lake.jpg+images/style/swirling_oil.jpg,images/content/still_life.jpg+images/style/woodcut.jpg,images/content/still_life.jpg+images/style/mosaic.jpg")
            .Split(',').Select(text => Pair.Read(text))];
        string common = arguments.Text("--base", "");
        // A variant is one value, or several joined by '&'.
        string[] variants = ["", .. arguments.Text("--vary", Usual).Split(';', StringSplitOptions.RemoveEmptyEntries).SelectMany(Values)];
        using IStyleMeter meter = PictureMeasures.Meter(judge);
        List<PlanarImage>[] rows = [.. pairs.Select(p => new List<PlanarImage> { p.Content, p.Style })];
        Outcome? first = null;
        Console.WriteLine($"{name}, {size} pixels, {pairs.Length} pairs; measured in the space of {judge.Name}; in brackets the ratio to "
            + $"the defaults"
            + (common.Length > 0 ? $" with {common}" : ""));
        Console.WriteLine($"{"variant",-50} {Measures.Head} {"clock s",14} {"processor s",14}");
        foreach (string variant in variants)
        {
            StylizationOptions options = new() { Size = size, Compute = { Threads = arguments.Number("--threads", 0) } };
            foreach (string setting in $"{common}&{variant}".Split('&', StringSplitOptions.RemoveEmptyEntries)) Set(options, setting);
            using Stylizer stylizer = new(networks, options);
            Outcome[] made = [.. pairs.Select((p, i) => Make(stylizer, p, meter, rows[i]))];
            Outcome mean = new(Measures.Mean([.. made.Select(m => m.Measures)]), made.Average(m => m.Seconds),
                made.Average(m => m.Processor));
            first ??= mean;
            if (pairs.Length > 1)
                for (int i = 0; i < pairs.Length; i++) Console.WriteLine($"  {pairs[i].Name,-48} {made[i].Measures}");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{(variant.Length == 0 ? "defaults" : variant),-50} {mean.Measures} {Beside(mean.Seconds, first.Seconds),14} "
                    + $"{Beside(mean.Processor, first.Processor),14}"));
        }
        if (arguments.Text("--sheet", "") is { Length: > 0 } sheet) PictureFile.Save(Sheet.Make(rows, arguments.Number("--cell", 256)),
            sheet, quality: 88);
        return 0;
    }

    private static string Beside(double value, double first) =>
        string.Create(CultureInfo.InvariantCulture, $"{value:F1} ({value / first:F2})");

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

    private static Outcome Make(Stylizer stylizer, Pair pair, IStyleMeter meter, List<PlanarImage> row)
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
        return new Outcome(new PictureMeasures(meter, Sheet.Sized(pair.Content, Math.Max(picture.Width, picture.Height)),
            Sheet.Sized(pair.Style, Math.Max(picture.Width, picture.Height))).Of(picture), seconds, processor);
    }

    private static double Real(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private sealed record Outcome(Measures Measures, double Seconds, double Processor);

    private sealed record Pair(string Name, PlanarImage Content, PlanarImage Style)
    {
        public static Pair Read(string text)
        {
            string[] files = text.Split('+');
            if (files.Length != 2) throw new ArgumentException($"'{text}' is no pair; write CONTENT+STYLE, and commas between pairs.");
            return new Pair($"{Path.GetFileNameWithoutExtension(files[0])} x {Path.GetFileNameWithoutExtension(files[1])}",
                PictureFile.Read(files[0]), PictureFile.Read(files[1]));
        }
    }
}
