namespace MLNetStyle.Losses;

/// <summary>What a loss compares the picture with.</summary>
public enum LossKind
{
    /// <summary>The content picture's feature maps.</summary>
    Content,

    /// <summary>The statistics of the style picture's feature maps.</summary>
    Style,

    /// <summary>The style picture's feature maps, place by place (<see cref="NearestNeighborStyleLoss"/>), with a weight beside that of the statistics.</summary>
    Neighbors,

    /// <summary>Nothing but the picture's own smoothness.</summary>
    TotalVariation,
}
