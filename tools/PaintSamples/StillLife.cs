using System.Numerics;

namespace MLNetStyle.PaintSamples;

/// <summary>Fruit, a bottle and a jug on a table by a window: a scene of distance functions, sphere-traced, with soft shadows.</summary>
internal sealed class StillLife(int seed)
{
    private static readonly Vector3 s_eye = new(0.05f, 1.72f, -4.7f), s_target = new(0.05f, 0.70f, 0.2f);
    private static readonly Vector3 s_window = new(-4.2f, 3.3f, -2.3f);
    private static readonly Vector3 s_sun = Vector3.Normalize(new(-0.75f, 0.50f, -0.45f));
    private static readonly Vector3 s_bowl = new(0.42f, 0.80f, 0.30f);
    private static readonly Vector3 s_bottle = new(-0.92f, 0, 0.62f), s_jug = new(1.33f, 0, 0.80f);

    private static readonly (Vector3 At, float R, Material Kind)[] s_fruit =
    [
        (new(0.08f, 0.70f, 0.08f), 0.245f, Material.Orange),
        (new(0.80f, 0.72f, 0.20f), 0.240f, Material.RedApple),
        (new(0.42f, 0.72f, 0.66f), 0.250f, Material.Orange),
        (new(0.40f, 0.98f, 0.22f), 0.235f, Material.GreenApple),
        (new(-0.36f, 0.225f, -0.55f), 0.240f, Material.RedApple),
        (new(-0.86f, 0.21f, -0.22f), 0.225f, Material.GreenApple),
        (new(0.42f, 0.20f, -0.86f), 0.200f, Material.Lemon),
        (new(-0.52f, 0.0f, 0.06f), 0.30f, Material.Pear),
    ];

    private readonly Vector3[] _grapes = Grapes(seed);

    private enum Material
    {
        Wall,
        Table,
        Cloth,
        Bottle,
        Bowl,
        Jug,
        Orange,
        RedApple,
        GreenApple,
        Lemon,
        Pear,
        Grape,
        Stem,
    }

    public static void Paint(Canvas canvas, int seed)
    {
        StillLife scene = new(seed);
        Tracing.Fill(canvas, s_eye, s_target, 1.62f, (ray, place) =>
            Tone.Film(scene.See(s_eye, ray, 1) * (1 - (0.30f * place.LengthSquared())), 0.74f));
    }

    private static Vector3[] Grapes(int seed)
    {
        Random random = new(seed);
        List<Vector3> grapes = [];
        for (int attempt = 0; attempt < 4000 && grapes.Count < 44; attempt++)
        {
            float t = random.NextSingle(), spread = 0.21f * (1 - (0.65f * t));
            Vector3 centre = new(0.86f + (0.30f * t), 0.13f + (0.26f * (1 - t)), -0.42f - (0.28f * t));
            Vector3 p = centre + (spread * new Vector3((2 * random.NextSingle()) - 1, (1.3f * random.NextSingle()) - 0.65f,
                (2 * random.NextSingle()) - 1));
            p.Y = Math.Max(p.Y, 0.105f);
            if (grapes.TrueForAll(g => (g - p).Length() > 0.125f)) grapes.Add(p);
        }
        return [.. grapes];
    }

    private static float Revolved(Vector3 p, ReadOnlySpan<(float Y, float R)> profile)
    {
        Vector2 q = new(MathF.Sqrt((p.X * p.X) + (p.Z * p.Z)), p.Y);
        float best = float.MaxValue, inside = q.Y < profile[0].Y || q.Y > profile[^1].Y ? 1 : 0;
        for (int i = 1; i < profile.Length; i++)
        {
            Vector2 a = new(profile[i - 1].R, profile[i - 1].Y), b = new(profile[i].R, profile[i].Y), ab = b - a;
            float t = Math.Clamp(Vector2.Dot(q - a, ab) / ab.LengthSquared(), 0, 1);
            best = Math.Min(best, (q - a - (ab * t)).LengthSquared());
            if (q.Y >= a.Y && q.Y <= b.Y && q.X > a.X + ((b.X - a.X) * (q.Y - a.Y) / Math.Max(b.Y - a.Y, 1e-4f))) inside = 1;
        }
        float distance = MathF.Sqrt(best);
        return (inside > 0 ? distance : -distance) - 0.022f;
    }

    private static float SmoothMin(float a, float b, float k)
    {
        float h = Math.Max(k - Math.Abs(a - b), 0) / k;
        return Math.Min(a, b) - (h * h * k / 4);
    }

