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
    /// <param name="paint">
    /// Where the picture is painted, 1 for fully, where <see cref="StylizationOptions.PaintByMask"/> asks for it: at 0 the content's own
    /// pixels stay. Of its proportions.
    /// </param>
    /// <exception cref="ArgumentException">A mask has other proportions than the image.</exception>
    public ContentSource(PlanarImage image, RegionMasks? regions = null, Mask? weight = null, Mask? paint = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        regions?.CheckFits(image.Width, image.Height);
        CheckFits(weight, "The mask that weighs the content", nameof(weight));
        CheckFits(paint, "The mask of what is painted", nameof(paint));
        (Image, Regions, Weight, Paint) = (image, regions, weight, paint);

        void CheckFits(Mask? mask, string what, string name)
        {
            if (mask is not null && !mask.Fits(image.Width, image.Height))
                throw new ArgumentException($"{what} is {mask.Width} x {mask.Height} pixels, but its picture is {image.Width} x "
                    + $"{image.Height}: the proportions differ. Paint the mask over the picture itself; only its scale may be another.",
                    name);
        }
    }

    /// <summary>The image.</summary>
    public PlanarImage Image { get; }

    /// <summary>The masks of its regions; null for none.</summary>
    public RegionMasks? Regions { get; }

    /// <summary>How strongly the content is held at each place; null for the same everywhere.</summary>
    public Mask? Weight { get; }

    /// <summary>Where the picture is painted; null for everywhere.</summary>
    public Mask? Paint { get; }
}
