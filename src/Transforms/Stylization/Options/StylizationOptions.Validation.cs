using System.Globalization;
using MLNetStyle.Losses;
using MLNetStyle.Stylization;

namespace MLNetStyle;

/// <content>The one place where options are checked.</content>
public partial class StylizationOptions
{
    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range or contradicts another: names it, its value, what is allowed and what
    /// to do.</exception>
    public virtual void Validate()
    {
        if (Size != 0) Range(nameof(Size), Size, MinSize, MaxSize, "0 keeps the content's own size");
        Range(nameof(Iterations), Iterations, 1, 100_000, "100 to 500 are usual");
        Defined(nameof(Optimizer), Optimizer);
        Range(nameof(LearningRate), LearningRate, 0, 255, "it is in pixel levels; 0 takes the optimiser's default");
        Below(nameof(Beta1), Beta1, "0.9 is usual");
        Below(nameof(Beta2), Beta2, "0.999 is usual");
        Range(nameof(History), History, 1, 100, "20 is usual");
        Range(nameof(ContentWeight), ContentWeight, 0, float.MaxValue, "0 leaves the content out");
        Range(nameof(SelfSimilarity), SelfSimilarity, 0, 1, "0 compares features alone, 1 self-similarity alone");
        Range(nameof(StyleWeight), StyleWeight, 0, float.MaxValue, "0 leaves the style out");
        Range(nameof(NeighborWeight), NeighborWeight, 0, float.MaxValue, "0 leaves nearest neighbours out");
        Range(nameof(Recolor), Recolor, 0, 1, "0 leaves the content's colours as they are");
        Range(nameof(TvWeight), TvWeight, 0, float.MaxValue, "0 leaves total variation out");
        if (ContentWeight == 0 && StyleWeight == 0 && NeighborWeight == 0)
            throw new ArgumentException("ContentWeight, StyleWeight and NeighborWeight are all 0, so there is nothing to make a picture "
                + "from. Give one of them a weight.");
        Layers(nameof(ContentLayers), ContentLayers, ContentWeight > 0);
        Layers(nameof(StyleLayers), StyleLayers, StyleWeight > 0);
        Layers(nameof(NeighborLayers), NeighborLayers, NeighborWeight > 0);
        Defined(nameof(Normalization), Normalization);
        Defined(nameof(Start), Start);
        Range(nameof(StyleScale), StyleScale, 0.1, 10, "1 makes the style as large as the picture");
        Range(nameof(StrokeSize), StrokeSize, 0.1, 10, "1 leaves strokes as large as the style's size makes them");
        ColorKeeping.Of(this).Validate(nameof(PreserveColor));
        if (!(PyramidFactor > 1 && PyramidFactor <= 16)) throw Out(nameof(PyramidFactor), PyramidFactor, "above 1 and at most 16",
            "2 is usual; for a single size set CoarsestSize to the size");
        Range(nameof(CoarsestSize), CoarsestSize, MinSize, MaxSize,
            "128 is usual; the picture's own size makes the pyramid a single stage");
        if (!(StageDecay > 0 && StageDecay <= 10)) throw Out(nameof(StageDecay), StageDecay, "above 0 and at most 10",
            "0.7 is usual, 1 shares the iterations evenly");
        Below(nameof(AverageDecay), AverageDecay, "0.99 is usual");
        ArgumentNullException.ThrowIfNull(Compute);
        Compute.Validate();
        Range(nameof(PreviewEvery), PreviewEvery, 0, int.MaxValue, "0 for no previews");
        Below(nameof(Tolerance), Tolerance, "0 never stops early");
        ValidateForms();
        ValidateMasks();
    }

    /// <summary>Whether styles go to regions, whose names may become known later.</summary>
    internal virtual bool HasRegions => Regions.Count > 0;

    private void ValidateMasks()
    {
        ArgumentNullException.ThrowIfNull(Regions);
        RegionMasks.CheckNames(Regions, nameof(Regions));
        Range(nameof(MaskSoftness), MaskSoftness, 0, Mask.MaxRadius, "0 leaves edges as they are");
        if (ContentWeightByMask && ContentWeight == 0)
            throw new ArgumentException($"{nameof(ContentWeightByMask)} is on, but {nameof(ContentWeight)} is 0, so the content counts "
                + $"nowhere. Give it a weight, or leave the mask out.", nameof(ContentWeightByMask));
        if (ContentWeightByMask && SelfSimilarity > 0)
            throw new ArgumentException($"{nameof(ContentWeightByMask)} is on, but {nameof(SelfSimilarity)} is {SelfSimilarity}: "
                + $"self-similarity compares places with each other, which have no one weight. Set it to 0, or leave the mask out.",
                nameof(SelfSimilarity));
        if (!HasRegions) return;
        if (!HasStyle) throw new ArgumentException($"{nameof(Regions)} are given, but {nameof(StyleWeight)} and {nameof(NeighborWeight)} "
            + $"are 0, so no style is compared. Give one of them a weight, or leave the regions out.", nameof(Regions));
        foreach (LayerWeight layer in StyleWeight > 0 ? StyleLayers : [])
            foreach (StyleTerm term in TermsOf(layer))
                if (GuidedLoss.Refusal(StyleStatistics.Create(term.Statistic, layer.Layer)) is { } reason)
                    throw new ArgumentException($"{nameof(Regions)} are given, but masks can't guide "
                        + $"{StyleStatistics.NameOf(term.Statistic)}: {reason}. Use another statistic, or leave the regions out.",
                        nameof(StyleTerms));
    }

    private static void Range(string name, double value, double low, double high, string remedy)
    {
        if (!(value >= low && value <= high)) // false for NaN too
            throw Out(name, value, high is int.MaxValue or float.MaxValue ? $"{low} or more and finite"
                : string.Create(CultureInfo.InvariantCulture, $"{low} to {high}"), remedy);
    }

    private static void Below(string name, double value, string remedy)
    {
        if (!(value >= 0 && value < 1)) throw Out(name, value, "0 up to, but not, 1", remedy);
    }

    private static void Defined<T>(string name, T value) where T : struct, Enum
    {
        if (!Enum.IsDefined(value)) throw new ArgumentException($"{name} is {value}; it must be one of "
            + $"{string.Join(", ", Enum.GetNames<T>())}.", name);
    }

    private static void Layers(string name, IReadOnlyList<LayerWeight> layers, bool needed)
    {
        ArgumentNullException.ThrowIfNull(layers, name);
        if (needed && layers.Count == 0) throw new ArgumentException($"{name} is empty, but its weight is not 0. Name a layer, or set "
            + $"the weight to 0.", name);
        if (layers.Count > 64) throw new ArgumentException($"{name} has {layers.Count} layers; at most 64 are allowed.", name);
        HashSet<string> seen = [];
        foreach (LayerWeight layer in layers)
        {
            if (string.IsNullOrEmpty(layer.Layer)) throw new ArgumentException($"{name} has a layer without a name. Write it as relu4_2 "
                + $"or relu4_2:0.5.", name);
            if (!seen.Add(layer.Layer)) throw new ArgumentException($"{name} names {layer.Layer} twice. Name every layer once and give "
                + $"it the sum of the weights.", name);
            if (!(layer.Weight > 0 && layer.Weight <= float.MaxValue))
                throw Out($"The weight of {layer.Layer} in {name}", layer.Weight, "above 0 and finite",
                    "leave the layer out to give it no weight");
        }
    }

    private static ArgumentException Out(string name, double value, string allowed, string remedy) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; allowed is {allowed} ({remedy})."), name);
}
