namespace MLNetStyle.Pipeline;

/// <summary>Tells an image that a transform of this library failed to make from one that could not be read: the next transform must not
/// call it unreadable.</summary>
internal static class OwnFailure
{
    private const string Key = "MLNetStyle.Failure";

    /// <summary>Runs work and marks what it throws.</summary>
    public static T Marked<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (Mark(e))
        {
            throw; // never reached: marking lets the exception pass
        }
    }

    public static bool IsMarked(Exception exception) => exception.Data.Contains(Key);

    private static bool Mark(Exception exception)
    {
        exception.Data[Key] = true;
        return false;
    }
}
