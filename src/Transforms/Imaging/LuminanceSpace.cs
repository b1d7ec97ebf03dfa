namespace MLNetStyle;

/// <summary>The space whose first component counts as luminance.</summary>
public enum LuminanceSpace
{
    /// <summary>Y of YIQ, as in Gatys et al. 2016.</summary>
    Yiq,

    /// <summary>L* of CIE L*a*b*: closer to the eye where colours are saturated.</summary>
    Lab,
}
