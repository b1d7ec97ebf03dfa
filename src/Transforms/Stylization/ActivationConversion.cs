using System.Numerics.Tensors;
using MLNetStyle.Graphs;
using MLNetStyle.Losses;
using MLNetStyle.Networks;

namespace MLNetStyle.Stylization;

/// <summary>Turns weights that are meant for one network's activations into weights for another's.</summary>
internal static class ActivationConversion
{
    /// <summary>The weights of the options as the evaluator takes them.</summary>
    /// <param name="network">The network in hand.</param>
    /// <param name="engine">What measures it, where that is needed.</param>
    /// <param name="losses">The losses.</param>
    /// <param name="options">The options.</param>
    public static LossWeights Weights(Network network, IStyleEngine engine, IReadOnlyList<Loss> losses, StylizationOptions options)
    {
        LossWeights plain = new(options.ContentWeight, options.StyleWeight, options.TvWeight) { Neighbors = options.NeighborWeight };
        if (options.ActivationScale == ActivationScale.Network || losses.All(l => l.Degree == 0)) return plain;
        bool unit = options.ActivationScale == ActivationScale.UnitMean && !network.IsGraph;
        double meant = (options.ActivationScale == ActivationScale.Oxford ? Preprocessing.Oxford
            : Preprocessing.Torchvision).Gain().Average();
        Loss[] scaled = [.. losses.Where(l => l.Layer is not null && l.Degree != 0)];
        double scale = meant / Preprocessing.Oxford.Gain().Average();
        if (!scaled.All(l => Meant(l) is not null) || (!unit && IsVgg(network)))
            return unit ? plain : plain with { Activations = network.Preprocessing.Gain().Average() / meant };
        Dictionary<string, ActivationSize> own = Measure(network, engine, [.. scaled.Select(l => l.Layer!).Distinct()]);
        return plain with { Factors = scaled.ToDictionary(l => l.Name, l => Size(l, Meant(l)!.Value) / Size(l, own[l.Layer!])) };

        ActivationSize? Meant(Loss loss) => unit ? ActivationReference.Unit(network.Canonical(loss.Layer!))
            : Vgg19(network, loss.Layer!)?.Scaled(scale);
    }

    // Of the widths of a VGG everywhere, and seen without taps.
    private static bool IsVgg(Network network) =>
        network.Layers.All(layer => network.Tap(layer) is null
            && (Vgg19(network, layer) is not { } known || known.Channels == network.Channels(layer)));

    private static ActivationSize? Vgg19(Network network, string layer) => ActivationReference.Vgg19(network.Canonical(layer));

    /// <summary>How large a loss is on maps of a size, up to a factor that is the same for all networks.</summary>
    private static double Size(Loss loss, ActivationSize map) => loss switch
    {
        GuidedLoss guided => Size(guided.Loss, map),
        ContentLoss { Reduction: ContentReduction.Mean } => map.Energy,
        ContentLoss { Reduction: ContentReduction.Scaled } => map.Energy / map.Magnitude,
        ContentLoss => map.Energy * map.Channels,
        GramStyleLoss gram => map.Products
            / (gram.GramNormalization == GramNormalization.Elements ? Math.Pow(map.Channels, 2) : 1)
            / gram.Divisor switch { StyleDivisor.Entries => Math.Pow(map.Channels, 2), StyleDivisor.MapElements => map.Channels, _ => 1 },
        { Degree: 4 } => map.Products / Math.Pow(map.Channels, 2),
        _ => Math.Pow(map.Energy, loss.Degree / 2),
    };

    private static Dictionary<string, ActivationSize> Measure(Network network, IStyleEngine engine, IReadOnlyList<string> layers)
    {
        using IStyleMeter meter = engine.CreateMeter(
            [.. layers.SelectMany(layer => (Loss[])[new ContentLoss(layer), new GramStyleLoss(layer, 1, LossNormalization.Absolute, GramNormalization.Positions)])]);
        IReadOnlyList<GraphTensor> measured = meter.Measure(ActivationReference.Picture);
        return layers.Select((layer, i) =>
            (layer, Size: Of(network.Channels(layer), measured[2 * i].Values.Span, measured[2 * i + 1].Values.Span))).ToDictionary(p =>
            p.layer, p => p.Size);
    }

    private static ActivationSize Of(int channels, ReadOnlySpan<float> map, ReadOnlySpan<float> products)
    {
        // A map without any activation has no size to convert by.
        const double Least = 1e-30;
        return new ActivationSize(
            channels,
            Math.Max(TensorPrimitives.SumOfMagnitudes(map) / (double)map.Length, Least),
            Math.Max(TensorPrimitives.SumOfSquares(map) / (double)map.Length, Least),
            Math.Max(TensorPrimitives.SumOfSquares(products), Least));
    }
}
