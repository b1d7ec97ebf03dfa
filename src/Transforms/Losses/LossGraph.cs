using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>Graphs made of losses: one that measures targets, and two that give terms, total and gradient.</summary>
/// <remarks>
/// <para>Targets and weights are inputs of the graph, height and width are symbolic, so that one session serves every picture, size and
/// style. The inputs and outputs: <see cref="Image"/> [1, 3, height, width], red, green, blue, 0..255; <see cref="Target"/> for each loss
/// with a target, in <see cref="Loss.StatisticShape"/>; <see cref="Guide"/> for each guided loss; <see cref="Weights"/> [losses], in the
/// order of the losses; <see cref="Terms"/>
/// [losses], not weighted; <see cref="Total"/>, a scalar, the sum of terms times weights; <see cref="Gradient"/>, of the total, in the
/// shape of what it is for.</para>
/// <para>All methods are safe for use by several threads at once.</para>
/// </remarks>
internal static partial class LossGraph
{
    /// <summary>The input that holds the picture.</summary>
    public const string Image = "image";

    /// <summary>The input that holds one weight for each loss.</summary>
    public const string Weights = "weights";

    /// <summary>The output that holds the value of each loss, not weighted.</summary>
    public const string Terms = "terms";

    /// <summary>The output that holds the weighted sum.</summary>
    public const string Total = "total";

    /// <summary>The input for the target of a loss.</summary>
    /// <param name="loss">The loss.</param>
    public static string Target(Loss loss) => $"target of {(loss ?? throw new ArgumentNullException(nameof(loss))).Name}";

    /// <summary>The output of <see cref="Statistics"/> for a loss.</summary>
    /// <param name="loss">The loss.</param>
    public static string Statistic(Loss loss) => $"statistic of {(loss ?? throw new ArgumentNullException(nameof(loss))).Name}";

    /// <summary>The input for the guidance channel of a loss, at the size of its layer's map.</summary>
    /// <param name="loss">The loss.</param>
    public static string Guide(GuidedLoss loss) => $"guide of {(loss ?? throw new ArgumentNullException(nameof(loss))).Name}";

    /// <summary>
    /// The input for what a nearest-neighbour loss is matched with, at the size of its layer's map, [1, 2, height, width]: the column of
    /// the target, then what
    /// the position counts.
    /// </summary>
    /// <param name="name">The name of the loss, or of the guided loss around it.</param>
    public static string Matches(string name) => $"matches of {name}";

    /// <summary>The input of <see cref="OverMaps"/> for a layer.</summary>
    /// <param name="layer">The layer's name in the losses; null for the picture.</param>
    public static string Map(string? layer) => layer is null ? Image : $"map of {layer}";

    /// <summary>The output that holds the gradient of the total by a map.</summary>
    /// <param name="layer">The layer's name in the losses; null for the picture.</param>
    public static string Gradient(string? layer = null) => layer is null ? "gradient" : $"gradient by {layer}";

    /// <summary>The graph that measures a target picture: image to one statistic for each loss that has a target.</summary>
    /// <param name="network">The network.</param>
    /// <param name="losses">The losses; those without a target are left out.</param>
    /// <exception cref="ArgumentException">No loss has a target, two have the same name, or the network lacks a layer.</exception>
    public static GraphBuilder Statistics(Network network, IReadOnlyList<Loss> losses)
    {
        Check(network, losses);
        Loss[] measured = [.. losses.Where(l => l.HasTarget)];
        if (measured.Length == 0) throw new ArgumentException("None of the losses has a target to measure.", nameof(losses));
        GraphBuilder graph = new("statistics");
        IReadOnlyDictionary<string, GraphValue> maps = Maps(graph, network, measured);
        foreach (Loss loss in measured)
            graph.Output(loss.Statistic(graph, Of(maps, loss))!.Value, Statistic(loss), ElementType.Float,
                loss.StatisticShape(Channels(network, loss)));
        return graph;
    }

    /// <summary>The graph of a picture: image, targets and weights to terms, total and the gradient by the image.</summary>
    /// <param name="network">The network.</param>
    /// <param name="losses">The losses; at least one.</param>
    /// <exception cref="ArgumentException">There is no loss, two have the same name, or the network lacks a layer.</exception>
    public static GraphBuilder OverImage(Network network, IReadOnlyList<Loss> losses)
    {
        Check(network, losses);
        GraphBuilder graph = new("losses of an image");
        IReadOnlyDictionary<string, GraphValue> maps = Maps(graph, network, losses);
        GraphValue total = Sum(graph, network, losses, (loss, target) => loss.Term(graph, Of(maps, loss), target));
        GraphValue[] gradient = Differentiator.Gradient(graph, total, maps[Image]);
        graph.Output(gradient[0], Gradient(), ElementType.Float, "1", "3", "height", "width");
        return graph;
    }

