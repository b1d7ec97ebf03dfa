namespace MLNetStyle.Pipeline;

/// <summary>The columns of a style transfer; Style is null if the style is the same for all rows.</summary>
internal sealed record StyleTransferColumns(string Output, string Input, string? Style)
{
    /// <summary>The columns of masks: those of regions, then the one that weighs the content, if there is one.</summary>
    public IReadOnlyList<string> Masks { get; init; } = [];
}
