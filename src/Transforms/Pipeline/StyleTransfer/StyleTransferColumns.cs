namespace MLNetStyle.Pipeline;

/// <summary>The columns of a style transfer; Style is null if the style is the same for all rows.</summary>
internal sealed record StyleTransferColumns(string Output, string Input, string? Style);
