using MLNetStyle.Losses;
using MLNetStyle.Stylization;
using Xunit;

namespace MLNetStyle.Tests.Stylization;

/// <summary>The same run gives the same bits, wherever the memory for it happens to lie.</summary>
public class DeterminismTests
{
    public static TheoryData<StyleStatistic> Statistics => [.. Enum.GetValues<StyleStatistic>()];

    [Theory]
    [MemberData(nameof(Statistics))]
    public void EveryStatisticGivesTheSameBitsAgain(StyleStatistic statistic)
    {
        const int Width = 61, Height = 47;
        Network network = Network.Load("compact");
        Loss[] losses = [.. ((string[])["relu1_1", "relu3_1", "relu5_1"]).Select(layer => StyleStatistics.Create(statistic, layer))];
        (double Total, float[] Gradient)? first = null;
        for (int run = 0; run < 6; run++)
        {
            byte[] between = new byte[run * 24 + 1]; // moves what is allocated after it
            using IStyleEvaluator evaluator = new CpuEvaluator(network, losses, new LossWeights(1, 1, 1), threads: 2);
            using IStyleMeter meter = new CpuMeter(network, losses);
            PlanarImage? content = evaluator.Matches ? StylizerTests.Picture(Width, Height, 5) : null;
            evaluator.SetTargets(meter.Measure(StylizerTests.Picture(Width, Height, 3)), content: content);
            float[] gradient = new float[3 * Width * Height];
            double total = evaluator.Evaluate(StylizerTests.Picture(Width, Height, 9).Samples, Width, Height, gradient,
                new double[losses.Length]);
            GC.KeepAlive(between);
            first ??= (total, gradient);
            Assert.Equal(first.Value.Total, total);
            Assert.Equal(first.Value.Gradient, gradient);
        }
    }
}
