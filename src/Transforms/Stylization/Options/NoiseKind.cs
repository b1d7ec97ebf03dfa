namespace MLNetStyle;

/// <summary>How the values of a noise start are distributed.</summary>
public enum NoiseKind
{
    /// <summary>Normally around mid-grey, 127.5, with <see cref="StylizationOptions.NoiseDeviation"/>, cut to 0..255.</summary>
    Normal,

    /// <summary>Evenly from 0 to 255.</summary>
    Uniform,
}
