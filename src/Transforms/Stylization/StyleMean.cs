using MLNetStyle.Graphs;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>The blend of statistics that arrive one image after the other; sums are kept in double.</summary>
/// <param name="losses">The losses that they belong to.</param>
/// <param name="total">The sum of all weights; null if it is not known beforehand.</param>
internal sealed class StyleMean(IReadOnlyList<Loss> losses, double? total)
{
    private IReadOnlyList<GraphTensor> _first = [];
    private double[][]? _sums;
    private float[][]? _blends;
    private double _weight;
    private int _count;

    /// <summary>The blend; of a single image what was measured, bit by bit.</summary>
    public IReadOnlyList<GraphTensor> Value => _sums is null
        ? _first
        : [.. _first.Select((f, i) => new GraphTensor(losses[i].BlendsByMean ? Array.ConvertAll(_sums[i], v => (float)(v / _weight)) : _blends![i], [.. f.Shape]))];

    public void Add(IReadOnlyList<GraphTensor> statistics, double weight)
    {
        if (_count++ == 0)
        {
            (_first, _weight) = (statistics, weight);
            return;
        }
        if (_sums is null)
        {
            _sums = [.. _first.Select((f, i) => losses[i].BlendsByMean ? new double[f.Values.Length] : [])];
            _blends = [.. _first.Select((f, i) => losses[i].BlendsByMean ? [] : new float[f.Values.Length])];
            Accumulate(_first, 0, _weight);
        }
        Accumulate(statistics, _weight, weight);
        _weight += weight;
    }

    private void Accumulate(IReadOnlyList<GraphTensor> statistics, double before, double weight)
    {
        for (int i = 0; i < losses.Count; i++)
        {
            ReadOnlySpan<float> values = statistics[i].Values.Span;
            if (!losses[i].BlendsByMean)
            {
                double all = total ?? throw new NotSupportedException($"The loss '{losses[i].Name}' has to know how many images a style has before it measures them; here they come one by one. Use another statistic.");
                losses[i].Blend(values, before / all, (before + weight) / all, _blends![i]);
                continue;
            }
            double[] sum = _sums![i];
            for (int k = 0; k < sum.Length; k++) sum[k] += weight * values[k];
        }
    }
}
