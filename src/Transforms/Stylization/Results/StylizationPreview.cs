using MLNetStyle.Imaging;

namespace MLNetStyle.Stylization;

/// <summary>A picture on the way.</summary>
/// <param name="Image">The iterate at its current size, a copy that the receiver may keep.</param>
/// <param name="Progress">Where the run stands.</param>
public sealed record StylizationPreview(PlanarImage Image, StylizationProgress Progress);