    private static float Fruit(Vector3 p, float r, Material kind)
    {
        float around = MathF.Sqrt((p.X * p.X) + (p.Z * p.Z));
        switch (kind)
        {
            case Material.RedApple or Material.GreenApple:
                float taper = 1 + (0.13f * p.Y / r);
                return new Vector2((around / taper) - (0.27f * r), p.Y * 0.84f).Length() - (0.73f * r);
            case Material.Lemon:
                Vector3 q = new((p.X * 0.80f) + (p.Z * 0.6f), p.Y, (p.Z * 0.80f) - (p.X * 0.6f));
                float body = new Vector3(q.X * 0.78f, q.Y, q.Z).Length() - r;
                return SmoothMin(body, (q - new Vector3(-1.28f * r, 0, 0)).Length() - (0.13f * r), 0.10f);
            case Material.Pear:
                float lean = 0.12f * p.Y;
                Vector3 s = p - new Vector3(lean, 0, 0);
                return SmoothMin((s - new Vector3(0, 0.275f, 0)).Length() - 0.275f, (s - new Vector3(0, 0.66f, 0)).Length() - 0.125f,
                    0.42f);
            default:
                return p.Length() - r;
        }
    }

    private float ClothHeight(float x, float z)
    {
        float u = (0.86f * x) + (0.5f * z), v = (-0.5f * x) + (0.86f * z);
        float fold = 0.5f + (0.5f * MathF.Sin((u * 5.2f) + (1.4f * Noise.Fractal(u, v * 0.6f, 2, seed + 3))));
        return 0.018f + (0.055f * fold * fold * Tone.Step(0.1f, -1.1f, z - (0.25f * x)))
            + (0.016f * Noise.Fractal(u * 2.1f, v * 1.2f, 3, seed + 4));
    }

    private (float Distance, Material Kind) Map(Vector3 p)
    {
        float best = 1.75f + (0.004f * Noise.At(p.X * 3, p.Y * 3, seed)) - p.Z;
        Material kind = Material.Wall;
        Take(p.Y, Material.Table, ref best, ref kind);
        if (p.Y < 0.25f)
        {
            float u = (0.90f * (p.X - 0.35f)) + (0.44f * (p.Z + 0.4f)), v = (-0.44f * (p.X - 0.35f)) + (0.90f * (p.Z + 0.4f));
            float edge = Math.Max(Math.Abs(u) - 1.28f - (0.02f * MathF.Sin(v * 9)), Math.Abs(v) - 1.02f - (0.02f * MathF.Sin(u * 8)));
            Take(Math.Max(edge, (p.Y - ClothHeight(p.X, p.Z)) * 0.75f), Material.Cloth, ref best, ref kind);
        }
        if (new Vector2(p.X - s_bottle.X, p.Z - s_bottle.Z).Length() - 0.36f < best)
            Take(Revolved(p - s_bottle,
                [(0, 0), (0.0f, 0.27f), (1.02f, 0.28f), (1.16f, 0.25f), (1.28f, 0.16f), (1.42f, 0.085f), (1.78f, 0.075f), (1.785f, 0.095f),
                (1.86f, 0.095f), (1.861f, 0)]), Material.Bottle, ref best, ref kind);
        if (new Vector2(p.X - s_jug.X, p.Z - s_jug.Z).Length() - 0.75f < best)
        {
            Vector3 j = p - s_jug;
            float jug = Revolved(j,
                [(0, 0), (0, 0.22f), (0.18f, 0.34f), (0.42f, 0.41f), (0.66f, 0.37f), (0.86f, 0.24f), (1.0f, 0.185f), (1.16f, 0.22f),
                (1.165f, 0.18f), (1.0f + 0.17f, 0)]);
            Vector3 h = j - new Vector3(0.30f, 0.80f, -0.12f);
            Vector2 ring = new(new Vector2((h.X * 0.93f) - (h.Z * 0.37f), h.Y * 0.85f).Length() - 0.20f, (h.Z * 0.93f) + (h.X * 0.37f));
            Take(SmoothMin(jug, ring.Length() - 0.038f, 0.05f), Material.Jug, ref best, ref kind);
        }
        if ((p - s_bowl).Length() - 0.85f < best)
        {
            Vector3 b = p - s_bowl;
            float shell = Math.Max(Math.Abs(b.Length() - 0.74f) - 0.018f, b.Y + 0.12f),
                rim = new Vector2(new Vector2(b.X, b.Z).Length() - 0.73f, b.Y + 0.12f).Length() - 0.030f;
            float foot = Math.Max(Math.Abs(new Vector2(b.X, b.Z).Length() - 0.30f) - 0.03f, Math.Abs(p.Y - 0.05f) - 0.06f);
            Take(Math.Min(Math.Min(shell, rim), foot), Material.Bowl, ref best, ref kind);
        }
        foreach ((Vector3 at, float r, Material fruit) in s_fruit)
        {
            Vector3 q = p - at;
            if (q.Length() - 0.95f > best) continue;
            Take(Fruit(q, r, fruit), fruit, ref best, ref kind);
            float top = fruit switch { Material.RedApple or Material.GreenApple => r * 0.93f, Material.Pear => 0.76f, _ => 0 };
            if (top > 0)
            {
                Vector3 from = new(fruit == Material.Pear ? 0.085f : 0, top - (0.3f * r), 0), to = from
                    + new Vector3(0.05f, 0.19f, -0.02f), line = to - from;
                float t = Math.Clamp(Vector3.Dot(q - from, line) / line.LengthSquared(), 0, 1);
                Take((q - from - (line * t)).Length() - 0.011f - (0.006f * t * t), Material.Stem, ref best, ref kind);
            }
        }
        if ((p - new Vector3(1.0f, 0.25f, -0.55f)).Length() - 0.55f < best)
            foreach (Vector3 grape in _grapes) Take(new Vector3(p.X - grape.X, (p.Y - grape.Y) * 0.92f, p.Z - grape.Z).Length() - 0.085f,
                Material.Grape, ref best, ref kind);
        return (best, kind);
    }

