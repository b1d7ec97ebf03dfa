namespace MLNetStyle.Samples.CommandLine;

/// <summary>A content picture and its masks, as files.</summary>
/// <param name="Path">The picture.</param>
/// <param name="Masks">The masks of its regions: none, one of colours, or one for each region.</param>
/// <param name="Weight">The mask that weighs the content; null for none.</param>
/// <param name="Paint">The mask of what is painted; null for everything.</param>
internal sealed record ContentFiles(string Path, IReadOnlyList<string> Masks, string? Weight, string? Paint);
