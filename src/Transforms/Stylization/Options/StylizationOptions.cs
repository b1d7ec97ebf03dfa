using MLNetStyle.Stylization;

namespace MLNetStyle;

/// <summary>How a picture is made. The defaults suit every size and network.</summary>
/// <remarks>
/// A <see cref="Stylizer"/> takes a copy, so later changes do not reach it. Not safe for use by several threads while it is
/// being changed.
/// </remarks>
public partial class StylizationOptions
{
    /// <summary>The smallest side that a picture may be asked for in, in pixels.</summary>
    public const int MinSize = 16;

    /// <summary>The largest side that a picture is worked on in, in pixels.</summary>
    public const int MaxSize = 4096;

    private const int MostStages = 64;

    /// <summary>The strength of the default weights, for <see cref="SetStrength"/>.</summary>
    public const double DefaultStrength = 50;

    /// <summary>The softness of content masks unless another is asked for, in pixels.</summary>
    public const double DefaultMaskSoftness = 4;

    /// <summary>The layers whose features the content is compared in unless others are named: relu4_2.</summary>
    public static IReadOnlyList<LayerWeight> DefaultContentLayers { get; } = ["relu4_2"];

    /// <summary>The layers whose Gram matrices the style is compared in unless others are named: relu1_1 to relu5_1.</summary>
    public static IReadOnlyList<LayerWeight> DefaultStyleLayers { get; } = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"];

    /// <summary>The layers at which places of picture and style are compared unless others are named: relu2_1, relu3_1 and
    /// relu4_1.</summary>
    public static IReadOnlyList<LayerWeight> DefaultNeighborLayers { get; } = ["relu2_1", "relu3_1", "relu4_1"];

    /// <summary>
    /// The longer side of the picture in pixels, <see cref="MinSize"/> to <see cref="MaxSize"/>; 0 keeps the content's own size.
    /// Default 512.
    /// </summary>
    public int Size { get; set; } = 512;

    /// <summary>The number of iterations over all sizes together, 1 to 100000. Default 150.</summary>
    public int Iterations { get; set; } = 150;

    /// <summary>The method. Default L-BFGS.</summary>
    public OptimizerKind Optimizer { get; set; } = OptimizerKind.Lbfgs;

    /// <summary>
    /// The step in pixel levels of 0..255. For Adam the learning rate itself, 5 unless set; for L-BFGS the root mean square
    /// change of the very first step of each size, 1 unless set, after which the line search finds its own. 0 takes the
    /// optimiser's default; at most 255.
    /// </summary>
    public double LearningRate { get; set; }

    /// <summary>Adam's decay rate of the mean gradient, 0 up to below 1. Default 0.9.</summary>
    public double Beta1 { get; set; } = 0.9;

    /// <summary>Adam's decay rate of the mean squared gradient, 0 up to below 1. Default 0.999.</summary>
    public double Beta2 { get; set; } = 0.999;

    /// <summary>
    /// How many past steps L-BFGS remembers, 1 to 100. Each costs two pictures of memory, so above some 800 x 800 pixels fewer
    /// are kept: as many as fit into 256 MiB, but no fewer than 5. Default 20.
    /// </summary>
    public int History { get; set; } = 20;

    /// <summary>
    /// The content layers. Where losses are relative, the terms are averaged by the layers' weights; else each is multiplied by
    /// its weight and they are summed. Default <see cref="DefaultContentLayers"/>.
    /// </summary>
    public IReadOnlyList<LayerWeight> ContentLayers { get; set; } = DefaultContentLayers;

    /// <summary>The style layers, weighted like <see cref="ContentLayers"/>. Default <see cref="DefaultStyleLayers"/>.</summary>
    public IReadOnlyList<LayerWeight> StyleLayers { get; set; } = DefaultStyleLayers;

    /// <summary>The weight of the content losses, 0 or more. Default 1.</summary>
    public double ContentWeight { get; set; } = 1;

    /// <summary>
    /// The share of self-similarity in the content losses, 0 (features alone) to 1 (self-similarity alone): how alike the content's places
    /// are to each other, which holds its layout and leaves the paint free (Kolkin et al. 2019, arXiv:1904.12785, equation 7). Not with
    /// <see cref="ContentWeightByMask"/>. Default 0.
    /// </summary>
    public double SelfSimilarity { get; set; }

    /// <summary>The weight of the style losses, 0 or more. Default 15.</summary>
    public double StyleWeight { get; set; } = 15;

