using Microsoft.ML;

namespace MLNetStyle;

/// <summary>How <c>FastStyleTransfer</c> trains its network, and how the pictures are painted.</summary>
/// <remarks>An estimator takes a copy, so later changes do not reach it. Not safe for use by several threads while it is being
/// changed.</remarks>
public class FastStyleTransferOptions : FastStyleTrainingOptions
{
    /// <summary>
    /// The column of vectors of Single that says which style each row gets: a weight for each of the network's styles, 0 or more, of which
    /// only the
    /// ratios count. Null takes <see cref="StyleWeights"/>. Default null.
    /// </summary>
    public string? StyleWeightsColumn { get; set; }

    /// <summary>
    /// The weights of the styles by name, where no column gives them: 0 or more, of which only the ratios count. None takes the style that
    /// was learned
    /// first, of a network that is applied the first that it has. Default none.
    /// </summary>
    public IReadOnlyDictionary<string, double> StyleWeights { get; set; } = new Dictionary<string, double>();

    /// <summary>How much of the style the pictures get: 0 leaves them as they are, 1 paints them in full. Between them the strokes get
    /// milder, in twice the time; models of others, and networks trained before there was this, blend the pixels. Default 1.</summary>
    public double Strength { get; set; } = 1;

    /// <summary>A network to add the styles to: a file that <see cref="FastStyleNetwork.Save"/> wrote; see
    /// <see cref="FastStyleTrainingOptions.KeepInitialStyles"/>. Default none.</summary>
    public string? InitialModel { get; set; }

    /// <summary>Photographs to judge on, in a column of the input column's name, which are not learned on; saved nowhere. Default
    /// none.</summary>
    public IDataView? ValidationSet { get; set; }

    /// <summary>
    /// Whether rows whose photograph can't be read are left out, of the training and of what the transformer gives, with a warning in
    /// <c>MLContext.Log</c>; else such a row is an <see cref="ImageReadException"/>. See <see cref="StyleTransferOptions.SkipUnreadable"/>.
    /// Default no.
    /// </summary>
    public bool SkipUnreadable { get; set; }

    /// <summary>The text column that names a row in messages; null finds one as <see cref="StyleTransferOptions.PathColumn"/> says. Default
    /// null.</summary>
    public string? PathColumn { get; set; }

    /// <summary>A copy that shares nothing that can change.</summary>
    public new FastStyleTransferOptions Clone()
    {
        FastStyleTransferOptions copy = (FastStyleTransferOptions)base.Clone();
        copy.StyleWeights = new Dictionary<string, double>(StyleWeights ?? new Dictionary<string, double>());
        return copy;
    }

    /// <summary>Refuses options of painting out of range.</summary>
    internal void ValidatePainting()
    {
        if (!(Strength is >= 0 and <= 1)) throw new ArgumentException($"{nameof(Strength)} is "
            + $"{FormattableString.Invariant($"{Strength}")}; it may be 0 (the picture itself) to 1 (the style in full).",
            nameof(Strength));
        foreach ((string style, double weight) in StyleWeights)
            if (!(weight >= 0 && double.IsFinite(weight))) throw new ArgumentException($"The weight of the style '{style}' is "
                + $"{FormattableString.Invariant($"{weight}")}; it may be 0 or more.", nameof(StyleWeights));
        if (StyleWeightsColumn is not null && StyleWeights.Count > 0)
            throw new ArgumentException($"{nameof(StyleWeightsColumn)} and {nameof(StyleWeights)} are both set. Set the column where "
                + $"rows differ, the weights where they don't.", nameof(StyleWeights));
    }
}