    private static void Take(float distance, Material of, ref float best, ref Material kind)
    {
        if (distance < best) (best, kind) = (distance, of);
    }

    private Vector3 See(Vector3 from, Vector3 ray, int bounces)
    {
        float t = 0.02f;
        for (int i = 0; i < 140; i++)
        {
            Vector3 p = from + (ray * t);
            (float d, Material kind) = Map(p);
            if (d < 0.0006f * (1 + t)) return Shade(p, ray, kind, bounces);
            t += d * 0.85f;
            if (t > 14) break;
        }
        return Room(ray);
    }

    /// <summary>What a mirror sees where it sees no object: a bright window of four panes in a dim room.</summary>
    private static Vector3 Room(Vector3 ray)
    {
        Vector3 room = Tone.Mix(new(0.10f, 0.085f, 0.07f), new(0.20f, 0.19f, 0.18f), 0.5f + (0.5f * ray.Y));
        if (ray.X >= -0.05f) return room;
        float t = 4.4f / -ray.X, y = 0.6f + (ray.Y * t) - 3.1f, z = (ray.Z * t) + 2.2f;
        float frame = Math.Max(Math.Abs(y) / 1.5f, Math.Abs(z) / 1.5f);
        float pane = Tone.Step(1, 0.96f, frame) * Tone.Step(0.05f, 0.09f, Math.Abs(y)) * Tone.Step(0.05f, 0.09f, Math.Abs(z));
        return Tone.Mix(room, new Vector3(7.5f, 7.8f, 8.2f), pane);
    }

    private float Shadow(Vector3 p, Vector3 direction, float far, float hardness)
    {
        float clear = 1, t = 0.015f;
        for (int i = 0; i < 48 && t < far; i++)
        {
            float d = Map(p + (direction * t)).Distance;
            clear = Math.Min(clear, 0.5f + (hardness * d / t));
            if (clear <= 0) return 0;
            t += Math.Clamp(d * 0.8f, 0.012f, 0.35f);
        }
        return Tone.Step(0, 1, clear);
    }

