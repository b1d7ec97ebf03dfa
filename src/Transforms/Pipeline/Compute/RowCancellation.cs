namespace MLNetStyle;

/// <summary>
/// Cancels the rows of a single prediction: a <c>PredictionEngine</c> takes no token, so the thread, or the asynchronous flow, that
/// predicts says which one counts. For <c>StyleTransfer</c>, <c>StyleTransferFromColumn</c> and <c>LearnStyle</c>, live and loaded.
/// </summary>
/// <remarks>Safe for use by several threads; each has its own.</remarks>
public static class RowCancellation
{
    private static readonly AsyncLocal<CancellationToken> s_token = new();

    internal static CancellationToken Token => s_token.Value;

    /// <summary>
    /// Has a token count until what is returned is disposed. A run that it ends gives the best picture so far, or an
    /// <see cref="OperationCanceledException"/> where there is none yet; the next row is not affected.
    /// </summary>
    /// <param name="token">The token.</param>
    /// <returns>Gives the token that counted before its place back.</returns>
    public static IDisposable Use(CancellationToken token)
    {
        Restore restore = new(s_token.Value);
        s_token.Value = token;
        return restore;
    }

    private sealed class Restore(CancellationToken before) : IDisposable
    {
        public void Dispose() => s_token.Value = before;
    }
}
