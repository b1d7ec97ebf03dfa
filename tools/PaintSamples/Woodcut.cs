using System.Numerics;

namespace MLNetStyle.PaintSamples;

/// <summary>A coast with a leaning pine, printed from wood in black on cream: gouge lines that swell with the light and follow each
/// form.</summary>
internal sealed class Woodcut(Canvas canvas, int seed)
{
    private static readonly Vector2 s_sun = new(0.47f, 0.33f);
    private readonly byte[] _regions = new byte[canvas.Width * canvas.Height];
    private readonly byte[] _ink = new byte[canvas.Width * canvas.Height];
    private readonly List<(Vector2 From, Vector2 To, float R0, float R1, float Run)> _limbs = [];
    private readonly List<(Vector2 At, float R)> _crowns = [];

    private enum Region : byte
    {
        Sun,
        Sky,
        Cloud,
        FarHills,
        Sea,
        Cliff,
        Field,
        House,
        Roof,
        Path,
        Near,
        Trunk,
        Crown,
    }

    public static void Paint(Canvas canvas, int seed)
    {
        Woodcut print = new(canvas, seed);
        print.Grow(new Random(seed));
        print.Cut();
        print.Print();
    }

    private void Grow(Random random)
    {
        Vector2 foot = new(1.17f, 1.03f), heading = Vector2.Normalize(new(-0.10f, -1));
        Limb(random, foot, heading, 0.062f, 0.44f, 0, 0);
    }

    private void Limb(Random random, Vector2 from, Vector2 heading, float radius, float length, float run, int depth)
    {
        Vector2 at = from;
        const int Parts = 7;
        for (int i = 0; i < Parts; i++)
        {
            heading = Vector2.Normalize(heading
                + new Vector2(((random.NextSingle() - 0.5f) * 0.55f) - 0.035f, ((random.NextSingle() - 0.5f) * 0.45f)
                + (depth > 0 ? 0 : -0.10f)));
            Vector2 next = at + (heading * length / Parts);
            _limbs.Add((at, next, radius * (1 - (0.055f * i)), radius * (1 - (0.055f * (i + 1))), run));
            at = next;
            run += length / Parts;
            if (depth < 3 && i > 2 && random.NextSingle() < (depth == 0 ? 0.75f : 0.6f))
            {
                float side = (i + depth) % 2 == 0 ? -1 : 0.75f;
                Limb(random, at, Vector2.Normalize(new Vector2((heading.X * 0.4f) + (side * 0.85f), (heading.Y * 0.55f) - 0.28f)),
                    radius * 0.50f, length * 0.70f, run, depth + 1);
            }
        }
        if (depth < 2) Limb(random, at, heading, radius * 0.55f, length * 0.62f, run, depth + 1);
        else if (at.Y < 0.52f) _crowns.Add((at, 0.042f + (0.028f * random.NextSingle())));
    }

    private float Ridge(float x, int kind) => kind switch
    {
        0 => 0.500f - (0.075f * Noise.Ridged((x * 1.6f) + 3, 1.5f, 5, seed + 3)) - (0.08f * Tone.Step(0.9f, 1.4f, x)),
        1 => 0.545f,
        2 => 0.700f - (0.40f * Tone.Step(0.43f, -0.12f, x)) - (0.030f * Noise.Fractal(x * 9, 2, 4, seed + 5))
            + (0.5f * Tone.Step(0.36f, 0.52f, x)),
        3 => 0.735f + (0.055f * MathF.Sin((x * 3.4f) + 0.4f)) + (0.008f * Noise.Fractal(x * 11, 4, 3, seed + 7)),
        _ => 0.925f - (0.12f * Tone.Step(0.75f, 1.33f, x)) + (0.018f * Noise.Fractal(x * 8, 6, 4, seed + 9)),
    };

