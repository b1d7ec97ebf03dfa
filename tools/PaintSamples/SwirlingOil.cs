using System.Numerics;

namespace MLNetStyle.PaintSamples;

/// <summary>A burning sky over a rolling sea in thick oil: long strokes along a field of whirls, lit from the side like real
/// relief.</summary>
internal sealed class SwirlingOil(Canvas canvas, int seed)
{
    private static readonly (float X, float Y, float R, float Turn)[] s_whirls =
    [
        (0.93f, 0.30f, 0.200f, 1.15f), (0.36f, 0.22f, 0.150f, -0.85f), (0.62f, 0.44f, 0.085f, 0.45f), (0.10f, 0.44f, 0.100f, 0.55f),
        (1.26f, 0.50f, 0.110f, -0.55f), (0.64f, 0.08f, 0.090f, 0.50f), (1.22f, 0.09f, 0.100f, -0.60f), (0.05f, 0.08f, 0.090f, 0.50f),
        (0.28f, 0.74f, 0.110f, 0.60f), (0.80f, 0.83f, 0.140f, 0.70f), (1.18f, 0.74f, 0.090f, 0.50f), (0.50f, 0.93f, 0.080f, 0.45f),
    ];

    private readonly float[] _relief = new float[canvas.Width * canvas.Height];
    private readonly Random _random = new(seed);

    public static void Paint(Canvas canvas, int seed)
    {
        SwirlingOil oil = new(canvas, seed);
        canvas.Fill((x, y) => Tone.Mix(oil.Colour(x, y), Tone.Hex(0x5a2a1c), 0.4f));
        oil.Layer(5200, 0.26f, 0.027f, 0.05f);
        oil.Layer(15000, 0.17f, 0.0145f, 0.08f);
        oil.Layer(24000, 0.105f, 0.0085f, 0.11f);
        oil.Light();
    }

    /// <summary>The same picture in flat colours: the dark sky, the burning one above the horizon, which stands for land, and the
    /// sea.</summary>
    public static void PaintRegions(Canvas canvas, int seed) => canvas.Fill((x, y) =>
        y >= Horizon(x) ? RegionColours.Water : y > 0.30f + (0.05f * Noise.Fractal(x * 2.2f, 0, 3, seed + 9)) ? RegionColours.Land
            : RegionColours.Sky);

    private static float Horizon(float x) => 0.60f + (0.03f * MathF.Sin((x * 4.5f) + 0.6f)) + (0.012f * MathF.Sin((x * 17) + 1));

    /// <summary>The stream function: strokes run along its level lines.</summary>
    private float Stream(float x, float y)
    {
        float horizon = 0.60f + (0.03f * MathF.Sin((x * 4.5f) + 0.6f));
        float psi = (0.21f * y) + (0.055f * MathF.Sin((x * 3.4f) + (y * 5)) * Tone.Step(-0.3f, 0.2f, Math.Abs(y - horizon)));
        foreach ((float cx, float cy, float r, float turn) in s_whirls)
        {
            float d = (((x - cx) * (x - cx)) + ((y - cy) * (y - cy))) / (r * r);
            psi += turn * r * 0.70f * MathF.Exp(-d * 0.9f);
        }
        return psi + (0.012f * Noise.Fractal(x * 4, y * 4, 2, seed + 1));
    }

    private Vector2 Flow(Vector2 p)
    {
        const float E = 0.002f;
        Vector2 along = new(Stream(p.X, p.Y + E) - Stream(p.X, p.Y - E), Stream(p.X - E, p.Y) - Stream(p.X + E, p.Y));
        float length = along.Length();
        return length < 1e-7f ? Vector2.UnitX : along / length;
    }

