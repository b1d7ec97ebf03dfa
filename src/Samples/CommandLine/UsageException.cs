namespace MLNetStyle.Samples.CommandLine;

/// <summary>Arguments that parse but can't be meant: every message is shown, and the exit code is that of wrong arguments.</summary>
internal sealed class UsageException(IReadOnlyList<string> messages) : Exception(string.Join(Environment.NewLine, messages))
{
    public IReadOnlyList<string> Messages { get; } = messages;

    /// <summary>Throws if there is any message.</summary>
    public static void ThrowIfAny(IEnumerable<string?> messages)
    {
        string[] all = [.. messages.OfType<string>()];
        if (all.Length > 0) throw new UsageException(all);
    }
}
