using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetStyle.PaintSamples;

/// <summary>Random fields: hashes, gradient noise, and what is built of them. The same arguments always give the same value.</summary>
internal static class Noise
{
    public static uint Hash(int x, int y, int seed = 0)
    {
        uint h = ((uint)x * 0x9E3779B1u) ^ ((uint)y * 0x85EBCA77u) ^ ((uint)seed * 0xC2B2AE3Du);
        h ^= h >> 15;
        h *= 0x2C1B3C6Du;
        h ^= h >> 12;
        h *= 0x297A2D39u;
        return h ^ (h >> 15);
    }

    /// <summary>0 to 1.</summary>
    public static float Unit(int x, int y, int seed = 0) => (Hash(x, y, seed) >> 8) * (1f / 16777216);

    /// <summary>Gradient noise, about -1 to 1, with features of size 1.</summary>
    public static float At(float x, float y, int seed = 0)
    {
        float fx = MathF.Floor(x), fy = MathF.Floor(y);
        int ix = (int)fx, iy = (int)fy;
        x -= fx;
        y -= fy;
        float u = Fade(x), v = Fade(y);
        float top = Lerp(Slope(ix, iy, x, y, seed), Slope(ix + 1, iy, x - 1, y, seed), u);
        float bottom = Lerp(Slope(ix, iy + 1, x, y - 1, seed), Slope(ix + 1, iy + 1, x - 1, y - 1, seed), u);
        return 1.5f * Lerp(top, bottom, v);
    }

    /// <summary>Three-dimensional noise of planes of two-dimensional noise, blended along z.</summary>
    public static float At(Vector3 p, int seed = 0)
    {
        float fz = MathF.Floor(p.Z);
        int iz = (int)fz;
        return Lerp(At(p.X, p.Y, seed + (iz * 131)), At(p.X, p.Y, seed + ((iz + 1) * 131)), Fade(p.Z - fz));
    }

    /// <summary>Octaves of noise, each finer by two and weaker by <paramref name="gain"/>.</summary>
    public static float Fractal(float x, float y, int octaves, int seed = 0, float gain = 0.5f)
    {
        float sum = 0, weight = 1;
        for (int i = 0; i < octaves; i++)
        {
            sum += weight * At(x, y, seed + i);
            (x, y) = ((1.6f * x) + (1.2f * y) + 3.7f, (-1.2f * x) + (1.6f * y) - 1.3f);
            weight *= gain;
        }
        return sum;
    }

    /// <summary>Octaves of creases, each rougher where the last one was high: mountains. About 0 to 1.</summary>
    public static float Ridged(float x, float y, int octaves, int seed = 0)
    {
        float sum = 0, weight = 0.5f, previous = 1;
        for (int i = 0; i < octaves; i++)
        {
            float n = 1 - MathF.Abs(At(x, y, seed + i));
            n *= n;
            sum += n * weight * previous;
            previous = Math.Clamp(n * 1.4f, 0, 1);
            (x, y) = ((1.6f * x) + (1.2f * y) + 1.9f, (-1.2f * x) + (1.6f * y) + 7.1f);
            weight *= 0.5f;
        }
        return sum;
    }

    /// <summary>The nearest and second-nearest of points scattered one a cell: distances, and the nearest one's own number and
    /// place.</summary>
    public static (float Near, float Second, uint Id, Vector2 Offset) Cells(float x, float y, int seed = 0)
    {
        int ix = (int)MathF.Floor(x), iy = (int)MathF.Floor(y);
        float near = 9, second = 9;
        uint id = 0;
        Vector2 offset = default;
        for (int j = iy - 1; j <= iy + 1; j++)
            for (int i = ix - 1; i <= ix + 1; i++)
            {
                uint h = Hash(i, j, seed);
                Vector2 d = new(x - i - ((h & 0xFFFF) / 65536f), y - j - ((h >> 16) / 65536f));
                float distance = d.LengthSquared();
                if (distance < near) (second, near, id, offset) = (near, distance, h, d);
                else if (distance < second) second = distance;
            }
        return (MathF.Sqrt(near), MathF.Sqrt(second), id, offset);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Slope(int ix, int iy, float x, float y, int seed)
    {
        uint h = Hash(ix, iy, seed);
        return (x * (((h & 0xFFFF) / 32768f) - 1)) + (y * (((h >> 16) / 32768f) - 1));
    }

    private static float Fade(float t) => t * t * t * ((t * ((t * 6) - 15)) + 10);

    private static float Lerp(float a, float b, float t) => a + ((b - a) * t);
}