    private Vector3 Colour(float x, float y)
    {
        float psi = Stream(x, y), bands = 0.5f + (0.5f * MathF.Sin(psi * 120)) + (0.22f * Noise.Fractal(x * 9, y * 9, 3, seed + 5));
        float horizon = Horizon(x), sun = new Vector2(x - 0.93f, y - 0.30f).Length();
        if (y < horizon)
        {
            Vector3 high = Tone.Ramp(bands, Tone.Hex(0x1d1a5e), Tone.Hex(0x4a2f9c), Tone.Hex(0x7d3fa8), Tone.Hex(0x2f62c4));
            Vector3 middle = Tone.Ramp(bands, Tone.Hex(0x8e1b4f), Tone.Hex(0xd4313d), Tone.Hex(0xf0632b), Tone.Hex(0x5b2a86));
            Vector3 low = Tone.Ramp(bands, Tone.Hex(0xe2571f), Tone.Hex(0xf59a23), Tone.Hex(0xffd04a), Tone.Hex(0xd63f35));
            float depth = (y / horizon) + (0.25f * Noise.Fractal(x * 2.2f, y * 3, 3, seed + 9)) + (0.55f * Tone.Step(0.55f, 0.1f, sun));
            Vector3 sky = depth < 0.55f ? Tone.Mix(high, middle, Tone.Step(0.15f, 0.55f, depth))
                : Tone.Mix(middle, low, Tone.Step(0.55f, 0.95f, depth));
            foreach ((float cx, float cy, float r, _) in s_whirls)
                if (cy < 0.55f && r < 0.16f) sky = Tone.Mix(sky,
                    Tone.Ramp(bands, Tone.Hex(0xffe9a0), Tone.Hex(0xf4b63a), Tone.Hex(0xf6f0d0)),
                    Tone.Step(0.42f * r, 0.18f * r, new Vector2(x - cx, y - cy).Length()));
            float ring = 0.5f + (0.5f * MathF.Sin(sun * 125));
            Vector3 glow = Tone.Ramp(ring, Tone.Hex(0xff9c1a), Tone.Hex(0xffe45c), Tone.Hex(0xfff6c4));
            return Tone.Mix(sky, glow, Tone.Step(0.20f, 0.095f, sun));
        }
        float near = (y - horizon) / (1 - horizon);
        Vector3 sea = Tone.Ramp(bands, Tone.Hex(0x0b2a4e), Tone.Hex(0x0f5e7d), Tone.Hex(0x18988f), Tone.Hex(0x0f3f86), Tone.Hex(0x58c2b0));
        sea = Tone.Mix(sea, Tone.Ramp(bands, Tone.Hex(0x06204a), Tone.Hex(0x0e6f5c), Tone.Hex(0x1b4fa0), Tone.Hex(0x2ab59b)), near);
        float foam = Tone.Step(0.62f, 0.92f, MathF.Sin(psi * 190) + (0.45f * Noise.Fractal(x * 6, y * 11, 3, seed + 12)));
        sea = Tone.Mix(sea, Tone.Hex(0xe9f2d8), 0.85f * foam);
        float path = Tone.Step(0.20f, 0.02f, Math.Abs(x - 0.93f + (0.04f * MathF.Sin(y * 40)))) * Tone.Step(1.0f, 0.1f,
            near) * Tone.Step(0.35f, 0.65f, bands);
        return Tone.Mix(sea, Tone.Ramp(bands, Tone.Hex(0xf06c2e), Tone.Hex(0xffc24d)), path);
    }

    private void Layer(int count, float length, float width, float jitter)
    {
        // A shuffled grid, so that strokes are everywhere and lie over one another in no order.
        int columns = (int)MathF.Sqrt(count * canvas.Aspect), rows = (count / columns) + 1;
        (int Column, int Row)[] places = [.. from r in Enumerable.Range(0, rows) from c in Enumerable.Range(0, columns) select (c, r)];
        _random.Shuffle(places);
        foreach ((int column, int row) in places)
        {
            Vector2 at = new((column + _random.NextSingle()) / columns * canvas.Aspect, (row + _random.NextSingle()) / rows);
            Vector3 colour = Colour(at.X, at.Y) * (1 + (jitter * 2.2f * (_random.NextSingle() - 0.5f)));
            colour += jitter * (new Vector3(_random.NextSingle(), _random.NextSingle(), _random.NextSingle()) - new Vector3(0.5f));
            if (_random.NextSingle() < 0.035f) colour = Tone.Mix(colour, Tone.Hex(0x3a4fd0), 0.55f);
            Stroke(at, length * (0.5f + _random.NextSingle()), width * (0.7f + (0.6f * _random.NextSingle())), colour, _random.Next());
        }
    }

