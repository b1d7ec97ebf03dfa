using System.Numerics;

namespace MLNetStyle.PaintSamples;

/// <summary>The near bank of the lake: stones in the shallows, grass with flowers, and firs at the left.</summary>
internal sealed class LakeBank(Canvas canvas, int seed)
{
    private readonly Random _random = new(seed);

    public void Paint()
    {
        Stones(26, 0.0f);
        Ground();
        Stones(16, 0.055f);
        Grass();
        Fir(new(0.335f, 0.93f), 0.50f);
        Fir(new(0.02f, 0.97f), 0.80f);
        Fir(new(0.175f, 1.01f), 0.97f);
        for (float y = 0.965f; y < 1.07f; y += 0.008f) GrassRow(y, 500, 0.95f + (5 * (y - 0.965f)));
    }

    private float Bank(float x) =>
        0.885f - (0.105f * Tone.Step(0.55f, 0.0f, x)) + (0.035f * Tone.Step(0.8f, 1.33f, x))
            + (0.012f * Noise.Fractal(x * 5, 0, 4, seed + 5));

    private float Next(float from, float to) => from + ((to - from) * _random.NextSingle());

    private void Ground() => canvas.Shape(0, 0.74f, canvas.Aspect, 1, (x, y) =>
    {
        float into = y - Bank(x);
        if (into < 0) return (default, 0);
        float grain = Noise.Fractal(x * 60, y * 110, 5, seed + 11);
        (float near, float second, uint id, _) = Noise.Cells((x * 130) + (1.4f * grain), (y * 250) + grain, seed + 12);
        float pebble = Tone.Step(0, 0.25f, second - near);
        Vector3 stone = Tone.Mix(Tone.Hex(0x4e473e), Tone.Hex(0xa09483), ((id >> 9 & 255) / 255f * 0.8f) + (0.25f * grain)) * (0.5f
            + (0.5f * pebble));
        Vector3 soil = Tone.Mix(Tone.Hex(0x2c2a17), Tone.Hex(0x59552b), 0.5f + grain);
        Vector3 colour = Tone.Mix(stone, soil, Tone.Step(0.012f, 0.045f, into + (0.02f * grain)));
        return (Tone.Mix(colour * 0.45f, colour, Tone.Step(0, 0.010f, into)), Tone.Step(0, 0.003f, into));
    });

    private void Stones(int count, float inland)
    {
        List<(float X, float Y, float R)> stones = [];
        for (int i = 0; i < count; i++)
        {
            float x = Next(0.30f, canvas.Aspect + 0.05f), r = 0.012f + (0.050f * MathF.Pow(_random.NextSingle(), 2.5f));
            stones.Add((x, Bank(x) + inland + Next(-0.035f, 0.03f), r));
        }
        foreach ((float x, float y, float r) in stones.OrderBy(s => s.Y)) Stone(x, y, r, _random.Next());
    }

    private void Stone(float cx, float cy, float r, int own)
    {
        Vector3 hue = Tone.Mix(Tone.Hex(0x5f5a55), Tone.Hex(0x9a8c7a), Noise.Unit(own, 1));
        float flat = 0.5f + (0.25f * Noise.Unit(own, 2));
        canvas.Shape(cx - (r * 1.6f), cy + (r * 0.15f), cx + (r * 1.8f), cy + (r * 0.7f), (x, y) =>
        {
            float d = new Vector2((x - cx - (r * 0.15f)) / (1.35f * r), (y - cy - (r * 0.36f)) / (0.22f * r)).Length();
            return (Tone.Hex(0x10150f), 0.6f * Tone.Step(1, 0.3f, d));
        });
        canvas.Shape(cx - (r * 1.4f), cy - r, cx + (r * 1.4f), cy + (r * 0.5f), (x, y) =>
        {
            float u = (x - cx) / r, v = (y - cy) / (r * flat), angle = MathF.Atan2(v, u);
            float edge = 1 + (0.22f * Noise.Fractal(MathF.Cos(angle) * 1.3f, MathF.Sin(angle) * 1.3f, 3, own));
            float d = MathF.Sqrt((u * u) + (v * v)) / edge;
            if (d > 1 || y > cy + (r * 0.42f)) return (default, 0);
            float nz = MathF.Sqrt(Math.Max(0.02f, 1 - (d * d)));
            float rough = Noise.Fractal(u * 2.6f, v * 2.6f, 5, own + 3, 0.62f);
            Vector3 normal = Vector3.Normalize(new(u + (0.55f * rough), -v + (0.5f * Noise.Fractal(u * 3, v * 3, 4, own + 9, 0.6f)), nz));
            float light = Math.Max(0, Vector3.Dot(normal, Vector3.Normalize(new(-0.68f, 0.62f, 0.36f))));
            float lichen = Tone.Step(0.25f, 0.5f, Noise.Fractal(u * 4, v * 4, 4, own + 20));
            Vector3 colour = Tone.Mix(hue * (0.85f + (0.3f * rough)), Tone.Hex(0x8d8c4a), 0.55f * lichen);
            colour *= (new Vector3(1.25f, 1.10f, 0.90f) * light) + (new Vector3(0.27f, 0.33f, 0.42f) * (0.6f + (0.4f * normal.Y)));
            float wet = Tone.Step(0.22f, 0.40f, (y - cy) / r);
            return (colour * (1 - (0.5f * wet)), Tone.Step(1, 0.96f, d));
        });
    }

    private void Grass()
    {
        for (float y = 0.775f; y < 1.06f; y += 0.006f) GrassRow(y, 340, 0.45f + (2.2f * (y - 0.775f)));
    }

