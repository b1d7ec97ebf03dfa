using System.Globalization;

namespace MLNetStyle;

/// <summary>A layer of the network and its weight among the layers of the same kind of loss.</summary>
/// <param name="Layer">The layer's name, for example "relu4_2".</param>
/// <param name="Weight">
/// A positive number. Relative losses are averaged over the layers by these weights; absolute ones are multiplied by them and
/// summed.
/// </param>
/// <remarks>Immutable and safe to share between threads. Written as text it is "relu4_2" or "relu4_2:0.5".</remarks>
public readonly record struct LayerWeight(string Layer, double Weight = 1)
{
    /// <summary>A layer with the weight 1, or with the weight that follows a colon.</summary>
    /// <param name="text">"relu4_2" or "relu4_2:0.5".</param>
    /// <exception cref="FormatException">The text is neither.</exception>
    public static implicit operator LayerWeight(string text) => Parse(text);

    /// <summary>Reads a layer and its weight.</summary>
    /// <param name="text">"relu4_2" or "relu4_2:0.5".</param>
    /// <exception cref="FormatException">The text is neither.</exception>
    public static LayerWeight Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int colon = text.LastIndexOf(':');
        string layer = (colon < 0 ? text : text[..colon]).Trim();
        double weight = 1;
        if (layer.Length == 0
            || (colon >= 0 && !double.TryParse(text.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out weight)))
            throw new FormatException($"'{text}' is no layer: write its name, or its name and a weight as in relu4_2:0.5.");
        return new LayerWeight(layer, weight);
    }

    /// <inheritdoc/>
    public override string ToString() => Weight == 1 ? Layer : string.Create(CultureInfo.InvariantCulture, $"{Layer}:{Weight:R}");
}