    /// <summary>
    /// The graph of feature maps, for an evaluator with a network of its own: maps, targets and weights to terms, total and the gradient by
    /// each map. The image is among the maps where a loss measures it.
    /// </summary>
    /// <param name="network">The network that the maps come from, each as the next layer takes it; its widths and taps are used.</param>
    /// <param name="losses">The losses; at least one.</param>
    /// <exception cref="ArgumentException">There is no loss, two have the same name, or the network lacks a layer.</exception>
    public static GraphBuilder OverMaps(Network network, IReadOnlyList<Loss> losses)
    {
        Check(network, losses);
        GraphBuilder graph = new("losses of feature maps");
        Dictionary<string, GraphValue> maps = [];
        List<(string? Layer, GraphValue Map, string[] Shape)> inputs = [];
        foreach (Loss loss in losses)
        {
            if (maps.ContainsKey(loss.Layer ?? Image)) continue;
            string stem = loss.Layer is null ? "" : loss.Layer + " ";
            string[] shape = ["1", Channels(network, loss).ToString(), $"{stem}height", $"{stem}width"];
            GraphValue map = graph.Input(Map(loss.Layer), ElementType.Float, shape);
            maps[loss.Layer ?? Image] = loss.Layer is null ? map : network.Tapped(graph, loss.Layer, map);
            inputs.Add((loss.Layer, map, shape));
        }
        GraphValue total = Sum(graph, network, losses, (loss, target) => loss.Term(graph, Of(maps, loss), target));
        GraphValue[] gradients = Differentiator.Gradient(graph, total, [.. inputs.Select(i => i.Map)]);
        for (int i = 0; i < inputs.Count; i++) graph.Output(gradients[i], Gradient(inputs[i].Layer), ElementType.Float, inputs[i].Shape);
        return graph;
    }

    /// <summary>The graph of the maps of layers, of an image: each under <see cref="Map"/>.</summary>
    internal static GraphBuilder FeatureMaps(Network network, IReadOnlyList<string> layers)
    {
        GraphBuilder graph = new("feature maps");
        GraphValue image = graph.Input(Image, ElementType.Float, "1", "3", "height", "width");
        IReadOnlyDictionary<string, GraphValue> maps = network.Build(graph, image, layers);
        foreach (string layer in layers) graph.Output(maps[layer], Map(layer), ElementType.Float, "1", $"{network.Channels(layer)}",
            $"{layer} height", $"{layer} width");
        return graph;
    }

    /// <summary>The image as an input, and the network's maps at the losses' layers.</summary>
    private static Dictionary<string, GraphValue> Maps(GraphBuilder graph, Network network, IReadOnlyList<Loss> losses)
    {
        GraphValue image = graph.Input(Image, ElementType.Float, "1", "3", "height", "width");
        Dictionary<string, GraphValue> maps = new(network.Build(graph, image,
            [.. losses.Select(l => l.Layer).OfType<string>().Distinct()]))
        { [Image] = image };
        return maps;
    }

    /// <summary>Terms and total, declared as outputs.</summary>
    private static GraphValue Sum(GraphBuilder graph, Network network, IReadOnlyList<Loss> losses,
        Func<Loss, GraphValue?, GraphValue> termOf)
    {
        GraphValue weights = graph.Input(Weights, ElementType.Float, losses.Count.ToString());
        List<GraphValue> terms = [];
        GraphValue? total = null;
        foreach (Loss loss in losses)
        {
            GraphValue? target = loss.HasTarget
                ? graph.Input(Target(loss), ElementType.Float, loss.StatisticShape(Channels(network, loss))!) : null;
            GraphValue term = termOf(loss, target);
            GraphValue weighted = graph.Mul(term, graph.Gather(weights, graph.Index(terms.Count)));
            total = total is { } sum ? graph.Add(sum, weighted) : weighted;
            terms.Add(graph.Reshape(term, 1L));
        }
        graph.Output(graph.Concat(0, [.. terms]), Terms, ElementType.Float, losses.Count.ToString());
        return graph.Output(total!.Value, Total);
    }

    private static GraphValue Of(IReadOnlyDictionary<string, GraphValue> maps, Loss loss) => maps[loss.Layer ?? Image];

    private static int Channels(Network network, Loss loss) => loss.Layer is null ? 3 : network.Channels(loss.Layer);

    /// <summary>Refuses losses that can't be computed together, or not on a network.</summary>
    internal static void Check(Network network, IReadOnlyList<Loss> losses)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(losses);
        if (losses.Count == 0) throw new ArgumentException("There must be at least one loss.", nameof(losses));
        string? twice = losses.GroupBy(l => l.Name).FirstOrDefault(g => g.Count() > 1)?.Key;
        if (twice is not null) throw new ArgumentException($"Two losses are named '{twice}'.", nameof(losses));
        foreach (Loss loss in losses)
            if (loss.Layer is not null) network.Canonical(loss.Layer);
    }
}
