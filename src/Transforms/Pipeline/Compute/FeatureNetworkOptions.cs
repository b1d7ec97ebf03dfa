namespace MLNetStyle;

/// <summary>Which network measures an image, and where it runs: what the feature transforms have in common.</summary>
/// <remarks>An estimator takes a copy, so later changes do not reach it. Not safe for use by several threads while it is being changed.</remarks>
public class FeatureNetworkOptions
{
    /// <summary>
    /// The network: a name, "compact", "vgg19" or "vgg16", or the path of a .safetensors or .onnx file. See <see cref="Network.Load"/> for
    /// where a name is looked for. Saved by name and SHA-256, not by value. Default <see cref="StyleTransferOptions.DefaultNetwork"/>.
    /// </summary>
    public string Network { get; set; } = StyleTransferOptions.DefaultNetwork;

    /// <summary>How the network brings its feature maps down. Default by the maximum, as VGG was trained.</summary>
    public Pooling Pooling { get; set; } = Pooling.Max;

    /// <summary>
    /// The number of the CUDA GPU to run on; null takes <c>MLContext.GpuDeviceId</c> of the context that the estimator was given,
    /// and the CPU if there is none either. Not saved. Default null.
    /// </summary>
    public int? GpuDeviceId { get; set; }

    /// <summary>
    /// Whether a GPU that can't be used is replaced by the CPU, with a warning; else it is an error. <c>MLContext.FallbackToCpu</c>,
    /// which is on unless it is turned off, says the same for a GPU that only the context names. Not saved. Default no.
    /// </summary>
    public bool FallbackToCpu { get; set; }

    /// <summary>The number of threads, 0 to 1024; 0 takes every core. Not saved. Default 0.</summary>
    public int Threads { get; set; }

    /// <summary>
    /// The text column that names a row in error messages; null takes a column that is called like a path (Path, ImagePath,
    /// FilePath, FileName, File, Name), else the only text column, else none. Default null.
    /// </summary>
    public string? PathColumn { get; set; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range: names it, its value and what is allowed.</exception>
    public virtual void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Network);
        if (!Enum.IsDefined(Pooling)) throw new ArgumentException($"{nameof(Pooling)} is {Pooling}; it must be Max or Average.", nameof(Pooling));
        if (GpuDeviceId < 0) throw new ArgumentException($"{nameof(GpuDeviceId)} is {GpuDeviceId}; GPUs are counted from 0, and null is the CPU.", nameof(GpuDeviceId));
        if (Threads is < 0 or > 1024) throw new ArgumentException($"{nameof(Threads)} is {Threads}; allowed is 0 to 1024 (0 takes every core).", nameof(Threads));
    }

    internal FeatureNetworkOptions Copy()
    {
        Validate();
        return (FeatureNetworkOptions)MemberwiseClone();
    }
}
