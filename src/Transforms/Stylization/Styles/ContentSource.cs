namespace MLNetStyle;

/// <summary>A content image and what says where in it things are.</summary>
/// <remarks>Immutable but for the image's samples; safe to share between threads.</remarks>
public sealed class ContentSource
{
    /// <summary>An image.</summary>
    /// <param name="image">The image; it is not copied.</param>
    /// <param name="regions">The masks of its regions, where <see cref="StylizationOptions.Regions"/> names some; of its
    /// proportions.</param>
    /// <param name="weight">
    /// How strongly the content is held at each place, 1 for fully, where <see cref="StylizationOptions.ContentWeightByMask"/> asks for it;
    /// of its
    /// proportions.
    /// </param>
    /// <exception cref="ArgumentException">A mask has other proportions than the image.</exception>
    public ContentSource(PlanarImage image, RegionMasks? regions = null, Mask? weight = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        regions?.CheckFits(image.Width, image.Height);
        if (weight is not null && !weight.Fits(image.Width, image.Height))
            throw new ArgumentException($"The mask that weighs the content is {weight.Width} x {weight.Height} pixels, but its picture "
                + $"is {image.Width} x {image.Height}: the proportions differ. Paint the mask over the picture itself; only its scale "
                + $"may be another.", nameof(weight));
        (Image, Regions, Weight) = (image, regions, weight);
    }

    /// <summary>The image.</summary>
    public PlanarImage Image { get; }

    /// <summary>The masks of its regions; null for none.</summary>
    public RegionMasks? Regions { get; }

    /// <summary>How strongly the content is held at each place; null for the same everywhere.</summary>
    public Mask? Weight { get; }
}