    private void GrassRow(float y, int count, float size)
    {
        for (int i = 0; i < count; i++)
        {
            float x = Next(-0.02f, canvas.Aspect + 0.02f), root = y + Next(-0.004f, 0.004f), into = root - Bank(x);
            float dense = Noise.Fractal(x * 7, y * 12, 3, seed + 50) + (into * 14) - 0.55f;
            if (into < 0.02f || dense < 0) continue;
            float tall = size * Next(0.018f, 0.060f) * (0.5f + Math.Min(dense, 1)), lean = tall * (Next(-0.5f, 0.5f) + 0.25f);
            float warm = Math.Clamp((0.5f * Noise.Fractal(x * 3, y * 6, 3, seed + 60)) + Next(0, 0.75f), 0, 1);
            Vector3 dark = Tone.Mix(Tone.Hex(0x1c2a0e), Tone.Hex(0x3a3a12), warm),
                tip = Tone.Ramp(warm, Tone.Hex(0x4c6b22), Tone.Hex(0x8d9438), Tone.Hex(0xcbb45c));
            Vector2 foot = new(x, root), previous = foot;
            float width = size * 0.0026f;
            for (int k = 1; k <= 4; k++)
            {
                float t = k / 4f;
                Vector2 next = foot + new Vector2(lean * t * t, -tall * (t - (0.15f * t * t)));
                canvas.Stroke(previous, next, width * (1.05f - (t - 0.25f)), width * (1.05f - t), Tone.Mix(dark, tip, t * 1.05f));
                previous = next;
            }
            if (_random.NextSingle() > 0.976f) Flower(previous, size * Next(0.0035f, 0.0065f));
        }
    }

    private void Flower(Vector2 at, float r)
    {
        Vector3 colour = _random.Next(4) switch
        {
            0 => Tone.Hex(0xf4efe2),
            1 => Tone.Hex(0xe2b93a),
            2 => Tone.Hex(0xb8473f),
            _ =>
            Tone.Hex(0x8d6cc0)
        };
        float turn = Next(0, 6.28f);
        for (int i = 0; i < 6; i++)
        {
            Vector2 petal = at + (r * new Vector2(MathF.Cos(turn + (i * 1.047f)), 0.75f * MathF.Sin(turn + (i * 1.047f))));
            canvas.Stroke(at, petal, r * 0.5f, r * 0.75f, colour * Next(0.8f, 1.05f));
        }
        canvas.Stroke(at, at, r * 0.7f, r * 0.7f, Tone.Hex(0x9a6a12));
    }

    private void Fir(Vector2 foot, float tall)
    {
        float trunk = tall * 0.028f, bend = Next(-0.02f, 0.02f) * tall;
        Vector2 Axis(float t) => foot + new Vector2(bend * t * t, -tall * t);
        for (int i = 0; i < 60; i++)
        {
            float t = i / 60f, half = trunk * (1 - (0.92f * t));
            for (int k = -6; k <= 6; k++)
            {
                float side = k / 6f, bark = 0.7f + (0.5f * Noise.Unit(i / 2, k, seed + 3)), light = 0.35f
                    + (0.65f * Tone.Step(0.9f, -0.8f, side));
                Vector2 shift = new(side * half / 2, 0);
                canvas.Stroke(Axis(t) + shift, Axis(t + (1 / 60f)) + shift, half * 0.16f, half * 0.15f, Tone.Hex(0x4a392b) * bark * light);
            }
        }
        int whorls = (int)(tall * 62);
        for (int w = 0; w < whorls; w++)
        {
            float t = 0.13f + (0.87f * w / whorls), reach = tall * 0.20f * MathF.Pow(1 - t, 0.85f) * Next(0.5f, 1.15f) + (tall * 0.006f);
            const int branches = 9;
            for (int b = 0; b < branches; b++)
            {
                float turn = (b + Next(0, 1)) / branches * 6.283f, across = MathF.Cos(turn), depth = MathF.Sin(turn);
                if (depth < -0.55f && _random.Next(3) > 0) continue;
                Branch(Axis(t + Next(-0.006f, 0.006f)), across * reach, reach * ((0.26f * Math.Abs(across)) + (0.24f * depth) + 0.08f),
                    depth, tall, across);
            }
        }
    }

    private void Branch(Vector2 from, float across, float drop, float depth, float tall, float side)
    {
        float lit = Math.Clamp(0.42f + (0.22f * depth) - (0.42f * side) + Next(-0.12f, 0.12f), 0, 1);
        int twigs = 7 + (int)((Math.Abs(across) + Math.Abs(drop)) * 260);
        Vector2 previous = from;
        for (int i = 1; i <= twigs; i++)
        {
            float t = (float)i / twigs;
            Vector2 at = from + new Vector2(across * t, drop * ((1.5f * t * t) - (0.42f * t)));
            canvas.Stroke(previous, at, tall * 0.0022f * (1.1f - t), tall * 0.0022f * (1.05f - t), Tone.Hex(0x33261a));
            for (int k = 0; k < 5; k++)
            {
                float length = Math.Min(tall * Next(0.010f, 0.026f) * (1.15f - (0.55f * t)), (0.35f * Math.Abs(across)) + (tall * 0.008f));
                Vector2 direction = Vector2.Normalize(new Vector2((Math.Sign(across) * Next(0.25f, 1)) + Next(-0.5f, 0.5f),
                    Next(-0.25f, 1.0f)));
                float bright = Math.Clamp(lit + (0.28f * t) + Next(-0.28f, 0.22f) - (direction.Y * 0.22f), 0, 1);
                Vector3 needle = Tone.Ramp(bright, Tone.Hex(0x060f0c), Tone.Hex(0x12271b), Tone.Hex(0x2a4524), Tone.Hex(0x7a8040));
                canvas.Stroke(at, at + (direction * length), tall * 0.0030f, tall * 0.0012f, needle, 0.9f);
            }
            previous = at;
        }
    }
}
