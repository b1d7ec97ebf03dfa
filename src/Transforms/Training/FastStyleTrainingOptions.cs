using MLNetStyle.Training;

namespace MLNetStyle;

/// <summary>How a network of fast styles is trained.</summary>
/// <remarks>A training takes a copy, so later changes do not reach it. Not safe for use by several threads while it is being
/// changed.</remarks>
public class FastStyleTrainingOptions
{
    /// <summary>The smallest side of the crops, in pixels.</summary>
    public const int MinImageSize = 64;

    /// <summary>The largest side of the crops, in pixels.</summary>
    public const int MaxImageSize = 1024;

    /// <summary>The size of a new network. With an initial model, that one's size is kept; only <see cref="FastStyleSize.Large"/> makes a
    /// medium one large where <see cref="KeepInitialStyles"/> is false, which begins by painting as before, and is refused elsewhere.
    /// Default medium.</summary>
    public FastStyleSize Size { get; set; } = FastStyleSize.Medium;

    /// <summary>The number of steps, 1 to 10 million. Default 10000; with one style about 2000 give a first usable picture.</summary>
    public int Iterations { get; set; } = 10000;

    /// <summary>The longest time to train, in minutes; 0 for no limit. The learning rate falls with whichever is nearer to its end. Default
    /// 0.</summary>
    public double Minutes { get; set; }

    /// <summary>The photographs of a step that are painted and judged, 1 to 64; one more is given back, without the loss network, for
    /// strengths below 1. Default 4.</summary>
    public int BatchSize { get; set; } = 4;

    /// <summary>The side of the square crops in pixels: a multiple of 4, of 8 for a large network, from <see cref="MinImageSize"/> to
    /// <see cref="MaxImageSize"/>. Default 256.</summary>
    public int ImageSize { get; set; } = 256;

    /// <summary>The longer side at which the styles are measured, in pixels, 32 to 2048: the scale of their strokes. Default 384.</summary>
    public int StyleSize { get; set; } = 384;

    /// <summary>The learning rate after the first steps, above 0 up to 0.1; it falls along half a cosine. Default 0.01; take 0.004 to go on
    /// with all of a network that is trained already.</summary>
    public double LearningRate { get; set; } = 0.01;

    /// <summary>What crops, their order and the first parameters are drawn from. Default 0.</summary>
    public int Seed { get; set; }

    /// <summary>The network that losses look into: a known name or a file. Default the compact one that comes with the library.</summary>
    public string LossNetwork { get; set; } = "compact";

    /// <summary>The layers in which content is compared, weighted among each other. Default relu4_2.</summary>
    public IReadOnlyList<LayerWeight> ContentLayers { get; set; } = StylizationOptions.DefaultContentLayers;

    /// <summary>The layers whose Gram matrices are compared. Default relu1_1 to relu5_1.</summary>
    public IReadOnlyList<LayerWeight> StyleLayers { get; set; } = StylizationOptions.DefaultStyleLayers;

    /// <summary>The weight of the content, relative as in <see cref="LossNormalization.Relative"/>; 0 or more. Default 1.</summary>
    public double ContentWeight { get; set; } = 1;

    /// <summary>The weight of the style, likewise. Default 30.</summary>
    public double StyleWeight { get; set; } = 30;

    /// <summary>The weight of total variation, likewise. Default 10.</summary>
    public double TvWeight { get; set; } = 10;

    /// <summary>A folder where checkpoints are kept and a training that stopped goes on; null for none. It is made if it is missing, and
    /// goes again if the training ends before its first checkpoint.</summary>
    public string? WorkspacePath { get; set; }

    /// <summary>A checkpoint is written every so many steps, 1 or more. Default 100.</summary>
    public int CheckpointEvery { get; set; } = 100;

    /// <summary>A preview sheet is handed out every so many steps; 0 for none. Default 0.</summary>
    public int PreviewEvery { get; set; }

    /// <summary>
    /// Ends the training when the loss of the validation photographs (without any: of the training) has not fallen by a thousandth for so
    /// many checkpoints;
    /// 0 never does. Default 0.
    /// </summary>
    public int EarlyStopping { get; set; }

    /// <summary>
    /// Whether the styles of the initial model stay as they are, to the bit: then only the new styles' scales and shifts are trained, and
    /// lesser strengths are painted as the initial model paints them. Else
    /// styles that the initial model has by name go on from where they are, its others are left out of the result, and all that is shared
    /// is trained too: from the first step if it has all of the styles or becomes large, else more slowly and after a third of the steps.
    /// Default yes.
    /// </summary>
    public bool KeepInitialStyles { get; set; } = true;

    /// <summary>The number of threads, 0 to 1024, each with a photograph of its own; 0 takes every core. Default 0.</summary>
    public int Threads { get; set; }

    /// <summary>
    /// The number of the CUDA GPU that computes the losses and their gradients, from 0. The network itself is trained on the CPU, a
    /// photograph a thread: give a step at least as many photographs as there are cores. Null computes all on the CPU; in ML.NET it takes
    /// <c>MLContext.GpuDeviceId</c> of the context that the estimator was given, if there is one: give it none to stay on the CPU. Default
    /// null.
    /// </summary>
    public int? GpuDeviceId { get; set; }

