namespace MLNetStyle.Stylization;

/// <summary>
/// A picture of noise at many scales with the spectrum of photographs, and how large VGG-19's feature maps are on it: what absolute weights
/// that were found on VGG-19 are converted by for a network with other widths or taps.
/// </summary>
/// <remarks>`benchmarks -- activations` prints the table of a network. Immutable and safe to share between threads.</remarks>
internal static class ActivationReference
{
    private const int Side = 256;
    private static readonly Lazy<PlanarImage> s_picture = new(Paint);

    /// <summary>The layers that the table has, convolutions and what their ReLUs leave.</summary>
    public static IReadOnlyList<string> Layers => [.. s_vgg19.Keys];

    /// <summary>The picture, 256 x 256; a copy.</summary>
    public static PlanarImage Picture => s_picture.Value.Clone();

    private static readonly Dictionary<string, ActivationSize> s_vgg19 = new()
    {
        ["conv1_1"] = new(64, 22.468, 1396.1, 4.2851e09),
        ["relu1_1"] = new(64, 12.941, 740.41, 1.1921e09),
        ["conv1_2"] = new(64, 67.148, 14302, 4.0314e11),
        ["relu1_2"] = new(64, 51.958, 12802, 3.8808e11),
        ["conv2_1"] = new(128, 97.383, 17409, 1.5269e12),
        ["relu2_1"] = new(128, 57.226, 8184.4, 4.5157e11),
        ["conv2_2"] = new(128, 121.94, 31100, 2.0849e12),
        ["relu2_2"] = new(128, 50.257, 12659, 4.4947e11),
        ["conv3_1"] = new(256, 116.31, 27894, 6.1392e12),
        ["relu3_1"] = new(256, 54.398, 13206, 2.3762e12),
        ["conv3_2"] = new(256, 123.44, 29644, 8.9661e12),
        ["relu3_2"] = new(256, 78.158, 20759, 9.0961e12),
        ["conv3_3"] = new(256, 198.89, 77165, 1.519e14),
        ["relu3_3"] = new(256, 171.63, 72017, 1.6855e14),
        ["conv3_4"] = new(256, 353.89, 246930, 9.4164e14),
        ["relu3_4"] = new(256, 205.7, 172710, 7.4656e14),
        ["conv4_1"] = new(512, 449.19, 365010, 9.9525e15),
        ["relu4_1"] = new(512, 265.09, 215030, 4.8821e15),
        ["conv4_2"] = new(512, 506.23, 465940, 1.517e16),
        ["relu4_2"] = new(512, 161.72, 133150, 1.1091e15),
        ["conv4_3"] = new(512, 394.43, 271940, 5.1617e15),
        ["relu4_3"] = new(512, 97.816, 52870, 1.1241e14),
        ["conv4_4"] = new(512, 358.08, 191190, 4.9344e15),
        ["relu4_4"] = new(512, 16.626, 5889.6, 4.559e11),
        ["conv5_1"] = new(512, 110.65, 20430, 3.4995e13),
        ["relu5_1"] = new(512, 20.005, 3044.4, 4.3533e11),
    };

    /// <summary>The same of VGG-19 with average pooling and every filter rescaled by <see cref="UnitMeans"/>.</summary>
    private static readonly Dictionary<string, ActivationSize> s_unit = new()
    {
        ["relu1_1"] = new(64, 0.98724, 4.5365, 14453),
        ["relu1_2"] = new(64, 0.93577, 3.5894, 8575.3),
        ["relu2_1"] = new(128, 0.93162, 3.7885, 31588),
        ["relu2_2"] = new(128, 0.99135, 5.4352, 35409),
        ["relu3_1"] = new(256, 0.95997, 4.0898, 100740),
        ["relu3_2"] = new(256, 0.95443, 4.1874, 124780),
        ["relu3_3"] = new(256, 0.98437, 2.7234, 101930),
        ["relu3_4"] = new(256, 0.96757, 5.3219, 129560),
        ["relu4_1"] = new(512, 0.90204, 3.3654, 334440),
        ["relu4_2"] = new(512, 0.87995, 5.9805, 475810),
        ["relu4_3"] = new(512, 0.92361, 6.96, 563350),
        ["relu4_4"] = new(512, 0.89527, 23.903, 1621500),
        ["relu5_1"] = new(512, 0.94062, 8.9562, 537270),
    };

    /// <summary>How large the map of the rescaled VGG-19 is on the picture.</summary>
    /// <param name="layer">The layer's name, for example relu4_2.</param>
    /// <returns>Null for a layer that the table lacks.</returns>
    public static ActivationSize? Unit(string layer) => s_unit.TryGetValue(layer, out ActivationSize size) ? size : null;

    /// <summary>How large VGG-19's map is on the picture, for an input of 0..255 less ImageNet's mean.</summary>
    /// <param name="layer">The layer's name, for example relu4_2.</param>
    /// <returns>Null for a layer that the table lacks.</returns>
    public static ActivationSize? Vgg19(string layer) => s_vgg19.TryGetValue(layer, out ActivationSize size) ? size : null;

    // Value noise: at every octave a lattice of random greys and, fainter, colours, joined smoothly; amplitudes as their period.
    private static PlanarImage Paint()
    {
        PlanarImage picture = new(Side, Side), shades = Noise.Make(Side, Side, 7, NoiseKind.Uniform);
        for (int period = Side / 2; period >= 2; period /= 2)
        {
            float amplitude = 1.1f * MathF.Pow((float)period / Side, 0.8f);
            for (int c = 0; c < PlanarImage.Channels; c++)
                for (int y = 0; y < Side; y++)
                    for (int x = 0; x < Side; x++)
                        picture.Plane(c)[y * Side + x] += amplitude * (At(shades, 0, period, x, y)
                            + 0.4f * At(shades, 1 + c % 2, period, x, y) * (c - 1 == 0 ? -1 : 1));
        }
        foreach (ref float sample in picture.Samples.AsSpan()) sample = PixelBytes.ToByte(118 + sample);
        return picture;
    }

    private static float At(PlanarImage shades, int plane, int period, int x, int y)
    {
        int column = x / period, row = y / period;
        float u = Smooth((x % period) / (float)period), v = Smooth((y % period) / (float)period);
        return Lerp(Lerp(Shade(0, 0), Shade(1, 0), u), Lerp(Shade(0, 1), Shade(1, 1), u), v);

        float Shade(int dx, int dy) =>
            shades.Plane(plane)[(row + dy + 11 * period) % Side * Side + (column + dx + 29 * period) % Side] - 127.5f;
    }

    private static float Smooth(float t) => t * t * (3 - 2 * t);

    private static float Lerp(float a, float b, float t) => a + t * (b - a);
}

/// <summary>How large a feature map is.</summary>
/// <param name="Channels">Its channels.</param>
/// <param name="Magnitude">The mean of |F|.</param>
/// <param name="Energy">The mean of F^2.</param>
/// <param name="Products">The sum of the squares of F F^T / (H W).</param>
/// <remarks>Immutable and safe to share between threads.</remarks>
internal readonly record struct ActivationSize(int Channels, double Magnitude, double Energy, double Products)
{
    /// <summary>The size of the map if all activations were a number of times larger.</summary>
    /// <param name="factor">The number.</param>
    public ActivationSize Scaled(double factor) =>
        new(Channels, Magnitude * factor, Energy * factor * factor, Products * factor * factor * factor * factor);
}
