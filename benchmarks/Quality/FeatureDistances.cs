using MLNetStyle.Graphs;
using MLNetStyle.Losses;
using MLNetStyle.Stylization;

namespace MLNetStyle.Benchmarks.Quality;

/// <summary>
/// How far a picture is from its style and its content in a network's space: style as the mean over relu1_1 to relu5_1 of
/// sum (G - A)^2 / sum A^2, content as sum (F - P)^2 / sum P^2 at relu4_2.
/// </summary>
internal sealed class FeatureDistances : IDisposable
{
    private static readonly Loss[] s_losses =
    [
        new ContentLoss("relu4_2"),
        .. Array.ConvertAll(["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"], layer => new GramStyleLoss(layer)),
    ];

    // Places of windows in a picture: the corner, and some off the grid of the fourth pooling.
    private static readonly (int X, int Y)[] s_windows = [(0, 0), (5, 3), (2, 7), (13, 10), (9, 14)];
    private const int MostMove = 15;

    private readonly OnnxMeter _meter;

    public FeatureDistances(Network network) => _meter = new OnnxMeter(network, s_losses);

    public (double Style, double Content) Of(PlanarImage picture, PlanarImage style, PlanarImage content)
    {
        IReadOnlyList<GraphTensor> made = _meter.Measure(picture), painted = _meter.Measure(style), seen = _meter.Measure(content);
        return (Style(made, painted), Relative(made[0], seen[0]));
    }

    /// <summary>What is measured on windows of a style: the one in the corner, and others that begin some pixels farther right and
    /// down.</summary>
    public IReadOnlyList<GraphTensor>[] Windows(PlanarImage style) =>
        Array.ConvertAll(s_windows, w => _meter.Measure(Window(style, w.X, w.Y)));

    /// <summary>
    /// The style distance on other grids than the one that a picture was made on: the mean over the windows but that in the corner, cut out
    /// of the
    /// picture and the style alike.
    /// </summary>
    public double Moved(PlanarImage picture, IReadOnlyList<GraphTensor>[] style) =>
        Enumerable.Range(1, s_windows.Length - 1).Average(i =>
            Style(_meter.Measure(Window(picture, s_windows[i].X, s_windows[i].Y)), style[i]));

    /// <summary>How far a style is from itself: the style distance of its windows from the one in the corner.</summary>
    public static double OfStyleMoved(IReadOnlyList<GraphTensor>[] style) => style.Skip(1).Average(window => Style(window, style[0]));

    public void Dispose() => _meter.Dispose();

    private static double Style(IReadOnlyList<GraphTensor> made, IReadOnlyList<GraphTensor> painted) =>
        Enumerable.Range(1, s_losses.Length - 1).Average(i => Relative(made[i], painted[i]));

    private static PlanarImage Window(PlanarImage image, int left, int top)
    {
        PlanarImage window = new(image.Width - MostMove, image.Height - MostMove);
        for (int c = 0; c < PlanarImage.Channels; c++)
            for (int y = 0; y < window.Height; y++)
                image.Plane(c).Slice((top + y) * image.Width + left, window.Width).CopyTo(window.Plane(c)[(y * window.Width)..]);
        return window;
    }

    /// <summary>The squared difference relative to the target's energy.</summary>
    internal static double Relative(GraphTensor value, GraphTensor target)
    {
        ReadOnlySpan<float> v = value.Values.Span, t = target.Values.Span;
        double difference = 0, energy = 0;
        for (int i = 0; i < t.Length; i++)
        {
            double d = (double)v[i] - t[i];
            difference += d * d;
            energy += (double)t[i] * t[i];
        }
        return difference / energy;
    }
}
