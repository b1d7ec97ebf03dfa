using System.Numerics.Tensors;
using MLNetStyle.Graphs;
using MLNetStyle.Losses;

namespace MLNetStyle.Stylization;

/// <summary>
/// Keeps relative losses from dividing by next to nothing: a content of one grey, or of very little contrast, has hardly any energy in its
/// feature maps, and a loss that is divided by it would hold the picture against any style.
/// </summary>
/// <remarks>
/// A loss L = D / E, with E the energy of its target, becomes D / max(E, c R), R the energy that the same statistic has of a reference
/// picture.
/// Immutable and safe to share between threads.
/// </remarks>
internal sealed class EnergyFloor
{
    /// <summary>c: the share of the reference picture's energy.</summary>
    private const double Least = 0.1;

    /// <summary>Contents whose levels spread less than this, as a standard deviation, are looked at: others have energy enough.</summary>
    private const double FaintDeviation = 24;

    private const int ReferenceSide = 64;

    private readonly double[] _least;

    /// <summary>Measures the reference picture.</summary>
    /// <param name="engine">The engine with the network.</param>
    /// <param name="losses">The losses of a run.</param>
    public EnergyFloor(IStyleEngine engine, IReadOnlyList<Loss> losses)
    {
        Loss[] plain = [.. losses.Select(l => l is GuidedLoss guided ? guided.Loss : l)];
        Loss[] measured = [.. plain.Where(l => l.HasTarget && l.DividesByEnergy).DistinctBy(l => l.Name)];
        Dictionary<string, double> energies = [];
        if (measured.Length > 0)
        {
            using IStyleMeter meter = engine.CreateMeter(measured);
            IReadOnlyList<GraphTensor> statistics = meter.Measure(Resizer.Resize(ActivationReference.Picture, ReferenceSide,
                ReferenceSide));
            for (int i = 0; i < measured.Length; i++) energies[measured[i].Name] = Energy(statistics[i]);
        }
        _least = [.. plain.Select(l => Least * energies.GetValueOrDefault(l.Name))];
    }

    /// <summary>Whether a picture has so little contrast that its energy is worth a look.</summary>
    public static bool IsFaint(PlanarImage image)
    {
        for (int c = 0; c < PlanarImage.Channels; c++)
        {
            ReadOnlySpan<float> plane = image.Plane(c);
            double mean = TensorPrimitives.Sum(plane) / (double)plane.Length,
                squares = TensorPrimitives.SumOfSquares(plane) / (double)plane.Length;
            if (squares - mean * mean >= FaintDeviation * FaintDeviation) return false;
        }
        return true;
    }

    /// <summary>What each loss's term is multiplied by, so that it is as if its divisor had a floor: 1 where it needs none.</summary>
    /// <param name="targets">The losses' targets; null where there is none.</param>
    public double[] Factors(IReadOnlyList<GraphTensor?> targets)
    {
        double[] factors = new double[targets.Count];
        for (int i = 0; i < factors.Length; i++)
        {
            double energy = targets[i] is { } target ? Energy(target) : double.PositiveInfinity;
            // A target of zeros is compared with as it is, as if its energy were 1.
            factors[i] = energy >= _least[i] ? 1 : (energy > 0 ? energy : 1) / _least[i];
        }
        return factors;
    }

    private static double Energy(GraphTensor statistic)
    {
        const int AtOnce = 4096;
        ReadOnlySpan<float> values = statistic.Values.Span;
        double sum = 0;
        for (int i = 0; i < values.Length; i += AtOnce) sum += TensorPrimitives.SumOfSquares(values.Slice(i,
            Math.Min(AtOnce, values.Length - i)));
        return sum / values.Length;
    }
}