    private Vector3 Shade(Vector3 p, Vector3 ray, Material kind, int bounces)
    {
        Vector3 normal = Tracing.Normal(p, 0.0012f, q => Map(q).Distance);
        (Vector3 colour, float gloss, float rough, float bump, float scale) = Surface(p, normal, kind);
        if (bump > 0)
        {
            Vector3 q = p * scale;
            normal = Vector3.Normalize(normal + (bump * new Vector3(
                Noise.Fractal(q.X + q.Z, q.Y, 3, seed + 30), Noise.Fractal(q.Y + q.Z, q.X, 3, seed + 34),
                    Noise.Fractal(q.Z, q.X + q.Y, 3, seed + 38))));
        }
        Vector3 toWindow = s_window - p, light = Vector3.Normalize(toWindow);
        float fall = 24 / (10 + toWindow.LengthSquared());
        float wrap = kind is Material.Grape or Material.Pear or Material.Orange ? 0.18f : 0.04f;
        float direct = Math.Max(0, (Vector3.Dot(normal, light) + wrap) / (1 + wrap));
        if (direct > 0) direct *= Shadow(p + (normal * 0.012f), light, 5, 3.2f);
        float open = 1, weight = 0.85f;
        for (int i = 1; i <= 5; i++)
        {
            float reach = 0.045f * i * i;
            open -= weight * Math.Max(0, reach - Map(p + (normal * reach)).Distance) / reach * 0.55f;
            weight *= 0.62f;
        }
        open = Math.Clamp(open, 0.04f, 1);
        Vector3 ambient = Tone.Mix(new(0.20f, 0.185f, 0.165f), new(0.34f, 0.37f, 0.42f), 0.5f + (0.35f * normal.Y) - (0.3f * normal.X));
        Vector3 bounce = new Vector3(0.20f, 0.15f, 0.10f) * Math.Max(0, -normal.Y + 0.2f);
        Vector3 result = colour * ((new Vector3(3.1f, 2.85f, 2.45f) * direct * fall) + ((ambient + bounce) * open * 0.85f));
        if (kind is Material.Wall or Material.Table or Material.Cloth) result += colour * new Vector3(2.3f, 1.9f, 1.25f) * Patch(p, normal);
        float facing = Math.Max(0, -Vector3.Dot(normal, ray)), fresnel = gloss
            + ((1 - gloss) * 0.75f * MathF.Pow(1 - facing, 5) * Math.Min(1, gloss * 14));
        if (gloss > 0 && bounces > 0)
        {
            Vector3 mirrored = Vector3.Reflect(ray, normal), seen = rough > 0.25f ? Room(mirrored) * 0.7f
                : See(p + (normal * 0.01f), mirrored, bounces - 1);
            result += fresnel * (1 - rough) * open * seen;
        }
        if (gloss > 0)
        {
            float shine = MathF.Pow(Math.Max(0, Vector3.Dot(normal, Vector3.Normalize(light - ray))), 6 + (90 * (1 - rough)));
            result += new Vector3(1, 0.97f, 0.9f) * (shine * direct * gloss * (6 + (20 * (1 - rough))) * 0.30f);
        }
        return result;
    }

    /// <summary>Sun through the window's panes onto the wall and the table.</summary>
    private float Patch(Vector3 p, Vector3 normal)
    {
        float t = (p.X + 4.2f) / -s_sun.X, y = p.Y + (s_sun.Y * t) - 5.35f, z = p.Z + (s_sun.Z * t) + 1.25f;
        float edge = 0.025f, inside = Tone.Step(1.0f + edge, 1.0f - edge, Math.Max(Math.Abs(y) / 0.78f, Math.Abs(z) / 0.72f));
        inside *= Tone.Step(0.055f, 0.095f, Math.Abs(y)) * Tone.Step(0.045f, 0.085f, Math.Abs(z));
        if (inside <= 0) return 0;
        return inside * Math.Max(0, Vector3.Dot(normal, s_sun)) * Shadow(p + (normal * 0.012f), s_sun, 4, 12);
    }

