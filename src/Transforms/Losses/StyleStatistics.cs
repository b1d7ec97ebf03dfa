namespace MLNetStyle.Losses;

/// <summary>The names of the statistics of style, and the losses that compare them.</summary>
/// <remarks>Safe for use by several threads at once.</remarks>
internal static class StyleStatistics
{
    private static readonly (StyleStatistic Statistic, string Name)[] s_names =
    [
        (StyleStatistic.Gram, "gram"), (StyleStatistic.Covariance, "covariance"), (StyleStatistic.MeanStd, "mean-std"),
        (StyleStatistic.MmdLinear, "mmd-linear"), (StyleStatistic.MmdPolynomial, "mmd-polynomial"),
            (StyleStatistic.MmdGaussian, "mmd-gaussian"),
        (StyleStatistic.Wasserstein, "wasserstein"), (StyleStatistic.Histogram, "histogram"),
        (StyleStatistic.NearestNeighbor, "nearest-neighbor"), (StyleStatistic.OptimalTransport, "optimal-transport"),
        (StyleStatistic.SlicedWasserstein, "sliced-wasserstein"),
    ];

    /// <summary>All names, as options take them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_names.Select(n => n.Name)];

    /// <summary>The name of a statistic, for example "mmd-gaussian".</summary>
    /// <param name="statistic">The statistic.</param>
    /// <exception cref="ArgumentException">There is no such statistic.</exception>
    public static string NameOf(StyleStatistic statistic) =>
        s_names.FirstOrDefault(n => n.Statistic == statistic).Name
        ?? throw new ArgumentException($"There is no statistic {statistic}; use one of "
            + $"{string.Join(", ", Enum.GetNames<StyleStatistic>())}.", nameof(statistic));

    /// <summary>Reads a statistic's name.</summary>
    /// <param name="name">One of <see cref="Names"/>, or the member's own name; small or capital letters.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public static StyleStatistic Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string trimmed = name.Trim();
        foreach ((StyleStatistic statistic, string known) in s_names)
            if (trimmed.Equals(known, StringComparison.OrdinalIgnoreCase)
                || trimmed.Equals($"{statistic}", StringComparison.OrdinalIgnoreCase)) return statistic;
        throw new FormatException($"'{name}' is no statistic of style; use one of {string.Join(", ", Names)}.");
    }

    /// <summary>Makes the loss that compares a statistic.</summary>
    /// <param name="statistic">The statistic.</param>
    /// <param name="layer">The layer, for example relu1_1.</param>
    /// <param name="weight">The weight among the style losses; finite and not negative.</param>
    /// <param name="normalization">What the distance is measured against.</param>
    /// <exception cref="ArgumentException">There is no such statistic, the layer is empty, or the weight negative or not
    /// finite.</exception>
    public static Loss Create(StyleStatistic statistic, string layer, double weight = 1,
        LossNormalization normalization = LossNormalization.Relative) =>
        statistic switch
        {
            StyleStatistic.Gram => new GramStyleLoss(layer, weight, normalization),
            StyleStatistic.Covariance => new CovarianceStyleLoss(layer, weight, normalization),
            StyleStatistic.MeanStd => new MeanStdStyleLoss(layer, weight, normalization),
            StyleStatistic.MmdLinear => new LinearMmdStyleLoss(layer, weight, normalization),
            StyleStatistic.MmdPolynomial => new PolynomialMmdStyleLoss(layer, weight, normalization),
            StyleStatistic.MmdGaussian => new GaussianMmdStyleLoss(layer, weight, normalization),
            StyleStatistic.Wasserstein => new WassersteinStyleLoss(layer, weight, normalization),
            StyleStatistic.Histogram => new HistogramStyleLoss(layer, weight, normalization),
            StyleStatistic.NearestNeighbor => new NearestNeighborStyleLoss(layer, weight, normalization),
            StyleStatistic.OptimalTransport => new OptimalTransportStyleLoss(layer, weight, normalization),
            StyleStatistic.SlicedWasserstein => new SlicedWassersteinStyleLoss(layer, weight, normalization),
            _ => throw new ArgumentException($"There is no statistic {statistic}; use one of {string.Join(", ", Names)}.",
                nameof(statistic)),
        };

    /// <summary>The name of a style loss: "style relu1_1" for Gram, else with the statistic behind it, "style relu1_1 histogram".</summary>
    internal static string LossName(string layer, StyleStatistic statistic)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return statistic == StyleStatistic.Gram ? $"style {layer}" : $"style {layer} {NameOf(statistic)}";
    }
}
