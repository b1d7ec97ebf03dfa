namespace MLNetStyle;

/// <summary>How transforms that were loaded by <c>Model.Load</c> run: a saved model knows its options, but no device.</summary>
/// <remarks>Read when a loaded model computes its first row. Set it once at the start of a program; safe to read from several threads.</remarks>
public static class LoadedModels
{
    /// <summary>Where they run. Default the CPU.</summary>
    public static ComputeDevice Device { get; set; } = ComputeDevice.Cpu;

    /// <summary>Whether the CPU takes the place of a GPU that can't be used; else it is an error. Default no.</summary>
    public static bool FallbackToCpu { get; set; }

    /// <summary>The number of threads; 0 takes every core. Default 0.</summary>
    public static int Threads { get; set; }

    /// <summary>
    /// Whether a network's file may have other contents than the one that the model was saved with; the pictures differ then.
    /// Default no: that is an error which names the file and both SHA-256.
    /// </summary>
    public static bool AllowOtherWeights { get; set; }
}
