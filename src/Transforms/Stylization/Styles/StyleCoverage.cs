using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>Which images give their statistics to which style losses.</summary>
/// <param name="network">The network that the losses look into.</param>
/// <param name="losses">The style losses.</param>
internal sealed class StyleCoverage(Network network, IReadOnlyList<Loss> losses)
{
    /// <summary>An image's weight at each loss: its own where its scope covers the layer and it has the region that the loss looks at, else
    /// 0.</summary>
    /// <exception cref="ArgumentException">The scope names a layer that is no style layer.</exception>
    public double[] Weights(double weight, StyleScope? scope, RegionMasks? regions = null)
    {
        if (scope is null) return [.. losses.Select(l => HasRegion(l, regions) ? weight : 0)];
        string? other = losses.Count == 0 ? null
            : scope.Layers.FirstOrDefault(layer => losses.All(l => network.Canonical(l.Layer!) != network.Canonical(layer)));
        if (other is not null) throw new ArgumentException($"A style image is limited to {scope}, but {other} is none of the style "
            + $"layers {Names(losses)}. Add it to them, or name one of them.");
        return [.. losses.Select(l => scope.Covers(network, l.Layer!) && HasRegion(l, regions) ? weight : 0)];
    }

    /// <summary>The sums of the weights at each loss.</summary>
    /// <exception cref="ArgumentException">A scope names a layer that is no style layer, or no image covers a layer.</exception>
    public double[] Totals(IEnumerable<(double Weight, StyleScope? Scope)> images)
    {
        double[] totals = new double[losses.Count];
        foreach ((double weight, StyleScope? scope) in images) Add(totals, Weights(weight, scope));
        Check(totals);
        return totals;
    }

    public static void Add(double[] totals, double[] weights)
    {
        for (int i = 0; i < totals.Length; i++) totals[i] += weights[i];
    }

    /// <summary>Refuses a loss that no image has a weight at.</summary>
    /// <exception cref="ArgumentException">Names the layers.</exception>
    public void Check(IReadOnlyList<double> totals)
    {
        Loss[] bare = [.. losses.Where((_, i) => !(totals[i] > 0))];
        GuidedLoss[] regions = [.. bare.OfType<GuidedLoss>()];
        if (regions.Length > 0)
            throw new ArgumentException(
                $"No style image has the region {regions[0].Guide} for {regions[0].Layer}. Give an image for every region, or one whose "
                    + $"mask has them all.");
        if (bare.Length > 0)
            throw new ArgumentException(
                $"No style image covers {Names(bare)}: every image is limited to other layers. Add an image for "
                    + $"{(Names(bare).Contains(',') ? "them" : "it")}, widen the scope of one, or leave the layer out of StyleLayers.");
    }

    private static bool HasRegion(Loss loss, RegionMasks? regions) => loss is not GuidedLoss guided
        || (regions?.Names.Contains(guided.Guide) ?? false);

    private static string Names(IEnumerable<Loss> some) => string.Join(", ", some.Select(l => l.Layer).Distinct());
}