    /// <summary>
    /// The weight of the nearest-neighbour losses at <see cref="NeighborLayers"/>, 0 or more: each place of the picture is drawn to the
    /// place of the style
    /// that is most like it, so that objects stay and are painted with the style's strokes (Kolkin et al. 2022, arXiv:2203.13215). Default
    /// 20.
    /// </summary>
    public double NeighborWeight { get; set; } = 20;

    /// <summary>The layers at which places are compared, weighted like <see cref="ContentLayers"/>. Default
    /// <see cref="DefaultNeighborLayers"/>.</summary>
    public IReadOnlyList<LayerWeight> NeighborLayers { get; set; } = DefaultNeighborLayers;

    /// <summary>
    /// Whether places are compared with the style's in four rotations, so that strokes may turn with what they paint. Four times as many
    /// vectors to choose
    /// from in the same number. Default no.
    /// </summary>
    public bool NeighborRotations { get; set; }

    /// <summary>
    /// How far the content's colours are brought to the style's mean and covariance before it is measured and painted over, 0 (not at all)
    /// to 1, where <see cref="PreserveColor"/> asks for no colours of the content's; so far the finished picture's colours are also held to
    /// spread no wider than the style's, which takes away the speckled chroma of styles that are nearly grey. Default 1.
    /// </summary>
    public double Recolor { get; set; } = 1;

    /// <summary>
    /// The weight of total variation, 0 or more; 0 leaves it out. Default 10, which in relative losses calms single pixels and
    /// leaves strokes alone.
    /// </summary>
    public double TvWeight { get; set; } = 10;

    /// <summary>How losses are scaled. Default relative, so that one pair of weights suits every network and size.</summary>
    public LossNormalization Normalization { get; set; } = LossNormalization.Relative;

    /// <summary>The first iterate. Default the content image.</summary>
    public StartImage Start { get; set; } = StartImage.Content;

    /// <summary>
    /// The longer side of every style image divided by that of the picture, 0.1 to 10. Larger values give larger strokes.
    /// Default 1.
    /// </summary>
    public double StyleScale { get; set; } = 1;

    /// <summary>
    /// The size of strokes, 0.1 to 10, by the pyramid: at every size but the last the style is measured this many times larger, and so are
    /// the coarse
    /// layers of the last one (see <see cref="StyleScope"/>), while its fine layers keep the style's own size. Beside
    /// <see cref="StyleScale"/>, which
    /// it multiplies, that leaves the grain of the paint as it is: larger strokes are not blurred, smaller ones not gritty. Default 1.
    /// </summary>
    public double StrokeSize { get; set; } = 1;

    /// <summary>How the content's colours are kept. Default not at all.</summary>
    [Option(Preset = false)]
    public PreserveColorMode PreserveColor { get; set; } = PreserveColorMode.None;

    /// <summary>What counts as luminance in <see cref="PreserveColorMode.Luminance"/>; Lab is refused elsewhere. Default Y of
    /// YIQ.</summary>
    [Option(Preset = false)]
    public LuminanceSpace LuminanceSpace { get; set; } = LuminanceSpace.Yiq;

    /// <summary>
    /// Whether each style's luminance gets the mean and standard deviation of the content's before it is measured (Gatys et al. 2016,
    /// section 4), so that the style is measured once per content. Only with <see cref="PreserveColorMode.Luminance"/>. Default no.
    /// </summary>
    [Option(Preset = false)]
    public bool MatchLuminance { get; set; }

    /// <summary>
    /// The linear map that matches colours in <see cref="PreserveColorMode.Histogram"/> and
    /// <see cref="PreserveColorMode.HistogramAfter"/>; Cholesky is refused elsewhere. Default by symmetric square roots.
    /// </summary>
    [Option(Preset = false)]
    public ColorMatching ColorMatching { get; set; } = ColorMatching.SquareRoot;

    /// <summary>
    /// The names of the regions that have styles of their own, at most <see cref="RegionMasks.MaxRegions"/>; none for a picture in one
    /// style. Each
    /// style image then needs masks of the regions that it has, or there is one image for each region, in this order; each content needs a
    /// mask of every region. For masks of colours the names are the colours, "#3060c0"; "1", "2", ... pair with any regions, by their
    /// order. Not for statistics that compare sampled or sorted places: <see cref="StyleStatistic.MmdGaussian"/>,
    /// <see cref="StyleStatistic.OptimalTransport"/>, <see cref="StyleStatistic.Histogram"/> and
    /// <see cref="StyleStatistic.SlicedWasserstein"/>. Default none.
    /// </summary>
    [Option(Preset = false)]
    public IReadOnlyList<string> Regions { get; set; } = [];

