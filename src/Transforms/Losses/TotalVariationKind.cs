namespace MLNetStyle.Losses;

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
