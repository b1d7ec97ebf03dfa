using Hangfire;

namespace MLNetStyle.Queues;

/// <summary>A share of a batch, as the queue keeps it.</summary>
/// <remarks>Hangfire makes the object and calls <see cref="Run"/>, with what <see cref="BatchQueue.Enqueue"/> wrote down.</remarks>
internal sealed class ShareJob(IShareRunner runner)
{
    /// <summary>Makes a share; what it gives stands on the dashboard.</summary>
    /// <param name="folder">The folder that relative paths begin from.</param>
    /// <param name="arguments">The arguments of the batch.</param>
    /// <param name="share">Which share, from 0.</param>
    /// <param name="shares">How many there are.</param>
    /// <param name="cancellation">Ends it when the worker stops; the share goes back to the queue then.</param>
    [JobDisplayName("share {2} of {3}, {0}")]
    [AutomaticRetry(Attempts = 5, DelaysInSeconds = [15, 60, 300], ExceptOn = [typeof(ShareRefusedException)])]
    public string Run(string folder, string[] arguments, int share, int shares, CancellationToken cancellation) =>
        runner.Run(folder, arguments, share, shares, cancellation);
}

/// <summary>Makes shares.</summary>
internal interface IShareRunner
{
    /// <summary>Makes a share and says in words what came of it.</summary>
    /// <exception cref="OperationCanceledException">The token stopped it; another worker goes on.</exception>
    /// <exception cref="ShareRefusedException">It can't be made, however often it is tried.</exception>
    /// <exception cref="IOException">The place of the results can't be written now; it is tried again later.</exception>
    string Run(string folder, IReadOnlyList<string> arguments, int share, int shares, CancellationToken cancellation);
}

/// <summary>A share whose arguments are refused.</summary>
internal sealed class ShareRefusedException(string message) : Exception(message);
