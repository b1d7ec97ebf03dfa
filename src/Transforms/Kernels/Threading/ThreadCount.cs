namespace MLNetStyle.Kernels;

/// <summary>How many threads may be asked for.</summary>
internal static class ThreadCount
{
    public const int Max = 1024;

    /// <summary>Refuses a number of threads that is out of range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or above <see cref="Max"/>.</exception>
    public static void Check(int threads, string name)
    {
        if (threads is < 0 or > Max)
            throw new ArgumentOutOfRangeException(name, $"{name} is {threads}; allowed is 0 to {Max} (0 takes every core).");
    }
}
