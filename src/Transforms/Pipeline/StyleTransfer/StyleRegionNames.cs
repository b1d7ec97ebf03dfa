namespace MLNetStyle.Pipeline;

/// <summary>The regions of a style's images: from mask files, or an image for each.</summary>
internal sealed class StyleRegionNames
{
    private readonly StyleImage[] _styles;
    private readonly RegionMasks?[] _masks;
    private readonly PictureReadOptions _reading;

    /// <summary>Reads the masks.</summary>
    /// <param name="options">The options.</param>
    /// <param name="styles">The style images.</param>
    /// <exception cref="ArgumentException">Masks and images do not go together: says why.</exception>
    public StyleRegionNames(StyleTransferOptions options, IReadOnlyList<StyleImage> styles)
    {
        if (options.StyleMasks.Count > 0 && styles.Count != 1)
            throw new ArgumentException($"StyleMasks are for a single style image, but there are {styles.Count}. Give each image its "
                + $"own, StyleImage.Masks.");
        if (options.StyleMasks.Count > 0
            && styles[0].Masks.Count > 0) throw new ArgumentException("The style image has Masks of its own, and StyleMasks are given "
            + "too. Leave one of them out.");
        (_styles, _reading) = ([.. styles], options.StyleReading);
        _masks = new RegionMasks?[_styles.Length];
        for (int i = 0; i < _masks.Length; i++)
        {
            IReadOnlyList<string> files = _styles[i].Masks.Count > 0 ? _styles[i].Masks : options.StyleMasks;
            if (files.Count > 0) _masks[i] = MaskFile.ReadRegions(files, "style mask", options.Reading);
        }
        bool masked = _masks.Any(m => m is not null), regions = styles.Any(s => s.Region is not null);
        if (options.ContentMaskColumns.Count == 0)
        {
            if (masked || regions) throw new ArgumentException($"The style has {(masked ? "masks" : "regions")}, but ContentMaskColumns "
                + $"names no column with those of the contents. Name one, or leave them out.");
            Names = [];
        }
        else if (options.Regions.Count > 0) Names = options.Regions;
        else if (masked) Names = Union();
        else if (regions) Names = [.. styles.Select(s => s.Region
            ?? throw new ArgumentException($"The style image {s} has no Region, but others have. Give one to each.")).Distinct()];
        else Names = [.. styles.Take(RegionMasks.MaxRegions + 1).Select((_, i) => RegionMasks.OrderName(i))];
        if (Names.Count > RegionMasks.MaxRegions) throw new ArgumentException($"There are more than {RegionMasks.MaxRegions} regions: "
            + $"{(masked ? "the masks have that many" : "without masks each style image is for one")}. Use fewer.");
    }

    /// <summary>The names of all regions; none for a style without.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The images, each read when it is asked for.</summary>
    public IEnumerable<StyleSourceImage> Images() => _styles.Select((style, i) =>
    {
        PlanarImage image = style.Read(_reading);
        RegionMasks? regions = _masks[i]
            ?? (style.Region is { } name ? new RegionMasks([(name, Mask.Whole(image.Width, image.Height))]) : null);
        return new StyleSourceImage(image, style.Weight, style.Scope, regions);
    });

    /// <summary>The regions of all masks, those of like colours as one.</summary>
    private List<string> Union()
    {
        List<string> names = [];
        foreach (RegionMasks masks in _masks.OfType<RegionMasks>())
        {
            IReadOnlyList<string> more = masks.Missing(names);
            names.AddRange(more);
        }
        return names;
    }
}
