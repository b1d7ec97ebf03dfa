using MLNetStyle.Networks;
using MLNetStyle.Stylization;

namespace MLNetStyle;

/// <summary>How <c>StyleTransfer</c> makes its pictures: everything that a run can be told, and what only a pipeline needs.</summary>
/// <remarks>An estimator takes a copy, so later changes do not reach it. Not safe for use by several threads while it is being changed.</remarks>
public class StyleTransferOptions : StylizationOptions
{
    /// <summary>The network that is taken if none is named: it comes with the library.</summary>
    public const string DefaultNetwork = "compact";

    /// <summary>
    /// The network: a name, "compact", "vgg19" or "vgg16", or the path of a .safetensors or .onnx file. See <see cref="Networks.Network.Load"/>
    /// for where a name is looked for. Saved by name and SHA-256, not by value. Default <see cref="DefaultNetwork"/>.
    /// </summary>
    public string Network { get; set; } = DefaultNetwork;

    /// <summary>How the network brings its feature maps down. Default by the maximum, as VGG was trained.</summary>
    public Pooling Pooling { get; set; } = Pooling.Max;

    /// <summary>
    /// The number of the CUDA GPU to run on; null takes <see cref="StylizationOptions.Device"/> if that is a GPU, else
    /// <c>MLContext.GpuDeviceId</c> of the context that the estimator was given, else the CPU. Not saved. Default null.
    /// </summary>
    public int? GpuDeviceId { get; set; }

    /// <summary>
    /// Whether a GPU that can't be used is replaced by the CPU, with a warning; else it is an error. <c>MLContext.FallbackToCpu</c>,
    /// which is on unless it is turned off, says the same for a GPU that only the context names. Not saved. Default no.
    /// </summary>
    public bool FallbackToCpu { get; set; }

    /// <summary>
    /// Whether rows whose image can't be read are left out, with a warning in <c>MLContext.Log</c>; else such a row is an
    /// <see cref="ImageReadException"/> with its path. While this is on, cursors read the image of every row whatever columns
    /// they are asked for, so that all of them see the same rows, and the row count is unknown. A prediction engine and a
    /// loaded model can't leave rows out: there it is an error all the same. Not saved. Default no.
    /// </summary>
    public bool SkipUnreadable { get; set; }

    /// <summary>
    /// The text column that names a row in messages; null takes a column that is called like a path (Path, ImagePath, FilePath,
    /// FileName, File, Name), else the only text column, else none. Default null.
    /// </summary>
    public string? PathColumn { get; set; }

    /// <summary>
    /// The image file that a run starts from when <see cref="StylizationOptions.Start"/> is <see cref="StartImage.Image"/>.
    /// Read by Fit; its pixels are part of a saved model. Default none.
    /// </summary>
    public string? StartFile { get; set; }

    /// <summary>What a run calls on its way: progress, previews. Not saved. Default nothing.</summary>
    public StylizationCallbacks? Callbacks { get; set; }

    /// <summary>
    /// Called after each row's run, on the thread that reads the row: with the picture, its history and why it ended. Not saved.
    /// Default nothing.
    /// </summary>
    public Action<StyleTransferRow>? Completed { get; set; }

    /// <summary>Ends the run of the row at hand, which gives the best picture so far. Not saved. Default never.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>Sets everything that a preset decides, its network and pooling included; what is set afterwards stays as it is set.</summary>
    /// <param name="preset">The preset, for example <see cref="StyleTransferPreset.Crowsonkb"/>.</param>
    /// <returns>These options.</returns>
    public StyleTransferOptions UsePreset(StyleTransferPreset preset)
    {
        ArgumentNullException.ThrowIfNull(preset);
        preset.ApplyTo(this);
        (Network, Pooling, StartFile) = (preset.Network, preset.Pooling, null);
        return this;
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ArgumentException.ThrowIfNullOrWhiteSpace(Network);
        if (!Enum.IsDefined(Pooling)) throw new ArgumentException($"{nameof(Pooling)} is {Pooling}; it must be Max or Average.", nameof(Pooling));
        if (GpuDeviceId < 0) throw new ArgumentException($"{nameof(GpuDeviceId)} is {GpuDeviceId}; GPUs are counted from 0, and null is the CPU.", nameof(GpuDeviceId));
        if (GpuDeviceId is { } gpu && (Engine == EngineKind.Cpu || VectorPath is not null))
            throw new ArgumentException($"{nameof(GpuDeviceId)} is {gpu}, but the CPU engine is asked for. Leave one of them out.", nameof(GpuDeviceId));
        if (Start == StartImage.Image && string.IsNullOrWhiteSpace(StartFile))
            throw new ArgumentException($"{nameof(Start)} is {StartImage.Image}, but {nameof(StartFile)} names no file. Name one, or start from the content or from noise.", nameof(StartFile));
        if (Start != StartImage.Image && StartFile is not null)
            throw new ArgumentException($"{nameof(StartFile)} is '{StartFile}', but {nameof(Start)} is {Start}. Set {nameof(Start)} to {StartImage.Image}, or name no file.", nameof(StartFile));
    }
}
