namespace MLNetStyle.Training;

/// <summary>A convolution of a transform network with what follows it.</summary>
/// <param name="Name">The name of its tensors in a file.</param>
/// <param name="Inputs">Channels that it reads.</param>
/// <param name="Outputs">Channels that it writes.</param>
/// <param name="FilterOffset">Where its filters begin among the parameters that all styles share: [outputs][inputs][3][3].</param>
/// <param name="NormOffset">Where its scales begin among a style's parameters, its shifts following them; -1 for a layer without
/// normalisation.</param>
internal sealed record TransformLayer(string Name, int Inputs, int Outputs, int FilterOffset, int NormOffset)
{
    /// <summary>Whether it reads a map of half the height and width, each pixel four times.</summary>
    public bool Doubles { get; init; }

    /// <summary>Whether two by two of its pixels become the channels of one.</summary>
    public bool Folds { get; init; }

    /// <summary>Whether a ReLU follows.</summary>
    public bool Relu { get; init; }

    /// <summary>The layer whose result is added, -1 for none.</summary>
    public int Beside { get; init; } = -1;

    /// <summary>By how much its map is smaller than the picture.</summary>
    public int Downscale { get; init; } = 1;

    public int Filters => Inputs * Outputs * 9;
}
