namespace MLNetStyle.Stylization;

/// <summary>Finds out, image by image, which regions each image of a style has.</summary>
/// <param name="names">The names of all regions; none for a style without.</param>
internal sealed class StyleRegions(IReadOnlyList<string> names)
{
    private int _images;
    private bool? _masked;

    /// <summary>The regions of the next image, under the names that the options have for them.</summary>
    /// <param name="image">The image.</param>
    /// <param name="width">The width to bring masks to, in pixels.</param>
    /// <param name="height">The height, likewise.</param>
    /// <returns>The masks of the regions that the image has; null where the style has no regions.</returns>
    /// <exception cref="ArgumentException">The masks are not those that the options ask for.</exception>
    public RegionMasks? Next(StyleSourceImage image, int width, int height)
    {
        int index = _images++;
        if (names.Count == 0)
        {
            return image.Regions is null ? null : throw new ArgumentException(
                $"Style image {index + 1} has a mask with the regions {string.Join(", ", image.Regions.Names)}, but "
                    + $"{nameof(StylizationOptions.Regions)} names none. Name them there, or leave the mask out.");
        }
        _masked ??= image.Regions is not null;
        if (_masked != image.Regions is not null)
            throw new ArgumentException($"Style image {index + 1} has "
                + $"{(image.Regions is null ? "no mask, but those before it have" : "a mask, but those before it have none")}. Give all "
                + $"of them masks, or none: then each is for a region of its own.");
        if (image.Regions is null)
        {
            if (index >= names.Count)
                throw new ArgumentException($"There are more style images than the {names.Count} regions {string.Join(", ", names)}. "
                    + $"Without masks there is one image for each region; give the images masks to blend several.");
            return new RegionMasks([(names[index], Mask.Whole(width, height))]);
        }
        Mask?[] found = image.Regions.Matched(names, $"{nameof(StylizationOptions.Regions)}");
        return new RegionMasks(names.Zip(found).Where(f => f.Second is not null).Select(f => (f.First, f.Second!.Resized(width, height))),
            image.Regions.Origin);
    }

    /// <summary>The guides of a style image at a size; a region that it lacks is measured whole, and what is measured left out.</summary>
    public static PictureGuides? Guides(IReadOnlyList<string> names, RegionMasks? regions, int width, int height)
    {
        if (names.Count == 0 || regions is null) return null;
        Dictionary<string, Mask> own = regions.Names.Zip(regions.Masks).ToDictionary(r => r.First, r => r.Second.Resized(width, height));
        Mask? whole = null;
        return new PictureGuides(width, height,
            names.ToDictionary(n => n, n => own.GetValueOrDefault(n) ?? (whole ??= Mask.Whole(width, height))));
    }
}