    private float CloudEdge(float x, float y)
    {
        float best = 1;
        ReadOnlySpan<(float X, float Y, float R)> puffs =
        [
            (0.13f, 0.15f, 0.075f), (0.22f, 0.12f, 0.090f), (0.32f, 0.15f, 0.065f), (0.05f, 0.17f, 0.050f), (0.74f, 0.13f, 0.055f),
                (0.82f, 0.105f, 0.070f), (0.90f, 0.13f, 0.050f),
            (0.62f, 0.235f, 0.035f), (0.68f, 0.225f, 0.045f), (0.745f, 0.24f, 0.035f),
        ];
        foreach ((float cx, float cy, float r) in puffs)
        {
            float d = new Vector2(x - cx, (y - cy) * (y > cy ? 2.0f : 1.15f)).Length() - r;
            best = Math.Min(best, d);
        }
        return best;
    }

    private (Region Kind, float A, float B) Find(float x, float y)
    {
        Vector2 p = new(x, y);
        float crown = 9, tilt = 0;
        foreach ((Vector2 at, float r) in _crowns)
        {
            Vector2 d = (p - at) / new Vector2(1.55f * r, 0.72f * r);
            float edge = d.Length() + (0.16f * Noise.Fractal(x * 30, y * 30, 3, seed + 13));
            if (edge < crown) (crown, tilt) = (edge, (d.X * 0.55f) + (d.Y * 0.85f));
        }
        if (crown < 1) return (Region.Crown, crown, tilt);
        float bark = 1, around = 0, along = 0;
        foreach ((Vector2 from, Vector2 to, float r0, float r1, float run) in _limbs)
        {
            Vector2 axis = to - from;
            float t = Math.Clamp(Vector2.Dot(p - from, axis) / axis.LengthSquared(), 0, 1), r = r0 + ((r1 - r0) * t);
            Vector2 off = p - from - (axis * t);
            if (off.Length() / r >= bark) continue;
            (bark, along) = (off.Length() / r, run + (t * axis.Length()));
            around = ((off.Y * axis.X) - (off.X * axis.Y)) / (axis.Length() * r);
        }
        if (bark < 1) return (Region.Trunk, around, along);
        if (y > Ridge(x, 4)) return (Region.Near, y - Ridge(x, 4), 0);
        (Region house, float light) = House(x, y);
        if (house is not Region.Sky) return (house, light, 0);
        if (y > Ridge(x, 3))
        {
            float depth = (y - Ridge(x, 3)) / 0.2f, bend = 0.66f + (0.10f * MathF.Sin(depth * 3.3f)) - (0.34f * depth);
            return Math.Abs(x - bend) < 0.010f + (0.030f * depth) ? (Region.Path, depth, (x - bend) / (0.010f + (0.030f * depth)))
                : (Region.Field, depth, 0);
        }
        if (y > Ridge(x, 2)) return (Region.Cliff, y - Ridge(x, 2), 0);
        if (y > Ridge(x, 1)) return (Region.Sea, y - Ridge(x, 1), 0);
        if (y > Ridge(x, 0)) return (Region.FarHills, y - Ridge(x, 0), 0);
        if ((p - s_sun).Length() < 0.078f) return (Region.Sun, (p - s_sun).Length() / 0.078f, 0);
        float cloud = CloudEdge(x, y);
        return cloud < 0 ? (Region.Cloud, cloud, 0) : (Region.Sky, cloud, 0);
    }

    private (Region Kind, float Light) House(float x, float y)
    {
        foreach ((float left, float ground, float size) in (ReadOnlySpan<(float, float, float)>)[(0.115f, 0.775f, 0.085f),
            (0.245f, 0.795f, 0.060f), (0.335f, 0.805f, 0.045f)])
        {
            float u = (x - left) / size, v = (ground - y) / size;
            if (u is < -0.08f or > 1.38f || v is < 0 or > 1.25f) continue;
            if (v < 0.62f && u is >= 0 and < 1.3f)
            {
                bool front = u < 0.55f;
                bool opening = front ? u is > 0.19f and < 0.36f && v < 0.38f : (u is > 0.70f and < 0.83f or > 1.02f and < 1.15f)
                    && v is > 0.22f and < 0.44f;
                return (Region.House, opening ? -1 : front ? 1 : 0.45f);
            }
            if (v < 0.62f + ((0.275f - Math.Abs(u - 0.275f)) * 1.75f) && u < 0.55f) return (Region.House, 1);
            float lean = (v - 0.56f) / 0.56f;
            if (lean is > 0 and < 1 && u > 0.58f - ((1 - lean) * 0.32f) + 0.02f && u > (0.275f * lean) + (0.55f * (1 - lean))
                && u < 1.38f - (0.30f * lean)) return (Region.Roof, lean);
        }
        return (Region.Sky, 0);
    }