    /// <summary>Called after every step; null for nothing.</summary>
    public Action<FastStyleProgress>? MetricsCallback { get; set; }

    /// <summary>Called every <see cref="PreviewEvery"/> steps with a sheet: a photograph at the left of each row, then the photograph in
    /// each style.</summary>
    public Action<PlanarImage, FastStyleProgress>? PreviewCallback { get; set; }

    /// <summary>Ends the training with what has been learned so far.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>A copy that shares nothing that can change.</summary>
    public FastStyleTrainingOptions Clone()
    {
        FastStyleTrainingOptions copy = (FastStyleTrainingOptions)MemberwiseClone();
        if (ContentLayers is not null) copy.ContentLayers = [.. ContentLayers];
        if (StyleLayers is not null) copy.StyleLayers = [.. StyleLayers];
        return copy;
    }

    /// <summary>Refuses options out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, what it is and what it may be.</exception>
    public void Validate()
    {
        Check(Enum.IsDefined(Size), nameof(Size), Size, "Small, Medium or Large");
        Check(Iterations is >= 1 and <= 10_000_000, nameof(Iterations), Iterations, "1 to 10000000");
        Check(Minutes is >= 0 and <= 1e6, nameof(Minutes), Minutes, "0 to 1000000");
        Check(BatchSize is >= 1 and <= 64, nameof(BatchSize), BatchSize, "1 to 64");
        CheckImageSize(TransformShape.Of(Size));
        Check(StyleSize is >= 32 and <= 2048, nameof(StyleSize), StyleSize, "32 to 2048");
        Check(LearningRate is > 0 and <= 0.1, nameof(LearningRate), LearningRate, "above 0 up to 0.1");
        Check(!string.IsNullOrWhiteSpace(LossNetwork), nameof(LossNetwork), LossNetwork, "a network's name or file");
        Check(ContentWeight >= 0 && StyleWeight >= 0 && TvWeight >= 0 && double.IsFinite(ContentWeight + StyleWeight + TvWeight),
            "the weights", $"{ContentWeight}, {StyleWeight}, {TvWeight}", "0 or more");
        Check(StyleWeight > 0, nameof(StyleWeight), StyleWeight, "above 0: without a style there is nothing to learn");
        Check(CheckpointEvery >= 1, nameof(CheckpointEvery), CheckpointEvery, "1 or more");
        Check(PreviewEvery >= 0, nameof(PreviewEvery), PreviewEvery, "0 or more");
        Check(EarlyStopping >= 0, nameof(EarlyStopping), EarlyStopping, "0 or more");
        Check(Threads is >= 0 and <= 1024, nameof(Threads), Threads, "0 to 1024");
        Check(GpuDeviceId is null or >= 0, nameof(GpuDeviceId), GpuDeviceId, "0 or more, or null for the CPU");
        LossOptions(1).Validate();
    }

    /// <summary>The shape of the network that is trained.</summary>
    /// <param name="initial">What it begins with; null for nothing.</param>
    /// <exception cref="ArgumentException">That can't become large, or the crops don't fit.</exception>
    internal TransformShape Shape(TransformNetwork? initial)
    {
        TransformShape shape = initial?.Shape ?? TransformShape.Of(Size);
        if (Size == FastStyleSize.Large && shape != TransformShape.Large)
        {
            if (shape != TransformShape.Medium)
                throw new ArgumentException($"The initial model is {shape.Name}; only a medium one can become large. "
                    + "Leave the size (--size) out, or train without an initial model (--base).");
            if (KeepInitialStyles)
                throw new ArgumentException($"The initial model is {shape.Name} and its styles stay as they are, so it can't become large. "
                    + $"Train all of it ({nameof(KeepInitialStyles)} = false, --retrain), or leave the size (--size) out.");
            shape = TransformShape.Large;
        }
        CheckImageSize(shape);
        return shape;
    }

    private void CheckImageSize(TransformShape shape) =>
        Check(ImageSize is >= MinImageSize and <= MaxImageSize && ImageSize % shape.Multiple == 0, nameof(ImageSize), ImageSize,
            $"a multiple of {shape.Multiple} from {MinImageSize} to {MaxImageSize} for a {shape.Name} network");

    /// <summary>The losses' options of a run.</summary>
    internal StylizationOptions LossOptions(int threads) => new()
    {
        Size = StyleSize,
        CoarsestSize = StyleSize,
        ContentLayers = ContentLayers,
        StyleLayers = StyleLayers,
        ContentWeight = ContentWeight,
        StyleWeight = StyleWeight,
        TvWeight = TvWeight,
        NeighborWeight = 0, // matches belong to one picture, and a network paints another one at every step
        Recolor = 0,
        Compute = new ComputeOptions { Threads = threads, GpuDeviceId = GpuDeviceId },
    };

    private static void Check(bool good, string name, object? value, string range)
    {
        if (!good) throw new ArgumentException($"{name} is {FormattableString.Invariant($"{value}")}; it may be {range}.", name);
    }
}
