namespace MLNetStyle.Stylization;

/// <summary>One term of the total loss at one iterate.</summary>
/// <param name="Name">The loss's name, for example "style relu1_1".</param>
/// <param name="Value">Its weighted share of the total.</param>
/// <remarks>Immutable and safe to share between threads.</remarks>
public readonly record struct LossTerm(string Name, double Value);
