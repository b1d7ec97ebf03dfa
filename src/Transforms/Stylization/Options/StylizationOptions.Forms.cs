using System.Globalization;
using MLNetStyle.Losses;
using MLNetStyle.Stylization;

namespace MLNetStyle;

/// <content>What is compared and in which of the articles' forms; most pictures need none of it.</content>
public partial class StylizationOptions
{
    /// <summary>
    /// The statistics that the style is compared in, at each of <see cref="StyleLayers"/>: terms that name a layer are for that layer,
    /// those
    /// that name none for every layer that is not named. Default the Gram matrix alone.
    /// </summary>
    public IReadOnlyList<StyleTerm> StyleTerms { get; set; } = [StyleStatistic.Gram];

    /// <summary>What Gram matrices are divided by. Default their map's elements, C H W. Cancels out where losses are relative.</summary>
    public GramNormalization GramNormalization { get; set; }

    /// <summary>
    /// What the sum of squared differences of Gram matrices is divided by. Default their entries; others are for absolute losses only.
    /// </summary>
    public StyleDivisor StyleDivisor { get; set; }

    /// <summary>How the content's differences become one number. Default their mean square; others are for absolute losses only.</summary>
    public ContentReduction ContentReduction { get; set; }

    /// <summary>The form of total variation. Default the squared differences.</summary>
    public TotalVariationKind TvKind { get; set; }

    /// <summary>
    /// The activations that <see cref="ContentWeight"/> and <see cref="StyleWeight"/> were meant for. Where losses are absolute and the
    /// network
    /// in hand is a VGG that takes its input in another scale, each weight is divided by the ratio of the two scales to the power that its
    /// loss
    /// grows with: 2 for content, means and Wasserstein, 4 for Gram and covariance matrices. Exact if the two networks differ in that scale
    /// alone,
    /// biases included, because a ReLU network is linear in the common scale of its input and biases; else a good first guess. A network
    /// with other
    /// widths than VGG-19's, or with taps, has activations of its own size: there every loss's weight is multiplied by how much larger that
    /// loss
    /// would be with VGG-19, as measured on <see cref="ActivationReference"/>. Relative losses need no conversion. Default the network in
    /// hand.
    /// </summary>
    public ActivationScale ActivationScale { get; set; }

    /// <summary>What keeps Adam's division defined, positive and finite; in units of the gradient. Default 1e-8.</summary>
    public double Epsilon { get; set; } = 1e-8;

    /// <summary>
    /// The iterations of each size, coarsest first, in the place of <see cref="Iterations"/>: 1 to 100000 each; the last number is for all
    /// sizes that are left. None shares <see cref="Iterations"/> by <see cref="StageDecay"/>. Default none.
    /// </summary>
    public IReadOnlyList<int> StageIterations { get; set; } = [];

    /// <summary>
    /// Whether style images are stretched to the picture's own width and height, as some articles do, instead of being given its longer
    /// side. The style is then measured once per content, so a <see cref="StyleTarget"/> keeps its images. Needs a
    /// <see cref="StyleScale"/> and <see cref="StrokeSize"/> of 1. Default no.
    /// </summary>
    public bool FitStyle { get; set; }

    /// <summary>The side that <see cref="Size"/> is for. Default the longer one.</summary>
    public PictureSide SizeOf { get; set; }

    /// <summary>What a noise start is drawn from. Default a normal distribution.</summary>
    public NoiseKind NoiseKind { get; set; }

    /// <summary>The standard deviation of normal noise in pixel levels, above 0 and at most 255. Default 64.</summary>
    public double NoiseDeviation { get; set; } = 64;

    /// <summary>Where a run on two networks changes from one to the other.</summary>
    internal RelayPlan Relay { get; set; } = RelayPlan.Default;

    /// <summary>Whether the style can be measured only when the content is known, or at a size that is known then.</summary>
    internal bool MeasuresLater => (Size == 0 || SizeOf != PictureSide.Longer || FitStyle || ColorKeeping.Of(this).RecolorsStyle)
        && HasStyle;

    /// <summary>Whether contents are brought to the style's colours.</summary>
    internal bool Recolors => Recolor > 0 && PreserveColor == PreserveColorMode.None && HasStyle;

    /// <summary>Whether any style is compared.</summary>
    internal bool HasStyle => StyleWeight > 0 || NeighborWeight > 0;

    /// <summary>The size of the picture that is made of a content.</summary>
    /// <param name="width">The content's width in pixels.</param>
    /// <param name="height">The content's height in pixels.</param>
    public (int Width, int Height) PictureSize(int width, int height)
    {
        if (Size == 0 || SizeOf == PictureSide.Longer || height >= width) return Resizer.Fit(width, height, Size);
        return Resizer.Fit(width, height, (int)Math.Min(Math.Round(Size * (double)width / height), int.MaxValue));
    }

