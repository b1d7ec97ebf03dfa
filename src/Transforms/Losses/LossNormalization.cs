namespace MLNetStyle.Losses;

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
