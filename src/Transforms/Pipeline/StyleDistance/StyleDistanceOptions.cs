namespace MLNetStyle;

/// <summary>How <c>StyleDistance</c> measures.</summary>
/// <inheritdoc cref="FeatureNetworkOptions" path="/remarks"/>
public class StyleDistanceOptions : FeatureNetworkOptions
{
    /// <summary>The layers whose Gram matrices are compared. Default relu1_1 to relu5_1.</summary>
    public IReadOnlyList<string> Layers { get; set; } = GramStatisticsOptions.DefaultLayers;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ArgumentNullException.ThrowIfNull(Layers);
        if (Layers.Count == 0) throw new ArgumentException($"{nameof(Layers)} is empty. Name at least one layer, for example relu3_1.",
            nameof(Layers));
        foreach (string layer in Layers) ArgumentException.ThrowIfNullOrWhiteSpace(layer, nameof(Layers));
    }
}
