namespace MLNetStyle;

/// <summary>How <c>GramStatistics</c> computes Gram matrices. What concerns the network counts only where the input is an image.</summary>
/// <inheritdoc cref="FeatureNetworkOptions" path="/remarks"/>
public class GramStatisticsOptions : FeatureNetworkOptions
{
    /// <summary>The layers that are measured if none are named: relu1_1 to relu5_1.</summary>
    public static IReadOnlyList<string> DefaultLayers { get; } = [.. StylizationOptions.DefaultStyleLayers.Select(layer => layer.Layer)];

    /// <summary>The most channels that a vector of features may have: its Gram matrix has this number squared values.</summary>
    public const int MaxChannels = 4096;

    /// <summary>
    /// The number of channels in a vector of features whose column does not tell it; 0 takes the first dimension of the
    /// column's type [C, H, W]. Default 0.
    /// </summary>
    public int Channels { get; set; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (Channels is < 0 or > MaxChannels) throw new ArgumentException($"{nameof(Channels)} is {Channels}; allowed is 0 to "
            + $"{MaxChannels} (0 takes the column's own).", nameof(Channels));
    }
}
