using MLNetStyle.Graphs;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>The blend of statistics that arrive one image after the other, each image with a weight for every loss; sums are kept in
/// double.</summary>
/// <param name="losses">The losses that they belong to.</param>
/// <param name="totals">The sums of all weights, one a loss; null if they are not known beforehand.</param>
internal sealed class StyleMean(IReadOnlyList<Loss> losses, IReadOnlyList<double>? totals)
{
    private readonly Part[] _parts = [.. losses.Select((loss, i) => new Part(loss, totals?[i]))];

    /// <summary>The blend; of a single image what was measured, bit by bit.</summary>
    public IReadOnlyList<GraphTensor> Value => [.. _parts.Select((p, i) => losses[i].Kept(p.Value))];

    /// <summary>Adds an image.</summary>
    /// <param name="statistics">What was measured, one a loss.</param>
    /// <param name="weights">One a loss; where it is 0 the statistic is left out.</param>
    public void Add(IReadOnlyList<GraphTensor> statistics, IReadOnlyList<double> weights)
    {
        for (int i = 0; i < _parts.Length; i++)
            if (weights[i] > 0) _parts[i].Add(statistics[i], weights[i]);
    }

    private sealed class Part(Loss loss, double? total)
    {
        private GraphTensor? _first;
        private double[]? _sum;
        private float[]? _blend;
        private double _weight;

        public GraphTensor Value =>
            _first is null ? throw new InvalidOperationException($"No style image covers '{loss.Name}'.")
            : _sum is not null ? new GraphTensor(Array.ConvertAll(_sum, v => (float)(v / _weight)), [.. _first.Shape])
            : _blend is not null ? new GraphTensor(_blend, [.. _first.Shape])
            : _first;

        public void Add(GraphTensor statistic, double weight)
        {
            if (_first is null)
            {
                (_first, _weight) = (statistic, weight);
                return;
            }
            ReadOnlySpan<float> before = _blend is null ? _first.Values.Span : _blend;
            if (loss.Merge(before, _weight, statistic.Values.Span, weight) is { } merged)
            {
                _blend = merged;
                _weight += weight;
                return;
            }
            if (_sum is null && _blend is null)
            {
                if (loss.BlendsByMean) _sum = new double[_first.Values.Length];
                else _blend = new float[_first.Values.Length];
                Accumulate(_first, 0, _weight);
            }
            Accumulate(statistic, _weight, weight);
            _weight += weight;
        }

        private void Accumulate(GraphTensor statistic, double before, double weight)
        {
            ReadOnlySpan<float> values = statistic.Values.Span;
            if (_sum is null)
            {
                double all = total ?? throw new NotSupportedException($"The loss '{loss.Name}' has to know how many images a style has "
                    + $"before it measures them; here they come one by one. Use another statistic.");
                loss.Blend(values, before / all, (before + weight) / all, _blend!);
                return;
            }
            for (int k = 0; k < _sum.Length; k++) _sum[k] += weight * values[k];
        }
    }
}
