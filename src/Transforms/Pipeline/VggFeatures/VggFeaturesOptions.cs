namespace MLNetStyle;

/// <summary>How <c>VggFeatures</c> computes feature maps.</summary>
/// <inheritdoc cref="FeatureNetworkOptions" path="/remarks"/>
public class VggFeaturesOptions : FeatureNetworkOptions
{
}
