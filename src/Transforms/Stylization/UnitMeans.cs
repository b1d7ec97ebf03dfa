using System.Numerics.Tensors;
using MLNetStyle.Graphs;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>
/// Rescales a network so that the mean activation of every filter is 1, as Gatys, Ecker and Bethge 2016, section 2, do: F_i becomes F_i /
/// m_i, m_i the filter's mean over positions. A ReLU passes factors through, so this changes what the losses see and nothing behind it.
/// </summary>
/// <remarks>
/// The authors take m_i over ImageNet; here it is that of <see cref="ActivationReference"/>, with a floor, so that a filter that hardly
/// answers to it does not outweigh all others. By layers instead of filters, conv1_1's filters for fine changes of colour, which are nearly
/// silent on pictures, count for next to nothing, and the noise of the start stays as dots of red and green.
/// </remarks>
internal static class UnitMeans
{
    /// <summary>The floor of m_i as a share of the layer's mean.</summary>
    internal const double Least = 0.1;

    /// <summary>The network with these layers rescaled; the network itself where it has no layers of a VGG.</summary>
    /// <param name="network">The network; its weights are shared.</param>
    /// <param name="engine">What measures it.</param>
    /// <param name="layers">The layers that losses look at, in any spelling. Only ReLUs are rescaled.</param>
    public static Network Rescaled(Network network, IStyleEngine engine, IEnumerable<string> layers)
    {
        if (network.IsGraph) return network;
        string[] relus = [.. layers.Select(network.Canonical).Distinct().Where(l => l.StartsWith("relu", StringComparison.Ordinal))];
        if (relus.Length == 0) return network;
        using IStyleMeter meter = engine.CreateMeter([.. relus.Select(l => new ContentLoss(l))]);
        IReadOnlyList<GraphTensor> maps = meter.Measure(ActivationReference.Picture);
        return network.WithFactors(relus.Zip(maps).ToDictionary(p => p.First,
            p => Factors(network.Channels(p.First), p.Second.Values.Span)));
    }

    /// <summary>1 / m_i for each channel of a map.</summary>
    private static float[] Factors(int channels, ReadOnlySpan<float> map)
    {
        int positions = map.Length / channels;
        double[] means = new double[channels];
        for (int i = 0; i < channels; i++)
            means[i] = TensorPrimitives.SumOfMagnitudes(map.Slice(i * positions, positions)) / (double)positions;
        double floor = Math.Max(Least * means.Average(), 1e-30);
        return [.. means.Select(m => (float)(1 / Math.Max(m, floor)))];
    }
}
