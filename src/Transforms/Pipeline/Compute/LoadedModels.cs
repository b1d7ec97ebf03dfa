using Microsoft.ML;

namespace MLNetStyle;

/// <summary>How transforms that were loaded by <c>Model.Load</c> run: a saved model knows its options, but no device.</summary>
/// <remarks>Read when a loaded model computes its first row. Set it once at the start of a program; safe to read from several
/// threads.</remarks>
public static class LoadedModels
{
    /// <summary>Where and how they run. Default on every core of the CPU.</summary>
    public static ComputeOptions Compute { get; set; } = new();

    /// <summary>
    /// The context whose <c>GpuDeviceId</c> and <c>FallbackToCpu</c> they follow where <see cref="Compute"/> names no GPU, and whose
    /// <c>Log</c> gets their warnings. A model that <see cref="StyleCatalog.Load(string, out DataViewSchema?)"/> loads has its own.
    /// Default none.
    /// </summary>
    public static MLContext? Context { get; set; }

    /// <summary>
    /// Whether a network's file may have other contents than the one that the model was saved with; the pictures differ then.
    /// Default no: that is an error which names the file and both SHA-256.
    /// </summary>
    public static bool AllowOtherWeights { get; set; }
}
