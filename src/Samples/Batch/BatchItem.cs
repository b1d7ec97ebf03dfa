namespace MLNetStyle.Samples.Batch;

/// <summary>A picture of a batch, as its plan has it.</summary>
/// <param name="Path">The picture: relative to the batch's folder, with '/' between its parts, or a full path.</param>
/// <param name="Output">The result, relative to the output folder, with '/' between its parts.</param>
/// <param name="Styles">Its own style pictures; null for those of the whole batch.</param>
/// <param name="Strength">Its own strength; null for that of the whole batch.</param>
/// <param name="Mask">The mask of its regions; null for none of its own.</param>
internal sealed record BatchItem(string Path, string Output, IReadOnlyList<string>? Styles = null, double? Strength = null,
    string? Mask = null)
{
    /// <summary>What pictures have in common that are made with the same style, options and networks.</summary>
    public string Group => FormattableString.Invariant($"{string.Join('\n', Styles ?? [])}\0{Strength}\0{Mask is not null}");
}
