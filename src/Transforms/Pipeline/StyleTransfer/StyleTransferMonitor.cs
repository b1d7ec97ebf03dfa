namespace MLNetStyle;

/// <summary>What is told on the way of the rows of a <c>StyleTransfer</c>, and what ends them: of one run of a program, and saved with no
/// model.</summary>
/// <remarks>Immutable and safe to share between threads; what it calls runs on the threads that read the rows, several at a time where
/// <see cref="ComputeOptions.Sessions"/> allows that.</remarks>
public sealed class StyleTransferMonitor
{
    /// <summary>What a run calls on its way: progress, previews. Default nothing.</summary>
    public StylizationCallbacks? Callbacks { get; init; }

    /// <summary>
    /// Called after each row's run, on the thread that reads the row: with the picture, its history and why it ended. Default nothing.
    /// </summary>
    public Action<StyleTransferRow>? Completed { get; init; }

    /// <summary>Ends measuring the style in <c>Fit</c>, and the run of the row at hand, which gives the best picture so far. Default
    /// never.</summary>
    public CancellationToken Cancellation { get; init; }

    internal static StyleTransferMonitor None { get; } = new();
}

/// <summary>A row that has just been given its picture.</summary>
/// <param name="Position">The row's position in the view that is transformed, from 0; rows that are left out count.</param>
/// <param name="Path">The text of the row's path column; null if there is none.</param>
/// <param name="Network">
/// The network that the picture was made with; of a relay the one that finished it. <see cref="StylizationResult.Networks"/> has them all.
/// </param>
/// <param name="Options">The options.</param>
/// <param name="Result">The picture, its history, and why the run ended.</param>
/// <remarks>Immutable but for the picture's samples, which are shared with the row: copy them before changing them.</remarks>
public sealed record StyleTransferRow(long Position, string? Path, Network Network, StylizationOptions Options, StylizationResult Result)
{
    /// <summary>The picture's transparency, which is the content's at its size: one byte a pixel, row by row; null if it is
    /// opaque.</summary>
    public byte[]? Alpha { get; init; }
}