    /// <summary>Whether the block keeps its ink at a place: a line of a set, as wide as the place is dark.</summary>
    private bool Line(float phase, float dark, float x, float y)
    {
        float line = MathF.Floor(phase), s = Math.Abs(phase - line - 0.5f) * 2;
        float swell = 0.13f * Noise.Fractal((x * 26) + (line * 1.7f), (y * 26) + (line * 0.9f), 2, seed + 17);
        return s < dark + swell;
    }

    private bool Ink(Region kind, float a, float b, float x, float y)
    {
        Vector2 p = new(x, y), toSun = p - s_sun;
        float wobble = Noise.Fractal(x * 5, y * 5, 3, seed + 19), r = toSun.Length(), angle = MathF.Atan2(toSun.Y, toSun.X);
        switch (kind)
        {
            case Region.Sun:
                return a > 0.93f;
            case Region.Sky:
                // Rays near the sun, curved horizontal cuts farther out; cuts bend round the clouds.
                float burst = 0.235f + (0.075f * MathF.Abs(MathF.Cos(angle * 9))) + (0.012f * wobble);
                if (r < burst) return Line((angle / (2 * MathF.PI) * 72) + 100, 0.12f + (0.9f * MathF.Max(0, r - 0.09f))
                    + (MathF.Cos(angle * 18) > 0.2f ? -0.1f : 0.16f), x, y);
                float bend = y + (0.012f * wobble) + (0.03f * MathF.Exp(-a * 26)) - (0.05f * MathF.Sin(x * 2.6f));
                return Line(bend * 96, 0.72f - (0.42f * y) + (0.16f * wobble) - (0.5f * MathF.Exp(-a * 60)), x, y);
            case Region.Cloud:
                float under = Tone.Step(0.085f, 0.175f, y + (0.02f * wobble));
                return Line((-a * 150) + (0.6f * wobble), (0.50f * under) - 0.20f + Tone.Step(-0.008f, 0, a), x, y);
            case Region.FarHills:
                return Line(((x * 0.75f) + (y * 1.1f) + (0.03f * wobble)) * 105, 0.42f
                    + (0.35f * Noise.Ridged((x * 5) + 1, y * 9, 3, seed + 23)) - (2.2f * a), x, y);
            case Region.Sea:
                float far = a / 0.2f, ripple = MathF.Log(1 + (14 * a)) * 17;
                float glitter = Tone.Step(0.16f, 0.02f, Math.Abs(x - s_sun.X + (0.02f * wobble)) - (0.09f * far));
                return Line(ripple + (0.42f * MathF.Sin((x * (70 - (40 * far))) + (6 * wobble)) * (0.4f + far)), 0.70f - (0.50f * glitter)
                    + (0.10f * wobble) - (0.1f * far), x, y);
            case Region.Cliff:
                float strata = Noise.Fractal(x * 16, y * 5, 4, seed + 27);
                return Line(((x * 1.0f) - (y * 0.35f) + (0.02f * strata)) * 115, 0.50f + (0.55f * strata)
                    + (0.20f * Tone.Step(0.20f, 0.45f, x)), x, y)
                    || Line(((y * 1.0f) + (0.03f * strata)) * 70, (0.9f * strata) - 0.2f, x, y);
            case Region.Field:
                float furrow = MathF.Atan2(a + 0.35f, x - 0.78f) * 24;
                float plot = Noise.Unit((int)MathF.Floor(furrow / 4.6f), 3, seed);
                return plot < 0.45f
                    ? Line(furrow * 1.7f, 0.28f + (0.42f * plot) + (0.16f * wobble), x, y)
                    : Line(((y * 1.15f) + (0.12f * MathF.Sin((x * 3) + (plot * 9)))) * (110 - (30 * a)), 0.05f + (0.55f * plot)
                        + (0.28f * wobble), x, y);
            case Region.House:
                return a < 0 || (a < 0.9f && Line((y + (0.1f * x)) * 190, 0.50f, x, y));
            case Region.Roof:
                return Line((x - (0.25f * y)) * 150, 0.62f, x, y) || Line(a * 5, 0.16f, x, y);
            case Region.Path:
                return Line((x + (y * 2.2f)) * 60, 0.02f + (0.5f * Tone.Step(0.35f, 1, b)), x, y);
            case Region.Near:
                float blade = Noise.Fractal(x * 55, y * 9, 2, seed + 31);
                return Line((x + (0.25f * (y - 0.9f)) + (0.008f * blade)) * 95, 0.62f + (0.35f * blade) - (1.6f * Math.Max(0, 0.05f - a))
                    + (0.9f * a), x, y);
            case Region.Trunk:
                float round = a, bark = Noise.Fractal(round * 2, b * 16, 2, seed + 35);
                return Line((b * 95) + (1.1f * round * round) + (0.7f * bark), 0.58f + (0.52f * round) + (0.22f * bark), x, y)
                    || Math.Abs(round) > 0.86f;
            default:
                float needle = Noise.Fractal(x * 22, y * 22, 2, seed + 37);
                return Line(((x * 0.55f) - (y * 1.0f) + (0.014f * needle)) * 120, 0.60f + (0.55f * b) + (0.30f * needle), x, y)
                    || a > 0.94f;
        }
    }