    private void Stroke(Vector2 middle, float length, float width, Vector3 colour, int own)
    {
        Vector2 p = middle;
        for (float s = 0; s < length / 2; s += 0.004f) p -= 0.004f * Flow(p);
        float step = 0.55f / canvas.Height;
        int bristles = Math.Max(3, (int)(width / step)), steps = (int)(length / step);
        Vector2 along = Flow(p);
        float side = (_random.NextSingle() - 0.5f) * 0.22f;
        for (int i = 0; i < steps; i++)
        {
            if (i % 8 == 0) along = Flow(p);
            Vector2 across = new(-along.Y, along.X);
            float t = (float)i / steps, swell = Math.Min(1, Math.Min(t * 9, (1 - t) * 5)), load = 1 - (0.45f * t);
            for (int b = 0; b < bristles; b++)
            {
                float v = (((b + 0.5f) / bristles) - 0.5f) * 2, hair = Noise.Unit(b * 3 / 2, own),
                    dry = Noise.At(b * 0.45f, (i * 0.010f) + (own % 977), seed);
                if (Math.Abs(v) > swell || (t > 0.55f && dry + (0.5f * hair) < (t - 0.9f) * 1.6f)) continue;
                Vector2 q = (p + (across * (v * width / 2)) + (across * (side * length * t * t * 0.15f))) * canvas.Height;
                int x = (int)q.X, y = (int)q.Y;
                if ((uint)x >= (uint)canvas.Width || (uint)y >= (uint)canvas.Height) continue;
                float ridge = MathF.Pow(Math.Abs(v), 4) * 0.55f;
                canvas.Blend(x, y, colour * (0.90f + (0.20f * hair)), 0.9f);
                ref float relief = ref _relief[(y * canvas.Width) + x];
                relief += (load * ((0.45f + (0.55f * hair) + ridge) * width * 42) - relief) * 0.65f;
            }
            p += along * step;
        }
    }

    private void Light()
    {
        Vector3[] flat = (Vector3[])canvas.Pixels.Clone();
        int w = canvas.Width, h = canvas.Height;
        float[] smooth = new float[_relief.Length];
        Parallel.For(1, h - 1, y =>
        {
            for (int x = 1; x < w - 1; x++)
            {
                int i = (y * w) + x;
                smooth[i] = (0.25f * _relief[i]) + (0.125f * (_relief[i - 1] + _relief[i + 1] + _relief[i - w] + _relief[i + w]))
                    + (0.0625f * (_relief[i - w - 1] + _relief[i - w + 1] + _relief[i + w - 1] + _relief[i + w + 1]));
            }
        });
        float strength = 0.9f * h / 1536;
        Parallel.For(1, h - 1, y =>
        {
            for (int x = 1; x < w - 1; x++)
            {
                int i = (y * w) + x;
                float weave = 0.05f * (MathF.Sin(x * 0.9f) + MathF.Sin(y * 0.9f));
                Vector3 normal = Vector3.Normalize(new((smooth[i - 1] - smooth[i + 1]) * strength,
                    (smooth[i - w] - smooth[i + w]) * strength, 0.55f + (0.02f * weave)));
                float light = Vector3.Dot(normal, Vector3.Normalize(new(-0.55f, -0.62f, 0.85f))),
                    shine = MathF.Pow(Math.Max(0, Vector3.Dot(normal, Vector3.Normalize(new(-0.32f, -0.36f, 1)))), 42);
                canvas.Pixels[i] = (flat[i] * (0.42f + (0.84f * Math.Max(0, light)))) + new Vector3(0.10f * Math.Max(0, shine - 0.25f));
            }
        });
    }
}
