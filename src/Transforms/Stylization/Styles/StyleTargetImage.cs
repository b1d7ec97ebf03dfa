using MLNetStyle.Imaging;

namespace MLNetStyle.Stylization;

/// <summary>An image that a style target keeps, to be measured later.</summary>
/// <param name="Image">The image, in whole levels.</param>
/// <param name="Weights">Its weight at each style loss; at every loss those of all images sum to 1.</param>
/// <param name="Regions">The masks of the regions that it has, of its size; null if it has none.</param>
internal sealed record StyleTargetImage(PlanarImage Image, IReadOnlyList<double> Weights, RegionMasks? Regions = null);
