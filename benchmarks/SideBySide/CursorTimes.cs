using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetStyle.Pipeline;

namespace MLNetStyle.Benchmarks.SideBySide;

/// <summary>Pictures a second by one cursor and by several at once over the same transformer, in turns, so that what else the machine does
/// meets all of them.</summary>
internal static class CursorTimes
{
    public static int Run(string[] args)
    {
        Arguments arguments = new(args, "--size", "--iterations", "--rows", "--cursors", "--rounds", "--network", "--sessions");
        int size = arguments.Number("--size", 128), rows = arguments.Number("--rows", 4), cursors = arguments.Number("--cursors", 2);
        StyleTransferOptions options = new()
        {
            Size = size,
            Iterations = arguments.Number("--iterations", 50),
            Network = arguments.Text("--network", "compact"),
        };
        options.Compute.Sessions = arguments.Number("--sessions", 0);
        ImageColumns.Register();
        MLContext ml = new();
        IDataView data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(i => new Row { Image = Picture(i, size) }));
        using MLImage style = Picture(100, size);
        using StyleTransferTransformer model = ml.Style.StyleTransfer("Styled", "Image", style, options).Fit(data);
        Measure(model, data, cursors); // makes the sessions
        List<double> alone = [], together = [], ratios = [], work = [];
        for (int round = 0; round < arguments.Number("--rounds", 7); round++)
        {
            (double Speed, double Work) one = Measure(model, data, 1), several = Measure(model, data, cursors);
            alone.Add(one.Speed);
            together.Add(several.Speed);
            ratios.Add(several.Speed / one.Speed);
            work.Add(one.Work / several.Work);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{options.Network}, {size} pixels: one cursor {Programs.Median(alone):F2} pictures/s, {cursors} cursors "
            + $"{Programs.Median(together):F2}; ratio {Programs.Median(ratios):F2} ({ratios.Min():F2} to {ratios.Max():F2}); processor time "
            + $"of a picture by one cursor over that by {cursors}: {Programs.Median(work):F2}"));
        return 0;
    }

    private static (double Speed, double Work) Measure(StyleTransferTransformer model, IDataView data, int cursors)
    {
        int read = 0;
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        Stopwatch watch = Stopwatch.StartNew();
        Thread[] threads = [.. Enumerable.Range(0, cursors).Select(_ => new Thread(() => Interlocked.Add(ref read, Read(model, data))))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        double work = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds / read;
        return (read / watch.Elapsed.TotalSeconds, work);
    }

    private static int Read(StyleTransferTransformer model, IDataView data)
    {
        IDataView view = model.Transform(data);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Styled"]]);
        ValueGetter<MLImage> getter = cursor.GetGetter<MLImage>(view.Schema["Styled"]);
        MLImage image = null!;
        int read = 0;
        for (; cursor.MoveNext(); read++) getter(ref image);
        image?.Dispose();
        return read;
    }

    private static MLImage Picture(int seed, int size) =>
        new ImagePixels(new PlanarImage(size, size, TestPictures.Make(seed, size, size)), null, MLPixelFormat.Bgra32).ToImage();

    private sealed class Row
    {
        public MLImage? Image { get; set; }
    }
}
