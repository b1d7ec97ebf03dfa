using System.Globalization;

namespace MLNetStyle.Networks;

/// <summary>
/// What a network's first convolution was trained on: pixel values 0..255 become (value * <see cref="Scale"/> - mean) / std, channel by
/// channel.
/// </summary>
/// <remarks>Immutable and safe to share between threads.</remarks>
internal sealed class Preprocessing
{
    private readonly float[] _mean;
    private readonly float[] _std;

    /// <summary>Describes a preprocessing.</summary>
    /// <param name="scale">The factor that brings pixel values 0..255 to the range that mean and std are given in; positive.</param>
    /// <param name="mean">What is subtracted after scaling: three values, red, green, blue.</param>
    /// <param name="std">What the difference is divided by: three positive values, red, green, blue.</param>
    /// <param name="bgr">Whether the first convolution's input channels are blue, green, red rather than red, green, blue.</param>
    /// <exception cref="ArgumentException">A value is missing, not finite, or not positive where it must be.</exception>
    public Preprocessing(float scale, ReadOnlySpan<float> mean, ReadOnlySpan<float> std, bool bgr = false)
    {
        if (!(scale > 0) || !float.IsFinite(scale)) throw new ArgumentException($"The scale must be positive; it is {scale}.",
            nameof(scale));
        if (mean.Length != 3) throw new ArgumentException($"The mean must have three values; it has {mean.Length}.", nameof(mean));
        if (std.Length != 3) throw new ArgumentException($"The std must have three values; it has {std.Length}.", nameof(std));
        foreach (float m in mean)
            if (!float.IsFinite(m)) throw new ArgumentException($"Every mean must be finite; one is {m}.", nameof(mean));
        foreach (float s in std)
            if (!(s > 0) || !float.IsFinite(s)) throw new ArgumentException($"Every std must be positive; one is {s}.", nameof(std));
        (Scale, _mean, _std, Bgr) = (scale, mean.ToArray(), std.ToArray(), bgr);
    }

    /// <summary>The preprocessing of torchvision's models: pixels scaled to 0..1, ImageNet's mean and standard deviation.</summary>
    public static Preprocessing Torchvision { get; } = new(1f / 255, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>The preprocessing of the Oxford release in red, green, blue order: pixels 0..255 less ImageNet's mean.</summary>
    public static Preprocessing Oxford { get; } = new(1, [123.68f, 116.779f, 103.939f], [1, 1, 1]);

    /// <summary>The factor on pixel values 0..255.</summary>
    public float Scale { get; }

    /// <summary>What is subtracted after scaling: red, green, blue.</summary>
    public IReadOnlyList<float> Mean => _mean;

    /// <summary>What the difference is divided by: red, green, blue.</summary>
    public IReadOnlyList<float> Std => _std;

    /// <summary>Whether the first convolution's input channels are blue, green, red.</summary>
    public bool Bgr { get; }

    /// <summary>The colour, 0..255, that becomes zero: mean / scale for red, green and blue.</summary>
    public float[] Offset() => [.. _mean.Select(m => (float)((double)m / Scale))];

    /// <summary>What is left to multiply by once the offset is subtracted: scale / std for red, green and blue.</summary>
    public float[] Gain() => [.. _std.Select(s => (float)((double)Scale / s))];

    /// <summary>Reads the preprocessing that a model file's metadata states; null if it states none.</summary>
    /// <remarks>
    /// The keys: pixel_scale (what white is, 255 or 1), mean and std (three numbers with commas between, in that range, in the
    /// order of the channels), channel_order (RGB or BGR).
    /// </remarks>
    internal static Preprocessing? FromMetadata(IReadOnlyDictionary<string, string> metadata, string file)
    {
        string[] keys = ["pixel_scale", "mean", "std", "channel_order"];
        if (!keys.Any(metadata.ContainsKey)) return null;
        string order = metadata.GetValueOrDefault("channel_order", "RGB").Trim().ToUpperInvariant();
        if (order is not ("RGB" or "BGR")) throw Bad("channel_order", order, "RGB or BGR");
        float white = Numbers("pixel_scale", "255", 1)[0];
        float[] mean = Numbers("mean", "0,0,0", 3), std = Numbers("std", "1,1,1", 3);
        if (order == "BGR") { Array.Reverse(mean); Array.Reverse(std); }
        try { return new Preprocessing((float)(white / 255.0), mean, std, order == "BGR"); }
        catch (ArgumentException e) { throw new InvalidDataException($"'{file}' states an impossible preprocessing. {e.Message}", e); }

        float[] Numbers(string key, string fallback, int count)
        {
            string text = metadata.GetValueOrDefault(key, fallback);
            string[] parts = text.Split(',');
            float[] values = new float[count];
            if (parts.Length != count) throw Bad(key, text, count == 1 ? "one number" : $"{count} numbers with commas between");
            for (int i = 0; i < count; i++)
                if (!float.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i])) throw Bad(key, text,
                    "numbers");
            return values;
        }

        InvalidDataException Bad(string key, string value, string expected) =>
            new($"The metadata of '{file}' has {key} = '{value}' where {expected} must stand.");
    }
}
