using MLNetStyle.Optimization;

namespace MLNetStyle.Stylization;

/// <summary>What a stage leaves behind: its best or its averaged iterate, and whether it has converged.</summary>
internal sealed class StageTracker(int length, StylizationOptions options)
{
    // Every step of L-BFGS leads to a lower total, so its last iterate is the best.
    private readonly float[] _best = options.Optimizer == OptimizerKind.Adam ? new float[length] : [];
    private readonly float[] _average = options.AverageIterates ? new float[length] : [];
    private readonly double[] _recent = new double[options.Optimizer == OptimizerKind.Adam ? 50 : 10];
    private int _count, _since;

    /// <summary>The lowest total so far.</summary>
    public double Best { get; private set; } = double.NaN;

    /// <summary>Whether the best total fell by less than the tolerance over the last iterations.</summary>
    public bool Converged { get; private set; }

    /// <summary>Takes the first iterate, or the one from which on the total is another function.</summary>
    public void Begin(ReadOnlySpan<float> point, double total)
    {
        if (_best.Length > 0) point.CopyTo(_best);
        (Best, _recent[0], _since) = (total, total, 0);
    }

    /// <summary>Takes an iterate.</summary>
    public void Add(ReadOnlySpan<float> point, double total)
    {
        _count++;
        _since++;
        if (total < Best)
        {
            Best = total;
            if (_best.Length > 0) point.CopyTo(_best);
        }
        if (_average.Length > 0)
        {
            System.Numerics.Tensors.TensorPrimitives.Multiply(_average, (float)options.AverageDecay, _average);
            VectorMath.AddScaled(1 - options.AverageDecay, point, _average);
        }
        int slot = _since % _recent.Length;
        Converged = _since >= _recent.Length && _recent[slot] - Best < options.Tolerance * Math.Abs(_recent[slot]);
        _recent[slot] = Best;
    }

    /// <summary>The picture that the stage has made, in memory of its own.</summary>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="last">The last iterate.</param>
    public PlanarImage Picture(int width, int height, ReadOnlySpan<float> last)
    {
        if (_average.Length == 0 || _count == 0) return new PlanarImage(width, height, _best.Length > 0 ? _best : last.ToArray());
        float[] picture = new float[length];
        System.Numerics.Tensors.TensorPrimitives.Multiply(_average, (float)(1 / (1 - Math.Pow(options.AverageDecay, _count))), picture);
        VectorMath.Clamp(picture, 0, 255, picture);
        return new PlanarImage(width, height, picture);
    }
}