    private (Vector3 Colour, float Gloss, float Rough, float Bump, float Scale) Surface(Vector3 p, Vector3 normal, Material kind)
    {
        float grain = Noise.Fractal(p.X * 4, (p.Y * 4) + (p.Z * 3), 5, seed + 50);
        switch (kind)
        {
            case Material.Wall:
                Vector3 plaster = Tone.Mix(new(0.235f, 0.245f, 0.205f), new(0.36f, 0.345f, 0.275f), 0.5f
                    + (0.45f * Noise.Fractal(p.X * 0.9f, p.Y * 1.2f, 6, seed + 51, 0.6f)));
                float crack = Tone.Step(0.035f, 0.0f,
                    Math.Abs(Noise.Fractal((p.X * 0.7f) + 3, p.Y * 0.9f, 5, seed + 52, 0.55f))) * Tone.Step(0.2f, 0.5f,
                    Noise.Fractal(p.X, p.Y, 2, seed + 53));
                return (plaster * (1 - (0.45f * crack)), 0, 1, 0.22f, 9);
            case Material.Table:
                float plank = MathF.Floor((p.Z + 5) / 0.42f), seam = Math.Abs(((p.Z + 5) / 0.42f) - plank - 0.5f);
                float rings = Noise.Fractal((p.X * 0.55f) + (plank * 9.1f), (p.Z * 7) + (0.5f * Noise.At(p.X, plank, seed + 54)), 4, seed
                    + 55);
                float fibre = Noise.Fractal((p.X * 4) + plank, p.Z * 90, 3, seed + 56);
                Vector3 wood = Tone.Ramp(0.5f + (0.5f * rings) + (0.22f * fibre), new(0.060f, 0.028f, 0.013f), new(0.165f, 0.080f, 0.036f),
                    new(0.27f, 0.145f, 0.066f));
                return (wood * (1 - (0.8f * Tone.Step(0.475f, 0.495f, seam))), 0.045f, 0.12f + (0.1f * Math.Abs(fibre)), 0.025f, 14);
            case Material.Cloth:
                float u = (0.90f * (p.X - 0.35f)) + (0.44f * (p.Z + 0.4f)), v = (-0.44f * (p.X - 0.35f)) + (0.90f * (p.Z + 0.4f));
                float weave = 0.5f + (0.25f * (MathF.Sin(u * 260) + MathF.Sin(v * 260)));
                float band = Math.Min(1.28f - Math.Abs(u), 1.02f - Math.Abs(v));
                bool stripe = band is > 0.09f and < 0.135f or > 0.155f and < 0.255f or > 0.275f and < 0.295f;
                return ((stripe ? new Vector3(0.16f, 0.22f, 0.44f) : new Vector3(0.74f, 0.71f, 0.64f)) * (0.86f + (0.14f * weave)), 0, 1,
                    0.09f, 22);
            case Material.Bottle:
                Vector3 b = p - s_bottle;
                float turn = MathF.Atan2(b.X, -b.Z), rim = MathF.Pow(1 - Math.Abs(Vector3.Dot(normal, Vector3.Normalize(s_eye - p))), 1.6f);
                if (b.Y is > 0.30f and < 0.82f && Math.Abs(turn + 0.15f) < 0.95f)
                {
                    float line = Math.Abs(b.Y - 0.66f) < 0.055f && Math.Abs(turn + 0.15f) < 0.55f
                        ? Tone.Step(-0.05f, 0.1f, Noise.Fractal(turn * 16, b.Y * 12, 2, seed + 60)) : 0;
                    line = Math.Max(line, Math.Abs(b.Y - 0.365f) < 0.008f || Math.Abs(b.Y - 0.765f) < 0.008f ? 0.8f : 0);
                    line = Math.Max(line, b.Y is > 0.41f and < 0.56f && Math.Abs(turn + 0.15f) < 0.7f
                        ? 0.6f * Tone.Step(0.1f, 0.3f, MathF.Sin(b.Y * 150)) * Tone.Step(-0.1f, 0.1f,
                        Noise.At(turn * 30, b.Y * 24, seed + 61)) : 0);
                    return (Tone.Mix(new(0.66f, 0.60f, 0.45f), new(0.10f, 0.06f, 0.05f), line) * (0.9f + (0.12f * grain)), 0.01f, 0.7f,
                        0.05f, 30);
                }
                if (b.Y > 1.50f && b.Y < 1.9f) return (new Vector3(0.30f, 0.035f, 0.03f) * (0.8f + (0.3f * grain)), 0.06f, 0.35f, 0.05f,
                    30);
                return (Tone.Mix(new(0.006f, 0.022f, 0.010f), new(0.11f, 0.21f, 0.055f), rim + (b.Y > 1.12f ? 0.35f : 0)), 0.085f, 0, 0, 1);
            case Material.Bowl:
                Vector3 w = p - s_bowl;
                float around = MathF.Atan2(w.X, -w.Z), level = p.Y;
                float petal = MathF.Sin(around * 14) * 0.055f;
                bool blue = level is > 0.575f and < 0.61f or > 0.19f and < 0.21f || Math.Abs(level - 0.40f - petal) < 0.022f
                    || Math.Abs(level - 0.40f + petal) < 0.022f
                    || new Vector2((((around * 14 / MathF.PI) + 100.5f) % 1) - 0.5f, (level - 0.40f) * 9).Length() < 0.16f;
                return (blue ? new Vector3(0.05f, 0.10f, 0.32f) * (1 + (0.3f * grain))
                    : new Vector3(0.70f, 0.69f, 0.64f) * (0.97f + (0.06f * grain)), 0.05f, 0.03f, 0.012f, 6);
            case Material.Jug:
                Vector3 clay = Tone.Mix(new(0.30f, 0.115f, 0.050f), new(0.47f, 0.215f, 0.105f), 0.5f + (0.6f * grain));
                float glaze = Tone.Step(0.70f, 0.66f, p.Y
                    + (0.05f * Noise.Fractal(MathF.Atan2(p.X - s_jug.X, p.Z - s_jug.Z) * 2.2f, 1, 3, seed + 64)));
                return (Tone.Mix(new Vector3(0.055f, 0.135f, 0.125f) * (1 + (0.5f * grain)), clay, glaze), Tone.Step(1, 0, glaze) * 0.06f,
                    0.08f + (0.6f * glaze), 0.06f, 11);
            case Material.Orange:
                return (Tone.Mix(new(0.78f, 0.235f, 0.010f), new(0.86f, 0.36f, 0.020f), 0.5f + grain), 0.045f, 0.42f, 0.20f, 34);
            case Material.Lemon:
                return (Tone.Mix(new(0.80f, 0.53f, 0.020f), new(0.86f, 0.70f, 0.075f), 0.5f + grain), 0.042f, 0.38f, 0.15f, 26);
            case Material.Pear:
                float freckle = Tone.Step(0.30f, 0.18f, Noise.Cells(p.X * 34, (p.Y * 34) + (p.Z * 20), seed + 66).Near);
                Vector3 pear = Tone.Mix(new(0.46f, 0.50f, 0.06f), new(0.72f, 0.48f, 0.07f), 0.5f + (0.9f * p.X) + 0.5f + grain);
                return (Tone.Mix(Tone.Mix(pear, new(0.62f, 0.16f, 0.04f), Tone.Step(-0.45f, -0.25f, p.X + (0.2f * grain)) * 0.55f),
                    new(0.22f, 0.15f, 0.04f), 0.55f * freckle), 0.035f, 0.30f, 0.03f, 12);
            case Material.RedApple or Material.GreenApple:
                return Apple(p, kind, grain);
            case Material.Grape:
                float bloom = Tone.Step(-0.1f, 0.6f, Noise.Fractal(p.X * 11, (p.Y * 11) + (p.Z * 9), 4, seed + 68) + (0.35f * normal.Y));
                return (Tone.Mix(new(0.055f, 0.010f, 0.060f), new(0.16f, 0.13f, 0.27f), 0.7f * bloom), 0.05f, 0.08f + (0.35f * bloom),
                    0.02f, 9);
            default:
                return (new Vector3(0.16f, 0.10f, 0.045f) * (1 + (0.5f * grain)), 0, 1, 0.15f, 30);
        }
    }

