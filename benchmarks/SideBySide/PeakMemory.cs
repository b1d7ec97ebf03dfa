using System.Diagnostics;

namespace MLNetStyle.Benchmarks.SideBySide;

/// <summary>The largest resident set of this process so far.</summary>
internal static class PeakMemory
{
    public static long Bytes
    {
        get
        {
            using Process self = Process.GetCurrentProcess();
            return self.PeakWorkingSet64;
        }
    }
}
