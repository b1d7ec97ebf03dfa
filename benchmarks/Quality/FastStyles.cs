using System.Diagnostics;
using System.Globalization;
using MLNetStyle.Stylization;
using MLNetStyle.Training;

namespace MLNetStyle.Benchmarks.Quality;

/// <summary>Judges a network of fast styles: losses in VGG-19's space as iterations of L-BFGS, artefacts, times and memory.</summary>
internal static class FastStyles
{
    private const string Usage = "usage: fast-styles NETWORK.onnx [--size N] [--iterations N] [--content FILE]... [--style NAME=FILE]... "
        + "[--times] [--artefacts]";

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
        if (args.Contains("--times")) Times(network);
        foreach (string style in Given(args, "--style"))
            foreach (string content in Given(args, "--content")) Judge(network, style.Split('=')[0], style.Split('=')[1], content, size,
                iterations);
        return 0;
    }

    private static IEnumerable<string> Given(string[] args, string name) =>
        args.Select((text, i) => (text, i)).Where(a => a.text == name).Select(a => args[a.i + 1]);

    private static void Judge(FastStyleNetwork network, string style, string styleFile, string contentFile, int size, int iterations)
    {
        StylizationOptions options = new()
        {
            Size = size,
            CoarsestSize = size,
            Iterations = iterations,
            Tolerance = 0,
            TvWeight = 0,
            StyleWeight = 30,
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
        string equals = equal < 0 ? $"more than {run.History.Count}" : $"{equal}";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{style} on {Path.GetFileName(contentFile)} at {width} x {height}: loss {own:0.000}, that of {equals} iterations of L-BFGS "
                + $"from the content ({iterations} reach {run.History[^1].Total:0.000})"));

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
