namespace MLNetStyle;

/// <summary>Which network measures an image, and where it runs: what the feature transforms have in common.</summary>
/// <remarks>An estimator takes a copy, so later changes do not reach it. Not safe for use by several threads while it is being
/// changed.</remarks>
public class FeatureNetworkOptions
{
    /// <summary>
    /// The network: a name, "compact", "vgg19" or "vgg16", or the path of a .safetensors or .onnx file. See <see cref="Network.Load"/> for
    /// where a name is looked for. Saved by name and SHA-256, not by value. Default <see cref="ModelFiles.DefaultNetwork"/>.
    /// </summary>
    public string Network { get; set; } = ModelFiles.DefaultNetwork;

    /// <summary>How the network brings its feature maps down. Default by the maximum, as VGG was trained.</summary>
    public Pooling Pooling { get; set; } = Pooling.Max;

    /// <summary>Where and how the network is computed; features take the device and the threads. Not saved. Default on every core of the
    /// CPU.</summary>
    public ComputeOptions Compute { get; set; } = new();

    /// <summary>
    /// The text column that names a row in error messages; null takes a column that is called like a path (Path, ImagePath,
    /// FilePath, FileName, File, Name), else the only text column, else none. Default null.
    /// </summary>
    public string? PathColumn { get; set; }

    /// <summary>
    /// Whether rows with an image that can't be read or worked on are left out, as <see cref="StyleTransferOptions.SkipUnreadable"/> says.
    /// Default no.
    /// </summary>
    public bool SkipUnreadable { get; set; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range: names it, its value and what is allowed.</exception>
    public virtual void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Network);
        if (!Enum.IsDefined(Pooling)) throw new ArgumentException($"{nameof(Pooling)} is {Pooling}; it must be Max or Average.",
            nameof(Pooling));
        ArgumentNullException.ThrowIfNull(Compute);
        Compute.Validate();
    }

    internal FeatureNetworkOptions Copy()
    {
        Validate();
        FeatureNetworkOptions copy = (FeatureNetworkOptions)MemberwiseClone();
        copy.Compute = Compute.Clone();
        return copy;
    }
}
