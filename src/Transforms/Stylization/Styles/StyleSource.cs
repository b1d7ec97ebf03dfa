namespace MLNetStyle;

/// <summary>The images that a style is taken from, each with a weight and, if it is not for all style layers, with those that it is
/// for.</summary>
/// <remarks>
/// At each style layer the statistics of the images that cover it are blended by their weights, which need not sum to 1. Not safe for
/// concurrent changes.
/// </remarks>
public sealed class StyleSource
{
    /// <summary>The most images that a style may have.</summary>
    public const int MaxImages = 4096;

    private readonly List<StyleSourceImage> _images = [];

    /// <summary>No image yet.</summary>
    public StyleSource()
    {
    }

    /// <summary>A single image.</summary>
    /// <param name="image">The image.</param>
    public StyleSource(PlanarImage image) => Add(image);

    /// <summary>The images and their weights.</summary>
    public IReadOnlyList<StyleSourceImage> Images => _images;

    /// <summary>Adds an image.</summary>
    /// <param name="image">The image; it is not copied.</param>
    /// <param name="weight">A positive number; only its ratio to the other weights counts.</param>
    /// <param name="scope">The style layers that it is for; null for all.</param>
    /// <param name="regions">The masks of its regions; null where the style has none, or where each image is for a region of its
    /// own.</param>
    /// <returns>This source.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The weight is not positive and finite.</exception>
    /// <exception cref="InvalidOperationException">There are <see cref="MaxImages"/> images already.</exception>
    public StyleSource Add(PlanarImage image, double weight = 1, StyleScope? scope = null, RegionMasks? regions = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (!(weight > 0 && weight <= float.MaxValue))
            throw new ArgumentOutOfRangeException(nameof(weight), weight,
                $"The weight of style image {_images.Count + 1} must be positive and finite. Leave the image out to give it no weight.");
        if (_images.Count == MaxImages) throw new InvalidOperationException($"A style has at most {MaxImages} images.");
        _images.Add(new StyleSourceImage(image, weight, scope, regions));
        return this;
    }
}

/// <summary>An image that a style is taken from.</summary>
/// <param name="Image">The image.</param>
/// <param name="Weight">A positive number; at each layer only its ratio to the weights of the other images there counts.</param>
/// <param name="Scope">The style layers that it gives its statistics to; null for all.</param>
/// <param name="Regions">The masks of its regions, where <see cref="StylizationOptions.Regions"/> names some; of its proportions.</param>
/// <remarks>Immutable but for the image.</remarks>
public readonly record struct StyleSourceImage(PlanarImage Image, double Weight = 1, StyleScope? Scope = null, RegionMasks? Regions = null)
{
    /// <summary>Checks what can be checked without a network.</summary>
    /// <exception cref="ArgumentException">The weight is not positive and finite, or the masks have other proportions than the
    /// image.</exception>
    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Image);
        Regions?.CheckFits(Image.Width, Image.Height);
        if (!(Weight > 0 && Weight <= float.MaxValue)) throw new ArgumentException($"The weight of a style image is {Weight}; it must be "
            + $"positive and finite. Leave the image out to give it no weight.");
    }
}
