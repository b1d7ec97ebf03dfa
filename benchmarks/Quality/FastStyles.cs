using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetStyle.Benchmarks.SideBySide;
using MLNetStyle.Stylization;
using MLNetStyle.Training;

namespace MLNetStyle.Benchmarks.Quality;

/// <summary>Judges a network of fast styles: losses in VGG-19's space as iterations of L-BFGS, artefacts, times and memory.</summary>
internal static class FastStyles
{
    private const string Usage = "usage: fast-styles NETWORK.onnx [--size N] [--style-size N] [--iterations N] [--content FILE]... "
        + "[--style NAME=FILE]... "
        + "[--times] [--artefacts] [--batch N [--ending .jpg]]";

    public static int Run(string[] args)
    {
        if (args.Length == 0)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }
        using FastStyleNetwork network = FastStyleNetwork.Load(args[0]);
        int size = int.Parse(Given(args, "--size").FirstOrDefault("256"), CultureInfo.InvariantCulture);
        int iterations = int.Parse(Given(args, "--iterations").FirstOrDefault("60"), CultureInfo.InvariantCulture);
        if (args.Contains("--artefacts"))
            foreach (string style in network.Styles)
            {
                FastStyleArtefacts found = FastStyleArtefacts.Of(network, style);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{style}: checkerboard {found.Checkerboard:0.0}, stripes {found.Stripes:0.0}, border {found.Border:0.0} levels"));
            }
        if (args.Contains("--artefacts") && network.Network is { } own)
            foreach (string content in Given(args, "--content")) Spikes(own, content);
        if (args.Contains("--times")) Times(network);
        if (Given(args, "--batch").FirstOrDefault() is { } batch)
            Batch(args[0], int.Parse(batch, CultureInfo.InvariantCulture), Given(args, "--ending").FirstOrDefault(".jpg"));
        int styleSize = int.Parse(Given(args, "--style-size").FirstOrDefault($"{size}"), CultureInfo.InvariantCulture);
        List<double> equals = [];
        foreach (string style in Given(args, "--style"))
            foreach (string content in Given(args, "--content"))
                equals.Add(Judge(network, style.Split('=')[0], style.Split('=')[1], content, size, styleSize, iterations));
        if (equals.Count > 1)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{equals.Count} pictures: median {Programs.Median(equals):0.#} iterations, "
                    + $"mean {equals.Average():0.#} ('more than' counted as what was tried), from {equals.Min()} to {equals.Max()}"));
        }
        return 0;
    }

    /// <summary>How far the place stands out that stands out most in a network's maps: above twenty it is painted as a blot.</summary>
    private static void Spikes(TransformNetwork own, string file)
    {
        PlanarImage whole = PictureFile.Read(file);
        int multiple = own.Shape.Multiple;
        PlanarImage content = Stylizer.Sized(whole, whole.Width / multiple * multiple, whole.Height / multiple * multiple);
        float[] painted = new float[content.Samples.Length];
        using TransformEngine engine = new(own.Shape);
        engine.SetShared(own.Shared, backward: false);
        for (int style = 0; style < own.Styles.Count; style++)
        {
            engine.Forward(content.Samples, content.Width, content.Height, own.Norms[style], painted, keep: true);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{own.Styles[style]} on {Path.GetFileName(file)}: largest deviation in a normalised map {engine.LargestDeviation():0.0}"));
        }
    }

    private static IEnumerable<string> Given(string[] args, string name) =>
        args.Select((text, i) => (text, i)).Where(a => a.text == name).Select(a => args[a.i + 1]);

    /// <summary>How many iterations of L-BFGS reach the loss of a painted picture; those that were tried where none does.</summary>
    private static int Judge(FastStyleNetwork network, string style, string styleFile, string contentFile, int size, int styleSize,
        int iterations)
    {
        StylizationOptions options = new()
        {
            Size = size,
            CoarsestSize = size,
            Iterations = iterations,
            Tolerance = 0,
            TvWeight = 0,
            StyleWeight = 30,
            StyleScale = (double)styleSize / size,
            NeighborWeight = 0, // content and Gram matrices: what such networks are trained on
            Recolor = 0
        };
        using Stylizer stylizer = new(Network.Load("vgg19"), options);
        PlanarImage whole = PictureFile.Read(contentFile);
        (int width, int height) = options.PictureSize(whole.Width, whole.Height);
        PlanarImage content = Stylizer.Sized(whole, width, height);
        StyleTarget target = stylizer.MeasureStyle(new StyleSource(PictureFile.Read(styleFile)));
        PlanarImage painted = network.Paint(content, style);

        // One iteration from the painted picture tells its loss: that of the first point.
        double own = LossOf(painted);
        StylizationResult run = stylizer.Stylize(content, target);
        int equal = run.History.Where(h => h.Total <= own).Select(h => h.Iteration).DefaultIfEmpty(-1).First();
        string equals = equal < 0 ? $"more than {iterations}" : $"{equal}";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{style} on {Path.GetFileName(contentFile)} at {width} x {height}: loss {own:0.000}, that of {equals} iterations of L-BFGS "
                + $"from the content ({iterations} reach {run.History[^1].Total:0.000})"));
        return equal < 0 ? iterations : equal;

        double LossOf(PlanarImage picture)
        {
            int terms = stylizer.Losses.Count;
            using IStyleMeter meter = stylizer.ContentMeter(0);
            IReadOnlyList<Graphs.GraphTensor> contents = meter.Measure(content);
            IReadOnlyList<Graphs.GraphTensor> styles = target.Find(stylizer.StyleSidesOf(StageSchedule.Plan(options,
                Math.Max(width, height))).Single())!;
            IStyleEvaluator evaluator = stylizer.Evaluator();
            evaluator.SetTargets([.. contents, .. styles]);
            return evaluator.Evaluate(picture.Samples, width, height, new float[picture.Samples.Length], new double[terms]);
        }
    }

    /// <summary>Files of 512 pixels in, painted files out, through ML.NET's lazy rows.</summary>
    private static void Batch(string file, int count, string ending)
    {
        const int Side = 512;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fast-styles");
        try
        {
            for (int i = 0; i < count; i++)
                PictureFile.Save(new PlanarImage(Side, Side, TestPictures.Make(i, Side, Side)), Path.Combine(folder.FullName, $"{i}.jpg"));
            ImageColumns.Register();
            MLContext ml = new();
            IDataView rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Row { Path = $"{i}.jpg" }));
            using TransformerChain<SaveImagesTransformer> model = ml.Transforms.LoadPictures("Image", folder.FullName, "Path")
                .Append(ml.Transforms.ApplyFastStyles("Painted", "Image", file))
                .Append(ml.Transforms.SaveImages("Saved", "Painted", Path.Combine(folder.FullName, "out"), "Path",
                    new SaveImagesOptions { Ending = ending }))
                .Fit(rows);
            IDataView view = model.Transform(rows);
            List<double> memory = [];
            TimeSpan before = Environment.CpuUsage.TotalTime;
            Stopwatch watch = Stopwatch.StartNew();
            using (DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Saved"]]))
            {
                ValueGetter<ReadOnlyMemory<char>> getter = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Saved"]);
                ReadOnlyMemory<char> saved = default;
                while (cursor.MoveNext())
                {
                    getter(ref saved);
                    memory.Add(Environment.WorkingSet / 1048576.0);
                }
            }
            double seconds = watch.Elapsed.TotalSeconds, work = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{count} pictures of {Side} x {Side} to {ending}: {count / seconds:0.00} a second, {work / count:0.000} s of processors a "
                    + $"picture; memory {memory[memory.Count / 4]:0} MiB after a quarter, {memory[^1]:0} MiB at the end"));
        }
        finally
        {
            folder.Delete(true);
        }
    }

    private sealed class Row
    {
        public string Path { get; set; } = "";
    }

    private static void Times(FastStyleNetwork network)
    {
        foreach (int side in (int[])[256, 512, 1024, 2048])
        {
            PlanarImage picture = new(side, side);
            for (int i = 0; i < picture.Samples.Length; i++) picture.Samples[i] = i % 251;
            network.Paint(picture, network.Styles[0]);
            double least = double.PositiveInfinity, processor = double.PositiveInfinity;
            for (int round = 0; round < 3; round++)
            {
                TimeSpan before = Environment.CpuUsage.TotalTime;
                Stopwatch watch = Stopwatch.StartNew();
                network.Paint(picture, network.Styles[0]);
                least = Math.Min(least, watch.Elapsed.TotalSeconds);
                processor = Math.Min(processor, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
            }
            using Process process = Process.GetCurrentProcess();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{side} x {side}: {least:0.000} s, {processor:0.000} s of processors, peak memory of the process "
                + $"{process.PeakWorkingSet64 / 1048576.0:0} MiB"));
        }
    }
}
