namespace MLNetStyle;

/// <summary>What a loss is measured against.</summary>
public enum LossNormalization
{
    /// <summary>
    /// Each term is divided by the energy of its own target, so that one pair of weights looks the same on every network and at every
    /// size. 1 is the distance between the target and nothing at all.
    /// </summary>
    Relative,

    /// <summary>The plain mean squares of the articles, which grow with the network's activations.</summary>
    Absolute,
}

/// <summary>How the differences d of two feature maps become one number.</summary>
public enum ContentReduction
{
    /// <summary>mean(d^2).</summary>
    Mean,

    /// <summary>sum(d^2).</summary>
    Sum,

    /// <summary>sum(d^2) / 2: Gatys, Ecker, Bethge 2015, equation 1.</summary>
    HalfSum,

    /// <summary>sum(d^2) / sum(|d|), whose gradient has an absolute sum of about 1 at every size and network.</summary>
    Scaled,
}

/// <summary>What the products in a Gram matrix are divided by: C channels, H W positions of the feature map at hand.</summary>
public enum GramNormalization
{
    /// <summary>By C H W: Johnson, Alahi, Fei-Fei 2016, and most programs.</summary>
    Elements,

    /// <summary>By H W: the mean product, as in Gatys, Ecker, Bethge 2016 once pictures differ in size.</summary>
    Positions,

    /// <summary>Not at all: Gatys, Ecker, Bethge 2015, equation 3.</summary>
    None,
}

/// <summary>What the sum of squared differences of two Gram matrices is divided by.</summary>
public enum StyleDivisor
{
    /// <summary>The number of entries, C C: the mean.</summary>
    Entries,

    /// <summary>Nothing: the sum.</summary>
    None,

    /// <summary>C C times the C H W of the picture's feature map: for Gram matrices that aren't normalised.</summary>
    MapElements,

    /// <summary>4 * 3^2 * (H W)^2 with the height and width of the picture itself, whatever the layer.</summary>
    ImageArea,
}

/// <summary>
/// How the differences of neighbouring pixels become one number; v and h are the vertical and horizontal differences in 0..255, one for
/// every pair of neighbours in every channel.
/// </summary>
public enum TotalVariationKind
{
    /// <summary>sum(v^2) + sum(h^2).</summary>
    Squared,

    /// <summary>Half of that, so that the gradient is a plain difference of neighbours.</summary>
    HalfSquared,

    /// <summary>mean(v^2) + mean(h^2).</summary>
    MeanSquared,

    /// <summary>sum(|v|) + sum(|h|): anisotropic total variation, which keeps edges.</summary>
    Absolute,

    /// <summary>sum((v^2 + h^2)^1.25) over the pixels that have both a lower and a right neighbour.</summary>
    Power,
}
