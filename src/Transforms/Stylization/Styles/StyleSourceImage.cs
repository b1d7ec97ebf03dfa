using MLNetStyle.Imaging;

namespace MLNetStyle.Stylization;

/// <summary>An image that a style is taken from.</summary>
/// <param name="Image">The image.</param>
/// <param name="Weight">A positive number; at each layer only its ratio to the weights of the other images there counts.</param>
/// <param name="Scope">The style layers that it gives its statistics to; null for all.</param>
/// <param name="Regions">The masks of its regions, where <see cref="StylizationOptions.Regions"/> names some; of its proportions.</param>
/// <remarks>Immutable but for the image.</remarks>
public readonly record struct StyleSourceImage(PlanarImage Image, double Weight = 1, StyleScope? Scope = null, RegionMasks? Regions = null)
{
    /// <summary>Checks what can be checked without a network.</summary>
    /// <exception cref="ArgumentException">The weight is not positive and finite, or the masks have other proportions than the image.</exception>
    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Image);
        Regions?.CheckFits(Image.Width, Image.Height);
        if (!(Weight > 0 && Weight <= float.MaxValue)) throw new ArgumentException($"The weight of a style image is {Weight}; it must be positive and finite. Leave the image out to give it no weight.");
    }
}
