namespace MLNetStyle.Training;

/// <summary>All that a training needs to go on: parameters, their running average, the optimisers' moments and the counts.</summary>
/// <remarks>Not safe for use by several threads.</remarks>
internal sealed class TrainingState
{
    /// <param name="network">The parameters to begin with.</param>
    public TrainingState(TransformNetwork network)
    {
        Network = network;
        Average = network.Clone();
        Shared = new SharedParameters(network.Shared, Average.Shared, network.Shape);
        Styles = [.. network.Norms.Zip(Average.Norms, (values, average) => new ParameterGroup(values, average))];
        Photograph = network.Photograph is null ? null : new ParameterGroup(network.Photograph, Average.Photograph!);
        Groups = [Shared, .. Styles, .. Photograph is null ? [] : (ParameterGroup[])[Photograph]];
    }

    public TransformNetwork Network { get; }

    /// <summary>The running average of the parameters, which paints more evenly than any one of them.</summary>
    public TransformNetwork Average { get; }

    /// <summary>What all styles share.</summary>
    public SharedParameters Shared { get; }

    /// <summary>Each style's scales and shifts.</summary>
    public IReadOnlyList<ParameterGroup> Styles { get; }

    /// <summary>The scales and shifts that give the photograph back; null where there are none.</summary>
    public ParameterGroup? Photograph { get; }

    /// <summary>All of them.</summary>
    public IReadOnlyList<ParameterGroup> Groups { get; }

    public int Iteration { get; set; }

    public double Seconds { get; set; }

    /// <summary>The least loss at a checkpoint, and how many there have been since.</summary>
    public double Best { get; set; } = double.PositiveInfinity;

    public int SinceBest { get; set; }
}
