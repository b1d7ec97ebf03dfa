namespace MLNetStyle.Stylization;

/// <summary>The masks of a content, brought to the sizes of a run.</summary>
internal sealed class ContentGuides
{
    private readonly StylizationOptions _options;
    private readonly IReadOnlyList<Mask> _regions = [];
    private readonly Mask? _weight, _paint;
    private readonly int _longer;

    /// <summary>Checks that the content has the masks that the options ask for, and no others.</summary>
    /// <param name="options">The options.</param>
    /// <param name="content">The content.</param>
    /// <param name="size">The finished picture's size in pixels.</param>
    /// <exception cref="ArgumentException">A mask is missing or not asked for.</exception>
    public ContentGuides(StylizationOptions options, ContentSource content, (int Width, int Height) size)
    {
        (_options, _weight, _paint, _longer) = (options, content.Weight, content.Paint, Math.Max(size.Width, size.Height));
        if (options.Regions.Count > 0)
        {
            if (content.Regions is null) throw new ArgumentException($"The style has the regions {string.Join(", ", options.Regions)}, "
                + $"but the content has no mask. Give one that has them too.", nameof(content));
            _regions = content.Regions.Paired(options.Regions, "the style");
        }
        else if (content.Regions is not null)
        {
            throw new ArgumentException($"The content has a mask with the regions {string.Join(", ", content.Regions.Names)}, but the "
                + $"style has none: name them in {nameof(StylizationOptions.Regions)}, or leave the mask out.", nameof(content));
        }
        if (options.ContentWeightByMask && _weight is null)
            throw new ArgumentException($"{nameof(StylizationOptions.ContentWeightByMask)} is on, but the content has no mask that "
                + $"weighs it. Give one, or turn the option off.", nameof(content));
        if (!options.ContentWeightByMask && _weight is not null)
            throw new ArgumentException($"The content has a mask that weighs it, but {nameof(StylizationOptions.ContentWeightByMask)} is "
                + $"off. Turn it on, or leave the mask out.", nameof(content));
        if (options.PaintByMask != _paint is not null)
            throw new ArgumentException($"{nameof(StylizationOptions.PaintByMask)} is {(options.PaintByMask ? "on, but the content has no "
                + "mask of what is painted. Give one, or turn the option off" : "off, but the content has a mask of what is painted. Turn "
                + "it on, or leave the mask out")}.", nameof(content));
    }

    /// <summary>The finished picture where the content's mask says so, the content's own pixels elsewhere.</summary>
    /// <param name="picture">The finished picture; it is changed.</param>
    /// <param name="kept">The content at its size.</param>
    public PlanarImage Painted(PlanarImage picture, PlanarImage kept)
    {
        if (_paint is null) return picture;
        ReadOnlySpan<float> mask = _paint.Resized(picture.Width, picture.Height).Softened(_options.MaskSoftness).Values;
        for (int c = 0; c < PlanarImage.Channels; c++)
        {
            Span<float> painted = picture.Plane(c);
            ReadOnlySpan<float> own = kept.Plane(c);
            for (int i = 0; i < mask.Length; i++) painted[i] = mask[i] >= 1 ? painted[i] : own[i] + mask[i] * (painted[i] - own[i]);
        }
        return picture;
    }

    /// <summary>The masks of the regions at a size, with their edges as they are.</summary>
    public IReadOnlyList<Mask> Masks(int width, int height) => [.. _regions.Select(m => m.Resized(width, height))];

    /// <summary>The guides at a size of the run; null where there are no masks.</summary>
    public PictureGuides? At(int width, int height)
    {
        if (_regions.Count == 0 && _weight is null) return null;
        double radius = _options.MaskSoftness * Math.Max(width, height) / _longer;
        Dictionary<string, Mask> regions = [];
        for (int i = 0; i < _regions.Count; i++) regions[_options.Regions[i]] = Soft(_regions[i]);
        return new PictureGuides(width, height, regions, _weight is null ? null : Soft(_weight));

        Mask Soft(Mask mask) => mask.Resized(width, height).Softened(Math.Min(radius, Mask.MaxRadius));
    }
}
