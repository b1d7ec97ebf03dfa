namespace MLNetStyle.Training;

/// <summary>Parameters that are updated together, by Adam (Kingma and Ba 2015, algorithm 1).</summary>
internal class ParameterGroup(float[] values, float[] average)
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
    public void Update(float[] gradient, double rate)
    {
        Updates++;
        Move(gradient, rate);
        float share = 1 - (float)Math.Min(0.998, (1.0 + Updates) / (10 + Updates));
        for (int i = 0; i < values.Length; i++) average[i] += share * (values[i] - average[i]);
    }

    /// <summary>Changes the values.</summary>
    protected virtual void Move(float[] gradient, double rate) => Adam(gradient, rate, 0);

    /// <summary>Adam's step for the values from one on.</summary>
    protected void Adam(float[] gradient, double rate, int from)
    {
        float step = (float)(rate / (1 - Math.Pow(Beta1, Updates))), root = (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, Updates)));
        for (int i = from; i < values.Length; i++)
        {
            float g = gradient[i];
            float m = Mean[i] = Beta1 * Mean[i] + (1 - Beta1) * g;
            float v = Square[i] = Beta2 * Square[i] + (1 - Beta2) * g * g;
            values[i] -= step * m / (MathF.Sqrt(v) * root + Epsilon);
        }
    }
}