    /// <summary>
    /// How far the edges of content masks are softened to either side, in pixels of the finished picture, 0 to
    /// <see cref="Mask.MaxRadius"/>; less at
    /// the coarse sizes of the pyramid, in proportion. Style masks are taken as they are. Default <see cref="DefaultMaskSoftness"/>.
    /// </summary>
    [Option(Preset = false)]
    public double MaskSoftness { get; set; } = DefaultMaskSoftness;

    /// <summary>Whether each content comes with a mask that says how strongly it is held at each place. Default no.</summary>
    [Option(Preset = false)]
    public bool ContentWeightByMask { get; set; }

    /// <summary>
    /// Whether each content comes with a mask that says where it is painted; where it is black the content's own pixels stay, with edges
    /// as soft as <see cref="MaskSoftness"/> says. Default no.
    /// </summary>
    [Option(Preset = false)]
    public bool PaintByMask { get; set; }

    /// <summary>The ratio between one size of the pyramid and the next, above 1 up to 16. Default 2.</summary>
    public double PyramidFactor { get; set; } = 2;

    /// <summary>
    /// The pyramid starts at the first size not below this longer side, in pixels, 16 to <see cref="MaxSize"/>; as large as the
    /// picture or larger means a single size. Default 128.
    /// </summary>
    public int CoarsestSize { get; set; } = 128;

    /// <summary>
    /// The iterations of a stage divided by those of the next coarser one, above 0 up to 10. Default 0.7: most iterations are
    /// done where they are cheap.
    /// </summary>
    public double StageDecay { get; set; } = 0.7;

    /// <summary>
    /// Whether a size ends with the running average of its iterates instead of the best of them; it smooths out the jitter of
    /// Adam. Default no.
    /// </summary>
    public bool AverageIterates { get; set; }

    /// <summary>The decay of that average per iteration, 0 up to below 1; corrected for its start. Default 0.99.</summary>
    public double AverageDecay { get; set; } = 0.99;

    /// <summary>What noise is drawn from. Default 0.</summary>
    [Option(Preset = false)]
    public int Seed { get; set; }

    /// <summary>Where and how the network is computed. Default on every core of the CPU, by the faster engine.</summary>
    [Option(Saved = false, Preset = false)]
    public ComputeOptions Compute { get; set; } = new();

    /// <summary>A preview is handed out every so many iterations; 0 for none. Default 0.</summary>
    [Option(Saved = false)]
    public int PreviewEvery { get; set; }

    /// <summary>
    /// A size is finished early when its total fell by less than this fraction over ten iterations (fifty with Adam), 0 up to
    /// below 1; 0 never stops early. Default 0.0005.
    /// </summary>
    public double Tolerance { get; set; } = 5e-4;

    /// <summary>The step as the optimiser takes it: <see cref="LearningRate"/>, or the optimiser's default for 0.</summary>
    internal double EffectiveLearningRate => LearningRate > 0 ? LearningRate : Optimizer == OptimizerKind.Adam ? 5 : 1;

    /// <summary>The sizes that a picture of these options goes through, coarse to fine, with the iterations of each.</summary>
    /// <param name="longerSide">The finished picture's longer side in pixels.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not positive.</exception>
    public IReadOnlyList<StylizationStage> Stages(int longerSide) => StageSchedule.Plan(this, longerSide);

    /// <summary>
    /// Sets <see cref="ContentWeight"/>, <see cref="StyleWeight"/>, <see cref="NeighborWeight"/> and <see cref="Recolor"/> so that equal
    /// steps of one number look
    /// about equal, at every size and network. For relative losses.
    /// </summary>
    /// <param name="strength">0 (the photograph) to 100 (the style with a trace of the content); 50 is the default of all four.</param>
    /// <exception cref="ArgumentOutOfRangeException">The strength is out of range.</exception>
    public void SetStrength(double strength) =>
        (ContentWeight, StyleWeight, NeighborWeight, Recolor) = StrengthMapping.Of(strength);

    /// <summary>A copy that shares nothing that can change.</summary>
    public StylizationOptions Clone()
    {
        StylizationOptions copy = (StylizationOptions)MemberwiseClone();
        if (Compute is not null) copy.Compute = Compute.Clone();
        if (ContentLayers is not null) copy.ContentLayers = [.. ContentLayers];
        if (StyleLayers is not null) copy.StyleLayers = [.. StyleLayers];
        if (NeighborLayers is not null) copy.NeighborLayers = [.. NeighborLayers];
        if (StyleTerms is not null) copy.StyleTerms = [.. StyleTerms];
        if (StageIterations is not null) copy.StageIterations = [.. StageIterations];
        if (Regions is not null) copy.Regions = [.. Regions];
        return copy;
    }
}
