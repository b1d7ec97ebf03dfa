using MLNetStyle.Graphs;
using MLNetStyle.Imaging;
using MLNetStyle.Losses;
using MLNetStyle.Networks;
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

    private readonly OnnxMeter _meter;

    public FeatureDistances(Network network) => _meter = new OnnxMeter(network, s_losses);

    public (double Style, double Content) Of(PlanarImage picture, PlanarImage style, PlanarImage content)
    {
        IReadOnlyList<GraphTensor> made = _meter.Measure(picture), painted = _meter.Measure(style), seen = _meter.Measure(content);
        return (Enumerable.Range(1, s_losses.Length - 1).Average(i => Relative(made[i], painted[i])), Relative(made[0], seen[0]));
    }

    public void Dispose() => _meter.Dispose();

    private static double Relative(GraphTensor value, GraphTensor target)
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