    private void Cut()
    {
        int w = canvas.Width, h = canvas.Height;
        Parallel.For(0, h, y =>
        {
            for (int x = 0; x < w; x++)
            {
                float u = (x + 0.5f) / h, v = (y + 0.5f) / h;
                float du = 0.0011f * Noise.Fractal(u * 110, v * 110, 2, seed + 41),
                    dv = 0.0011f * Noise.Fractal(u * 110, v * 110, 2, seed + 43);
                (Region kind, float a, float b) = Find(u + du, v + dv);
                _regions[(y * w) + x] = (byte)kind;
                _ink[(y * w) + x] = Ink(kind, a, b, u + du, v + dv) ? (byte)1 : (byte)0;
            }
        });
    }

    private void Print()
    {
        int w = canvas.Width, h = canvas.Height, reach = Math.Max(1, (int)(0.0020f * h));
        Vector3 paper = Tone.Hex(0xeadfc6), black = Tone.Hex(0x1c1917);
        Parallel.For(0, h, y =>
        {
            for (int x = 0; x < w; x++)
            {
                int i = (y * w) + x;
                float u = (x + 0.5f) / h, v = (y + 0.5f) / h;
                bool ink = _ink[i] != 0, outline = false;
                for (int dy = -reach; dy <= reach && !outline; dy++)
                    for (int dx = -reach; dx <= reach; dx++)
                    {
                        int nx = Math.Clamp(x + dx, 0, w - 1), ny = Math.Clamp(y + dy, 0, h - 1);
                        if ((dx * dx) + (dy * dy) <= reach * reach && _regions[(ny * w) + nx] != _regions[i]) outline = true;
                    }
                float frame = Math.Min(Math.Min(u, canvas.Aspect - u), Math.Min(v, 1 - v))
                    + (0.0014f * Noise.Fractal(u * 40, v * 40, 3, seed + 45));
                ink = frame >= 0.014f && (ink || outline || frame < 0.020f);
                float fibre = Noise.Fractal(u * 260, v * 60, 3, seed + 47),
                    grain = Noise.Fractal(u * 9, (v * 170) + (2.5f * Noise.At(u * 2, v * 4, seed + 48)), 3, seed + 49);
                float bare = Noise.Fractal(u * 330, v * 330, 2, seed + 51) + (0.55f * grain)
                    + (0.3f * Noise.Fractal(u * 6, v * 6, 2, seed + 53));
                Vector3 sheet = paper * (1 + (0.022f * fibre) + (0.02f * Noise.Fractal(u * 3, v * 3, 3, seed + 55)));
                Vector3 printed = Tone.Mix(black * (1 + (0.25f * grain)), sheet, 0.75f * Tone.Step(1.05f, 1.35f, bare));
                canvas.Pixels[i] = ink ? printed : sheet;
            }
        });
    }
}
