using System.Numerics;

namespace MLNetStyle.PaintSamples;

/// <summary>Small helpers for colours and numbers.</summary>
internal static class Tone
{
    /// <summary>A colour 0..1 of its hexadecimal digits, 0xRRGGBB.</summary>
    public static Vector3 Hex(uint rgb) => new Vector3(rgb >> 16, (rgb >> 8) & 255, rgb & 255) / 255;

    public static Vector3 Mix(Vector3 a, Vector3 b, float t) => a + ((b - a) * Math.Clamp(t, 0, 1));

    /// <summary>0 below <paramref name="from"/>, 1 above <paramref name="to"/>, smooth between.</summary>
    public static float Step(float from, float to, float x)
    {
        float t = Math.Clamp((x - from) / (to - from), 0, 1);
        return t * t * (3 - (2 * t));
    }

    /// <summary>Scene light to display values: a filmic shoulder, then the gamma of sRGB.</summary>
    public static Vector3 Film(Vector3 light, float exposure = 1) =>
        new(Film(light.X * exposure), Film(light.Y * exposure), Film(light.Z * exposure));

    /// <summary>A colour between the stops of a ramp, t 0..1.</summary>
    public static Vector3 Ramp(float t, params ReadOnlySpan<Vector3> stops)
    {
        float p = Math.Clamp(t, 0, 1) * (stops.Length - 1);
        int i = Math.Min((int)p, stops.Length - 2);
        return Mix(stops[i], stops[i + 1], p - i);
    }

    private static float Film(float x)
    {
        x = Math.Max(x, 0);
        x = x * ((2.51f * x) + 0.03f) / ((x * ((2.43f * x) + 0.59f)) + 0.14f);
        return MathF.Pow(Math.Clamp(x, 0, 1), 1 / 2.2f);
    }
}
