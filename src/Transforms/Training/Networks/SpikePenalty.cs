using System.Numerics;
using MLNetStyle.Kernels;

namespace MLNetStyle.Training;

/// <summary>What keeps a training from painting blots: a price for places that stand far out of a normalised map.</summary>
/// <remarks>
/// <para>An instance normalisation takes a map's own mean and contrast away. A network gets them back by a spike: one place so strong that
/// it makes up most of the map's variance, and the rest small. Later layers amplify it, and it is painted as one round blot a picture
/// (Karras et al. 2020, "Analyzing and Improving the Image Quality of StyleGAN", arXiv 1912.04958, section 2, who changed the
/// normalisation; here the network stays as it is and the training charges for spikes).</para>
/// <para>With x the map after mean and deviation, before the style's scale and shift:
/// weight sum over channels of mean over places of max(0, |x| - <see cref="Limit"/>)^2.</para>
/// </remarks>
internal static unsafe class SpikePenalty
{
    /// <summary>Deviations from the mean that cost nothing: bright points and edges of photographs reach some five.</summary>
    public const float Limit = 6;

    /// <summary>Adds the gradient of one block of sixteen channels.</summary>
    /// <param name="values">The block before its normalisation.</param>
    /// <param name="gradient">The gradient by those values, added to.</param>
    /// <param name="height">Rows.</param>
    /// <param name="mean">Each channel's mean.</param>
    /// <param name="inverse">One over each channel's deviation.</param>
    /// <param name="weight">What the penalty is multiplied by.</param>
    /// <returns>The penalty.</returns>
    public static double Add(PaddedBlock values, PaddedBlock gradient, int height, float* mean, float* inverse, double weight)
    {
        double sum = 0;
        for (int lane = 0; lane < Layout.Block; lane += Vector<float>.Count)
            sum += Add(values, gradient, height, lane, Vector.Load(mean + lane), Vector.Load(inverse + lane), weight);
        return sum;
    }

    /// <summary>How many deviations the place of one block stands out that stands out most.</summary>
    public static float Most(PaddedBlock values, int height, float* mean, float* inverse)
    {
        float most = 0;
        for (int y = 0; y < height; y++)
            for (int i = 0; i < values.Width * Layout.Block; i++)
                most = Math.Max(most, Math.Abs((values.Inside[y * values.Row + i] - mean[i % Layout.Block]) * inverse[i % Layout.Block]));
        return most;
    }

    private static double Add(PaddedBlock values, PaddedBlock gradient, int height, int lane, Vector<float> mean, Vector<float> inverse,
        double weight)
    {
        double pixels = (double)height * values.Width;
        float slope = (float)(2 * weight / pixels);
        Vector<float> penalty = default, slopes = default, products = default;
        for (int y = 0; y < height; y++)
        {
            float* row = values.Inside + y * values.Row + lane;
            for (int x = 0; x < values.Width; x++)
            {
                Vector<float> normal = (Vector.Load(row + x * Layout.Block) - mean) * inverse, over = Over(normal);
                penalty += over * over;
                slopes += over;
                products += over * normal;
            }
        }
        double sum = Vector.Sum(penalty);
        if (sum == 0) return 0;
        slopes *= slope / (float)pixels;
        products *= slope / (float)pixels;
        for (int y = 0; y < height; y++)
        {
            float* row = values.Inside + y * values.Row + lane, to = gradient.Inside + y * gradient.Row + lane;
            for (int x = 0; x < values.Width; x++)
            {
                Vector<float> normal = (Vector.Load(row + x * Layout.Block) - mean) * inverse;
                Vector<float> by = inverse * (Over(normal) * slope - slopes - normal * products);
                (Vector.Load(to + x * Layout.Block) + by).Store(to + x * Layout.Block);
            }
        }
        return weight * sum / pixels;
    }

    /// <summary>What is beyond the limit on either side, 0 within.</summary>
    private static Vector<float> Over(Vector<float> normal)
    {
        Vector<float> limit = new(Limit);
        return normal - Vector.Min(Vector.Max(normal, -limit), limit);
    }
}
