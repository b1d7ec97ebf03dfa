namespace MLNetStyle.Losses;

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
