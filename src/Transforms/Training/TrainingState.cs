namespace MLNetStyle.Training;

/// <summary>All that a training needs to go on: parameters, their running average, Adam's moments and the counts.</summary>
/// <remarks>Not safe for use by several threads.</remarks>
internal sealed class TrainingState
{
    public TrainingState(TransformNetwork network)
    {
        Network = network;
        Average = network.Clone();
        Groups = [.. Arrays(network).Zip(Arrays(Average), (values, average) => new ParameterGroup(values, average))];
    }

    public TransformNetwork Network { get; }

    /// <summary>The running average of the parameters, which paints more evenly than any one of them.</summary>
    public TransformNetwork Average { get; }

    /// <summary>What all styles share, then each style's own.</summary>
    public IReadOnlyList<ParameterGroup> Groups { get; }

    public int Iteration { get; set; }

    public double Seconds { get; set; }

    /// <summary>The least loss at a checkpoint, and how many there have been since.</summary>
    public double Best { get; set; } = double.PositiveInfinity;

    public int SinceBest { get; set; }

    private static IEnumerable<float[]> Arrays(TransformNetwork network) => network.Norms.Prepend(network.Shared);
}

/// <summary>Parameters that are updated together, by Adam (Kingma and Ba 2015, algorithm 1).</summary>
internal sealed class ParameterGroup(float[] values, float[] average)
{
    private const float Beta1 = 0.9f, Beta2 = 0.99f, Epsilon = 1e-10f;

    public float[] Values => values;

    public float[] Average => average;

    public float[] Mean { get; } = new float[values.Length];

    public float[] Square { get; } = new float[values.Length];

    /// <summary>How often it was updated.</summary>
    public int Updates { get; set; }

    /// <summary>One update, and the average's.</summary>
    /// <param name="gradient">The gradient.</param>
    /// <param name="rate">The learning rate.</param>
    public void Update(ReadOnlySpan<float> gradient, double rate)
    {
        Updates++;
        float step = (float)(rate / (1 - Math.Pow(Beta1, Updates))), root = (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, Updates)));
        float keep = (float)Math.Min(0.998, (1.0 + Updates) / (10 + Updates));
        for (int i = 0; i < values.Length; i++)
        {
            float g = gradient[i];
            float m = Mean[i] = Beta1 * Mean[i] + (1 - Beta1) * g;
            float v = Square[i] = Beta2 * Square[i] + (1 - Beta2) * g * g;
            values[i] -= step * m / (MathF.Sqrt(v) * root + Epsilon);
            average[i] += (1 - keep) * (values[i] - average[i]);
        }
    }
}
