namespace MLNetStyle.Losses;

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