    /// <summary>The terms of a style layer.</summary>
    internal IReadOnlyList<StyleTerm> TermsOf(LayerWeight layer)
    {
        StyleTerm[] own = [.. StyleTerms.Where(t => t.Layer == layer.Layer)];
        return own.Length > 0 ? own : [.. StyleTerms.Where(t => t.Layer is null)];
    }

    private void ValidateForms()
    {
        ArgumentNullException.ThrowIfNull(StyleTerms);
        if (StyleTerms.Count > 64) throw new ArgumentException($"{nameof(StyleTerms)} has {StyleTerms.Count} terms; at most 64 are "
            + $"allowed.", nameof(StyleTerms));
        HashSet<(StyleStatistic, string?)> seen = [];
        foreach (StyleTerm term in StyleTerms)
        {
            Defined(nameof(StyleTerm.Statistic), term.Statistic);
            if (!(term.Weight > 0
                && term.Weight <= float.MaxValue)) throw Out($"The weight of {StyleStatistics.NameOf(term.Statistic)} in "
                + $"{nameof(StyleTerms)}", term.Weight, "above 0 and finite", "leave the statistic out to give it no weight");
            if (!seen.Add((term.Statistic,
                term.Layer))) throw new ArgumentException($"{nameof(StyleTerms)} names '{term}' twice. Name every statistic once and "
                + $"give it the sum of the weights.", nameof(StyleTerms));
            if (term.Layer is { } layer && StyleLayers.All(l => l.Layer != layer))
                throw new ArgumentException($"{nameof(StyleTerms)} has '{term}', but {layer} is none of the style layers "
                    + $"{string.Join(", ", StyleLayers)}. Add it to them, or name one of them.", nameof(StyleTerms));
        }
        foreach (LayerWeight layer in StyleWeight > 0 ? StyleLayers : [])
            if (TermsOf(layer).Count == 0) throw new ArgumentException($"{nameof(StyleTerms)} has no statistic for {layer.Layer}. Add "
                + $"one without a layer, for every layer that is not named.", nameof(StyleTerms));
        Defined(nameof(GramNormalization), GramNormalization);
        Defined(nameof(StyleDivisor), StyleDivisor);
        Defined(nameof(ContentReduction), ContentReduction);
        Defined(nameof(TvKind), TvKind);
        Defined(nameof(ActivationScale), ActivationScale);
        Defined(nameof(SizeOf), SizeOf);
        Defined(nameof(NoiseKind), NoiseKind);
        if (Normalization == LossNormalization.Relative
            && (StyleDivisor != StyleDivisor.Entries || ContentReduction != ContentReduction.Mean))
            throw new ArgumentException($"{nameof(StyleDivisor)} {StyleDivisor} and {nameof(ContentReduction)} {ContentReduction} would "
                + $"cancel out where losses are relative. Set {nameof(Normalization)} to {LossNormalization.Absolute}, or leave them at "
                + $"{StyleDivisor.Entries} and {ContentReduction.Mean}.");
        if (!(Epsilon > 0 && Epsilon <= float.MaxValue)) throw Out(nameof(Epsilon), Epsilon, "above 0 and finite", "1e-8 is usual");
        if (!(NoiseDeviation > 0 && NoiseDeviation <= 255)) throw Out(nameof(NoiseDeviation), NoiseDeviation, "above 0 and at most 255",
            "64 is usual");
        ArgumentNullException.ThrowIfNull(StageIterations);
        if (StageIterations.Count > MostStages) throw new ArgumentException($"{nameof(StageIterations)} has {StageIterations.Count} "
            + $"numbers; at most {MostStages} are allowed.", nameof(StageIterations));
        foreach (int iterations in StageIterations)
            Range(nameof(StageIterations), iterations, 1, 100_000, "leave it out to share Iterations among all sizes");
        if (FitStyle && StyleScale != 1) throw Fitted(nameof(StyleScale), StyleScale);
        if (FitStyle && StrokeSize != 1) throw Fitted(nameof(StrokeSize), StrokeSize);
        if (SizeOf == PictureSide.Height
            && Size == 0) throw new ArgumentException($"{nameof(SizeOf)} is {SizeOf}, but {nameof(Size)} is 0, the content's own size. "
            + $"Name a size.", nameof(SizeOf));
    }

    private static ArgumentException Fitted(string name, double value) =>
        new(string.Create(CultureInfo.InvariantCulture,
            $"{nameof(FitStyle)} stretches the style to the picture's own size, but {name} is {value}. Leave one of them out."),
            nameof(FitStyle));
}
