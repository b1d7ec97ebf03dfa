namespace MLNetStyle.Portable;

/// <summary>An operation as a saved model holds it: its name and options as JSON, and what it has learnt as numbers.</summary>
internal sealed record PortableState(string Options, float[] Values);
