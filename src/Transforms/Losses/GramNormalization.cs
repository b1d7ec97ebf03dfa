namespace MLNetStyle.Losses;

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
