namespace MLNetStyle.Stylization;

/// <summary>How large a feature map is.</summary>
/// <param name="Channels">Its channels.</param>
/// <param name="Magnitude">The mean of |F|.</param>
/// <param name="Energy">The mean of F^2.</param>
/// <param name="Products">The sum of the squares of F F^T / (H W).</param>
/// <remarks>Immutable and safe to share between threads.</remarks>
public readonly record struct ActivationSize(int Channels, double Magnitude, double Energy, double Products)
{
    /// <summary>The size of the map if all activations were a number of times larger.</summary>
    /// <param name="factor">The number.</param>
    public ActivationSize Scaled(double factor) =>
        new(Channels, Magnitude * factor, Energy * factor * factor, Products * factor * factor * factor * factor);
}