    private (Vector3 Colour, float Gloss, float Rough, float Bump, float Scale) Apple(Vector3 p, Material kind, float grain)
    {
        Vector3 centre = default;
        float nearest = float.MaxValue;
        foreach ((Vector3 at, _, Material fruit) in s_fruit)
            if (fruit == kind && (p - at).Length() < nearest) (centre, nearest) = (at, (p - at).Length());
        Vector3 q = p - centre;
        float turn = MathF.Atan2(q.X, q.Z), streak = Noise.Fractal(turn * 6.5f, (q.Y * 2.6f) + turn, 5, seed + 70),
            top = Tone.Step(0.02f, 0.19f, q.Y);
        float spots = Tone.Step(0.17f, 0.08f, Noise.Cells((q.X * 37) + (q.Z * 11), (q.Y * 37) + (q.Z * 29), seed + 72).Near);
        float blush = Tone.Step(-0.5f, 0.7f, streak + (1.1f * MathF.Sin(turn + centre.X)) - (0.8f * top) + (0.35f * grain));
        Vector3 colour = kind == Material.RedApple
            ? Tone.Mix(Tone.Mix(new(0.62f, 0.32f, 0.05f), new(0.50f, 0.022f, 0.018f), 0.30f + blush), new(0.30f, 0.008f, 0.014f),
                0.5f * Tone.Step(0, 0.6f, streak))
            : Tone.Mix(new(0.30f, 0.43f, 0.045f), new(0.56f, 0.54f, 0.085f), 0.35f + (0.6f * blush) + (0.25f * streak));
        return (Tone.Mix(colour, new(0.74f, 0.60f, 0.30f), 0.38f * spots), 0.048f, 0.16f, 0.02f, 8);
    }
}
