using System.Globalization;
using MLNetStyle.Losses;

namespace MLNetStyle;

/// <summary>A statistic of style and its weight among those of the same layer.</summary>
/// <param name="Statistic">What is compared.</param>
/// <param name="Weight">
/// A positive number. Where losses are relative, a layer's terms are averaged by these weights; else they are multiplied by them and
/// summed.
/// </param>
/// <param name="Layer">The style layer it is for; null for every layer that no other term names.</param>
/// <remarks>
/// Immutable and safe to share between threads. Written as text it is "gram", "gram:2", "relu4_1=wasserstein" or "relu4_1=wasserstein:0.5".
/// </remarks>
public readonly record struct StyleTerm(StyleStatistic Statistic, double Weight = 1, string? Layer = null)
{
    /// <summary>The names of all statistics, as <see cref="Parse"/> and the command line take them.</summary>
    public static IReadOnlyList<string> StatisticNames => StyleStatistics.Names;

    /// <summary>A statistic for every layer with the weight 1.</summary>
    /// <param name="statistic">The statistic.</param>
    public static implicit operator StyleTerm(StyleStatistic statistic) => new(statistic);

    /// <summary>Reads a term.</summary>
    /// <param name="text">"gram", "gram:2", "relu4_1=wasserstein" or "relu4_1=wasserstein:0.5".</param>
    /// <exception cref="FormatException">The text is none of these, or names no statistic.</exception>
    public static StyleTerm Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int equals = text.IndexOf('=');
        string? layer = equals < 0 ? null : text[..equals].Trim();
        string rest = text[(equals + 1)..];
        int colon = rest.LastIndexOf(':');
        double weight = 1;
        if (layer is "" || (colon >= 0
            && !double.TryParse(rest.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out weight)))
            throw new FormatException($"'{text}' is no term of style: write a statistic, with a layer and a weight if wanted, as in "
                + $"relu4_1=wasserstein:0.5.");
        return new StyleTerm(StyleStatistics.Parse(colon < 0 ? rest : rest[..colon]), weight, layer);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        string weight = Weight == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $":{Weight:R}");
        return $"{(Layer is null ? "" : $"{Layer}=")}{StyleStatistics.NameOf(Statistic)}{weight}";
    }
}
