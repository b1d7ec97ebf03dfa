using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>The weight of each kind of loss; a term counts with its kind's weight times its own.</summary>
/// <param name="Content">The weight of the content losses, 0 or more.</param>
/// <param name="Style">The weight of the style losses, 0 or more.</param>
/// <param name="TotalVariation">The weight of total variation, 0 or more.</param>
/// <param name="Activations">
/// How many times larger the network's activations are than those that the weights are meant for; positive. Each weight is divided by it to
/// the power of the loss's <see cref="Loss.Degree"/>.
/// </param>
/// <remarks>Immutable and safe to share between threads.</remarks>
public readonly record struct LossWeights(double Content, double Style, double TotalVariation, double Activations = 1)
{
    /// <summary>The weight of the nearest-neighbour losses, 0 or more.</summary>
    public double Neighbors { get; init; }

    /// <summary>What the terms of single losses are multiplied by besides, by their names; null for nothing.</summary>
    public IReadOnlyDictionary<string, double>? Factors { get; init; }

    /// <summary>What a loss's term is multiplied by.</summary>
    /// <param name="loss">The loss.</param>
    public double Of(Loss loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        double scale = Activations == 1 || loss.Degree == 0 ? 1 : Math.Pow(Activations, -loss.Degree);
        if (Factors is not null && Factors.TryGetValue(loss.Name, out double factor)) scale *= factor;
        return scale * loss.Weight * loss.Kind switch
        {
            LossKind.Content => Content,
            LossKind.Style => Style,
            LossKind.Neighbors => Neighbors,
            _ => TotalVariation,
        };
    }
}
