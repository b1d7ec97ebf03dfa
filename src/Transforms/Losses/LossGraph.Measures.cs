using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <content>Graphs over what an evaluator with a network of its own measures: maps, and second moments of maps where they
/// suffice.</content>
internal static partial class LossGraph
{
    /// <summary>The input for F F^T of a layer's own output F, [1, C, C].</summary>
    internal static string Moment(string layer) => $"moment of {layer}";

    /// <summary>The input for the number of positions of a layer, a scalar float.</summary>
    internal static string Positions(string layer) => $"positions of {layer}";

    /// <summary>Whether a loss needs its layer's moment alone, not the map.</summary>
    internal static bool TakesMoment(Loss loss) => loss is IMomentLoss && loss.Layer is not null;

    /// <summary>
    /// As <see cref="OverMaps"/>, of maps as they are seen through their layers' taps; layers go by their names in
    /// <see cref="Network.Layers"/>.
    /// </summary>
    internal static GraphBuilder OverMeasures(Network network, IReadOnlyList<Loss> losses)
    {
        Check(network, losses);
        GraphBuilder graph = new("losses of measures");
        MeasureInputs inputs = new(graph, network);
        GraphValue total = Sum(graph, network, losses, (loss, target) => loss.Term(graph, inputs.Map(loss), target));
        string[] names = [.. inputs.Outputs.Keys];
        GraphValue[] gradients = Differentiator.Gradient(graph, total, [.. names.Select(n => inputs.Outputs[n].Input)]);
        for (int i = 0; i < names.Length; i++) graph.Output(gradients[i], names[i], ElementType.Float, inputs.Outputs[names[i]].Shape);
        return graph;
    }

    /// <summary>As <see cref="Statistics"/>, from such maps, and from moments where they suffice.</summary>
    internal static GraphBuilder StatisticsOfMeasures(Network network, IReadOnlyList<Loss> losses)
    {
        Check(network, losses);
        GraphBuilder graph = new("statistics of measures");
        MeasureInputs inputs = new(graph, network);
        foreach (Loss loss in losses.Where(l => l.HasTarget))
        {
            GraphValue statistic = TakesMoment(loss)
                ? ((IMomentLoss)loss).MomentStatistic(graph, inputs.Moment(loss), inputs.Positions(loss))
                : loss.Statistic(graph, inputs.Map(loss))!.Value;
            graph.Output(statistic, Statistic(loss), ElementType.Float, loss.StatisticShape(Channels(network, loss)));
        }
        return graph;
    }

    /// <summary>Inputs made as they are asked for: maps as they are seen through their layers' taps, moments without.</summary>
    private sealed class MeasureInputs(GraphBuilder graph, Network network)
    {
        private readonly Dictionary<string, GraphValue> _seen = [];

        /// <summary>Gradients to give out: the input and its shape.</summary>
        public Dictionary<string, (GraphValue Input, string[] Shape)> Outputs { get; } = [];

        public GraphValue Map(Loss loss)
        {
            string? layer = loss.Layer is null ? null : network.Canonical(loss.Layer);
            string name = LossGraph.Map(layer), stem = layer is null ? "" : layer + " ";
            if (_seen.TryGetValue(name, out GraphValue seen)) return seen;
            string[] shape = ["1", Channels(network, loss).ToString(), $"{stem}height", $"{stem}width"];
            GraphValue input = graph.Input(name, ElementType.Float, shape);
            Outputs.Add(Gradient(layer), (input, shape));
            return _seen[name] = input;
        }

        public GraphValue Moment(Loss loss)
        {
            string layer = network.Canonical(loss.Layer!), name = LossGraph.Moment(layer);
            if (_seen.TryGetValue(name, out GraphValue seen)) return seen;
            string channels = Channels(network, loss).ToString();
            string[] shape = ["1", channels, channels];
            GraphValue input = graph.Input(name, ElementType.Float, shape);
            return _seen[name] = network.TappedMoment(graph, layer, input);
        }

        public GraphValue Positions(Loss loss)
        {
            string name = LossGraph.Positions(network.Canonical(loss.Layer!));
            return _seen.TryGetValue(name, out GraphValue seen) ? seen : _seen[name] = graph.Input(name);
        }
    }
}
