using System.Numerics;

namespace MLNetStyle.PaintSamples;

/// <summary>Gabled houses along a canal with a boat and a bridge: distance functions, sphere-traced, mirrored in the water.</summary>
internal sealed class TownCanal(int seed)
{
    private const float Water = -0.95f, Quay = -2.7f, Far = 120, Storey = 2.55f;

    private static readonly Vector3 s_eye = new(-6.6f, 3.3f, -20.5f), s_target = new(1.9f, 2.95f, 0);
    private static readonly Vector3 s_sun = Vector3.Normalize(new(-0.62f, 0.56f, -0.55f));
    private static readonly Vector3 s_boat = new(-3.4f, -0.74f, -8.6f);
    private static readonly Vector3[] s_trees = [new(-10.4f, 3.9f, -1.5f), new(5.2f, 3.3f, -1.6f)];

    private static readonly House[] s_houses = Row();

    private enum Material
    {
        House,
        Roof,
        Stone,
        Leaves,
        Wood,
        Boat,
        Iron,
        Lamp,
    }

    public static void Paint(Canvas canvas, int seed)
    {
        TownCanal scene = new(seed);
        Tracing.Fill(canvas, s_eye, s_target, 1.22f, (ray, _) => Tone.Film(scene.See(s_eye, ray, mirror: true), 0.60f));
    }

    private static House[] Row()
    {
        (float Width, float Eaves, bool Stepped, uint Wall, uint Trim)[] plan =
        [
            (4.6f, 6.2f, false, 0x8A4A38, 0x2F5D50), (3.6f, 8.2f, true, 0xC9A15A, 0x7A2E22), (3.9f, 7.0f, false, 0x4E5B66, 0xB9442E),
            (3.3f, 8.9f, true, 0x9C3B2A, 0x24476B), (4.4f, 6.6f, false, 0xE0D6BF, 0x2F6B4A), (3.7f, 8.0f, true, 0x6E3A30, 0xC79A3C),
            (3.4f, 7.1f, false, 0xB9694A, 0x34556E), (4.2f, 8.5f, true, 0xD9B98A, 0x803A2A), (3.8f, 6.5f, false, 0x7C4A3A, 0x2E5A58),
            (4.0f, 8.1f, true, 0xA8482F, 0x2C4F73), (4.3f, 6.9f, false, 0xCDBE9C, 0x6B2F2A), (3.6f, 8.4f, true, 0x87503C, 0x396B52),
        ];
        float left = -15.5f;
        return [.. plan.Select(p =>
        {
            House house = new(left + (p.Width / 2), p.Width, p.Eaves, p.Stepped, Tone.Hex(p.Wall), Tone.Hex(p.Trim));
            left += p.Width;
            return house;
        })];
    }

    private (float Distance, Material Kind) Map(Vector3 p)
    {
        float best = Math.Max(p.Y, Quay - p.Z);
        Material kind = Material.Stone;
        // The quay's edge is a coping of larger stones.
        Take(Box(p - new Vector3(p.X, 0.06f, Quay + 0.16f), new(1, 0.07f, 0.2f)) - 0.02f, Material.Stone, ref best, ref kind);
        if (-p.Z - 0.7f < best)
            foreach (House house in s_houses)
            {
                if (Math.Abs(p.X - house.Middle) - (house.Width / 2) > best) continue;
                (float wall, float roof) = Of(p, house);
                Take(wall, Material.House, ref best, ref kind);
                Take(roof, Material.Roof, ref best, ref kind);
            }
        foreach (Vector3 tree in s_trees)
        {
            Vector3 q = p - tree;
            float trunk = Math.Max(new Vector2(q.X + (0.05f * MathF.Sin(p.Y * 2)), q.Z).Length() - 0.13f + (0.01f * p.Y), p.Y - tree.Y);
            Take(trunk, Material.Wood, ref best, ref kind);
            float crown = (q * new Vector3(1, 0.86f, 1)).Length() - 1.55f;
            if (crown < best)
                Take((crown + (crown > 1.2f ? -0.7f : (0.55f * Noise.At(p * 1.6f, seed + 3)) + (0.22f * Noise.At(p * 4.6f, seed + 5))))
                    * 0.6f, Material.Leaves, ref best, ref kind);
        }
        Vector3 lamp = p - new Vector3(0.2f, 0, -2.25f);
        if (new Vector2(lamp.X, lamp.Z).Length() - 0.4f < best)
        {
            Take(Math.Max(new Vector2(lamp.X, lamp.Z).Length() - 0.05f - (0.05f * Tone.Step(0.5f, 0, lamp.Y)), lamp.Y - 3.1f),
                Material.Iron, ref best, ref kind);
            Take(Box(lamp - new Vector3(0, 3.3f, 0), new(0.13f + (0.05f * (lamp.Y - 3.3f)), 0.2f, 0.13f)) - 0.02f, Material.Lamp,
                ref best, ref kind);
            Take(Box(lamp - new Vector3(0, 3.56f, 0), new(0.2f - (0.9f * Math.Max(0, lamp.Y - 3.54f)), 0.06f, 0.2f)) * 0.7f,
                Material.Iron, ref best, ref kind);
        }
        if ((p - s_boat).Length() - 3.2f < best)
        {
            Vector3 q = Turned(p - s_boat, 0.23f);
            q.Y -= 0.035f * q.X * q.X;
            float hull = Ellipsoid(q, new(2.5f, 0.62f, 0.72f)), inside = Ellipsoid(q - new Vector3(0, 0.1f, 0), new(2.36f, 0.56f, 0.62f));
            Take(Math.Max(Math.Max(hull, -inside), q.Y - 0.3f) * 0.8f, Material.Boat, ref best, ref kind);
            for (int i = -1; i <= 1; i++)
                Take(Box(q - new Vector3(1.05f * i, 0.17f, 0), new(0.16f, 0.03f, 0.6f - (0.13f * i * i))), Material.Wood,
                    ref best, ref kind);
        }
        Vector3 bridge = p - new Vector3(13.4f, 0, -8.4f);
        if (Math.Abs(bridge.X) - 2.2f < best)
        {
            float rise = 1.75f - (0.042f * bridge.Z * bridge.Z), arch = new Vector2(bridge.Z, bridge.Y + 2.6f).Length() - 3.75f;
            float body = Math.Max(Math.Max(Math.Abs(bridge.X) - 1.7f, (bridge.Y - rise) * 0.85f), -arch);
            float wall = Math.Max(Math.Abs(Math.Abs(bridge.X) - 1.6f) - 0.14f, Math.Abs(bridge.Y - rise - 0.3f) - 0.42f);
            Take(Math.Max(Math.Min(body, wall * 0.85f), Math.Abs(bridge.Z) - 7), Material.Stone, ref best, ref kind);
        }
        return (best, kind);
    }

    /// <summary>Distances to a house's walls and to its roof.</summary>
    private static (float Wall, float Roof) Of(Vector3 p, House house)
    {
        float x = p.X - house.Middle, half = house.Width / 2, across = Math.Abs(x);
        float body = Math.Max(Math.Max(across - half, p.Y - house.Eaves), Math.Abs(p.Z - 4) - 4);
        float slope = Math.Max((across - half + ((p.Y - house.Eaves) * 0.8f)) * 0.78f, across - half),
            gable = Math.Max(slope, Math.Abs(p.Z - 4) - 4);
        float roof = Math.Max(gable - 0.06f, house.Eaves - 0.1f - p.Y);
        roof = Math.Max(roof, 0.32f - p.Z);
        float front = Math.Max(gable, Math.Abs(p.Z - 0.15f) - 0.15f);
        for (int step = 0; house.Stepped && step < 5; step++)
            front = Math.Min(front, Box(new Vector3(x, p.Y - (house.Eaves + (0.55f * step) - 0.2f), p.Z - 0.14f),
                new(half - (0.40f * step) - 0.04f, 0.45f, 0.17f)));
        float wall = Math.Min(body, front);
        // A cornice below the gable, and windows and the door let in.
        wall = Math.Min(wall, Box(new Vector3(x, p.Y - house.Eaves + 0.05f, p.Z), new(half, 0.09f, 0.1f)));
        Opening opening = OpeningAt(x, p.Y, house);
        if (p.Z < 0.4f && opening.Inside < 0.3f) wall = Math.Max(wall, -Math.Max(opening.Inside, Math.Abs(p.Z) - 0.14f));
        return (wall, roof);
    }

    /// <summary>The window or door nearest to a place of a front.</summary>
    private static Opening OpeningAt(float x, float y, House house)
    {
        int storeys = (int)((house.Eaves - 0.6f) / Storey), storey = Math.Clamp((int)MathF.Floor((y - 0.2f) / Storey), 0, storeys);
        int columns = storey >= storeys ? 1 : house.Width > 4.1f ? 3 : 2;
        float pitch = house.Width / (columns + 0.25f),
            column = Math.Clamp(MathF.Round((x / pitch) + ((columns - 1) * 0.5f)), 0, columns - 1);
        bool door = storey == 0 && column == (house.Stepped ? 0 : columns - 1);
        Vector2 at = new(x - ((column - ((columns - 1) * 0.5f)) * pitch), y - 0.2f - (storey * Storey) - (door ? 1.0f : 1.35f));
        Vector2 half = door ? new(0.46f, 1.15f) : storey >= storeys ? new(0.34f, 0.5f) : new(0.45f, 0.78f - (0.06f * storey));
        return new(at / half, door, Math.Max(Math.Abs(at.X) - half.X, Math.Abs(at.Y) - half.Y));
    }

    private Vector3 See(Vector3 from, Vector3 ray, bool mirror)
    {
        float surface = ray.Y < 0 ? (Water - from.Y) / ray.Y : float.MaxValue, t = 0.05f;
        for (int i = 0; i < 170 && t < Math.Min(Far, surface); i++)
        {
            Vector3 p = from + (ray * t);
            (float d, Material kind) = Map(p);
            if (d < 0.0008f * (1 + t)) return Haze(Shade(p, ray, kind), ray, t);
            t += d * 0.9f;
        }
        if (surface > Far || !mirror) return Sky(ray);
        Vector3 at = from + (ray * surface);
        float near = Tone.Step(60, 8, surface);
        Vector3 normal = Vector3.Normalize(new(
            near * 0.026f * Noise.Fractal(at.X * 0.9f, at.Z * 2.6f, 4, seed + 10), 1,
            near * 0.05f * Noise.Fractal(at.X * 0.9f, at.Z * 2.6f, 4, seed + 15)));
        Vector3 mirrored = Vector3.Reflect(ray, normal);
        mirrored.Y = Math.Max(mirrored.Y, 0.01f);
        float fresnel = 0.16f + (0.84f * MathF.Pow(1 - Math.Clamp(-Vector3.Dot(ray, normal), 0, 1), 3));
        return Haze(Tone.Mix(new(0.028f, 0.062f, 0.055f), See(at, Vector3.Normalize(mirrored), mirror: false), fresnel), ray, surface);
    }

    private Vector3 Sky(Vector3 ray)
    {
        float up = Math.Max(ray.Y, 0.02f);
        Vector3 blue = Tone.Ramp(MathF.Pow(up, 0.6f), new(0.95f, 0.88f, 0.76f), new(0.42f, 0.60f, 0.86f), new(0.16f, 0.32f, 0.66f));
        Vector2 at = new Vector2(ray.X, ray.Z) / (up + 0.12f);
        float cloud = Noise.Fractal((at.X * 0.7f) + 4, (at.Y * 0.9f) - 1, 6, seed + 20, 0.55f);
        float lit = Noise.Fractal((at.X * 0.7f) + 3.8f, (at.Y * 0.9f) - 1.05f, 5, seed + 20, 0.55f);
        Vector3 white = Tone.Mix(new(0.60f, 0.62f, 0.68f), new(1.35f, 1.25f, 1.1f), 0.6f + (1.4f * (cloud - lit)));
        return Tone.Mix(blue, white, Tone.Step(-0.05f, 0.5f, cloud) * Tone.Step(0.02f, 0.22f, up));
    }

    private Vector3 Haze(Vector3 colour, Vector3 ray, float distance) =>
        Tone.Mix(colour, Sky(new(ray.X, 0.05f, ray.Z)), 1 - MathF.Exp(-distance * 0.0022f));

    private Vector3 Shade(Vector3 p, Vector3 ray, Material kind)
    {
        Vector3 normal = Tracing.Normal(p, 0.002f, q => Map(q).Distance);
        (Vector3 colour, float gloss, float bump) = Surface(p, normal, kind);
        if (bump > 0)
            normal = Vector3.Normalize(normal + (bump * new Vector3(Noise.Fractal((p.X + p.Z) * 5, p.Y * 5, 3, seed + 30),
                Noise.Fractal((p.Y + p.Z) * 5, p.X * 5, 3, seed + 34), Noise.Fractal(p.Z * 5, (p.X + p.Y) * 5, 3, seed + 38))));
        float wrap = kind == Material.Leaves ? 0.3f : 0, direct = Math.Max(0, (Vector3.Dot(normal, s_sun) + wrap) / (1 + wrap));
        if (direct > 0) direct *= Shadow(p + (normal * 0.03f));
        float open = 1, weight = 0.9f;
        for (int i = 1; i <= 4; i++)
        {
            float reach = 0.09f * i * i;
            open -= weight * Math.Max(0, reach - Map(p + (normal * reach)).Distance) / reach * 0.5f;
            weight *= 0.65f;
        }
        Vector3 ambient = Tone.Mix(new(0.30f, 0.27f, 0.23f), new(0.50f, 0.60f, 0.76f), 0.55f + (0.45f * normal.Y))
            * Math.Clamp(open, 0.08f, 1);
        Vector3 light = colour * ((new Vector3(3.0f, 2.55f, 1.95f) * direct) + ambient);
        if (gloss > 0) light += gloss * Sky(Vector3.Reflect(ray, normal) with { Y = Math.Abs(Vector3.Reflect(ray, normal).Y) + 0.1f });
        return light;
    }

    private float Shadow(Vector3 p)
    {
        float clear = 1, t = 0.04f;
        for (int i = 0; i < 60 && t < 22; i++)
        {
            float d = Map(p + (s_sun * t)).Distance;
            clear = Math.Min(clear, 0.5f + (14 * d / t));
            if (clear <= 0) return 0;
            t += Math.Clamp(d * 0.9f, 0.03f, 1.5f);
        }
        return Tone.Step(0, 1, clear);
    }

    private (Vector3 Colour, float Gloss, float Bump) Surface(Vector3 p, Vector3 normal, Material kind)
    {
        float grain = Noise.Fractal(p.X * 3, (p.Y * 3) + (p.Z * 2), 4, seed + 50);
        switch (kind)
        {
            case Material.House:
                House house = s_houses.MinBy(h => Math.Abs(p.X - h.Middle) - (h.Width / 2))!;
                return Front(p, normal, house, grain);
            case Material.Roof:
                float row = p.Y * 4.2f, tile = MathF.Sin((p.Z * 14) + (MathF.Floor(row) % 2 * 3.1f)), edge = row - MathF.Floor(row);
                return (Tone.Mix(new(0.20f, 0.065f, 0.040f), new(0.42f, 0.15f, 0.075f), 0.5f + (0.5f * grain) + (0.2f * tile))
                    * (0.7f + (0.4f * edge)), 0, 0.1f);
            case Material.Stone:
                if (normal.Y > 0.8f) return (Cobbles(p) * (0.9f + (0.3f * grain)), 0, 0.15f);
                (float near, float second, uint id, _) = Noise.Cells((p.X + p.Z) * 1.1f, p.Y * 2.2f, seed + 56);
                float shade = 0.75f + (0.4f * (id >> 24) / 255f), damp = Tone.Step(-0.35f, -0.8f, p.Y + (0.2f * grain));
                return (Tone.Mix(new Vector3(0.34f, 0.30f, 0.25f) * shade, new(0.07f, 0.085f, 0.05f), damp)
                    * (0.55f + (0.45f * Tone.Step(0.02f, 0.12f, second - near))) * (1 + (0.3f * grain)), 0, 0.25f);
            case Material.Leaves:
                return (Tone.Mix(new(0.045f, 0.11f, 0.022f), new(0.24f, 0.30f, 0.05f),
                    0.45f + (0.7f * Noise.At(p * 5, seed + 58))), 0, 0.5f);
            case Material.Boat:
                bool band = Turned(p - s_boat, 0.23f).Y - (0.035f * MathF.Pow(Turned(p - s_boat, 0.23f).X, 2)) > 0.17f;
                return (band ? new Vector3(0.72f, 0.64f, 0.48f) : new Vector3(0.10f, 0.26f, 0.36f) * (1 + (0.2f * grain)), 0.04f, 0.02f);
            case Material.Wood:
                return (new Vector3(0.19f, 0.12f, 0.065f) * (1 + (0.5f * Noise.Fractal(p.X * 9, p.Y * 2, 3, seed + 60))), 0, 0.2f);
            case Material.Lamp:
                return (new Vector3(1.0f, 0.86f, 0.5f), 0.1f, 0);
            default:
                return (new Vector3(0.03f, 0.035f, 0.035f), 0.06f, 0);
        }
    }

    private (Vector3 Colour, float Gloss, float Bump) Front(Vector3 p, Vector3 normal, House house, float grain)
    {
        float x = p.X - house.Middle;
        Opening opening = OpeningAt(x, p.Y, house);
        Vector3 cream = new Vector3(0.56f, 0.53f, 0.45f) * (0.95f + (0.1f * grain));
        if (normal.Z < -0.5f && p.Z > 0.06f && opening.Inside < 0.01f)
        {
            Vector2 at = opening.At;
            if (opening.IsDoor)
            {
                if (at.Y > 0.62f) return (new Vector3(0.03f, 0.04f, 0.05f), 0.35f, 0);
                bool panel = Math.Abs(Math.Abs(at.X) - 0.45f) < 0.3f && Math.Abs(Math.Abs(at.Y + 0.22f) - 0.4f) < 0.3f;
                return (house.Trim * house.Trim * (panel ? 0.75f : 1.05f), 0.03f, 0.03f);
            }
            bool bar = Math.Abs(at.X) > 0.86f || Math.Abs(at.Y) > 0.92f || Math.Abs(at.X) < 0.07f || Math.Abs(at.Y - 0.25f) < 0.05f;
            if (bar) return (cream, 0, 0);
            bool curtain = Math.Abs(at.X) > 0.62f - (0.15f * at.Y)
                && (Noise.Hash((int)(house.Middle * 10), (int)(p.Y / Storey), seed) & 3) != 0;
            return (curtain ? new Vector3(0.30f, 0.29f, 0.26f) : new Vector3(0.022f, 0.027f, 0.034f), 0.2f, 0);
        }
        float round = opening.Inside;
        if (round < 0.09f && p.Z < 0.1f) return (cream, 0, 0.05f);
        bool shutter = !opening.IsDoor && house.Stepped && Math.Abs(opening.At.X) < 1.75f && Math.Abs(opening.At.Y) < 1 && p.Z < 0.05f;
        if (shutter) return (house.Trim * house.Trim * (MathF.Sin(p.Y * 70) > 0 ? 1.1f : 0.8f), 0.02f, 0.02f);
        if (Math.Abs(p.Y - house.Eaves + 0.05f) < 0.12f || (house.Stepped && p.Y > house.Eaves && normal.Y > 0.6f))
            return (cream, 0, 0.05f);
        if (p.Y < 0.55f) return (new Vector3(0.20f, 0.19f, 0.18f) * (1 + (0.4f * grain)), 0, 0.2f);
        float v = p.Y / 0.105f, row = MathF.Floor(v), u = ((p.X + p.Z) / 0.30f) + (0.5f * (row % 2)), column = MathF.Floor(u);
        float mortar = Math.Max(Tone.Step(0.40f, 0.47f, Math.Abs(u - column - 0.5f)), Tone.Step(0.34f, 0.46f, Math.Abs(v - row - 0.5f)));
        float brick = 0.78f + (0.44f * Noise.Unit((int)column, (int)row, seed + 62));
        Vector3 wall = house.Wall * house.Wall * (0.85f * brick) * (1 + (0.25f * Noise.Fractal(p.X * 0.6f, p.Y * 0.5f, 4, seed + 64)));
        return (Tone.Mix(wall, new(0.34f, 0.31f, 0.27f), 0.42f * mortar), 0, 0.12f);
    }

    private Vector3 Cobbles(Vector3 p)
    {
        (float near, float second, uint id, _) = Noise.Cells(p.X * 3.1f, p.Z * 3.1f, seed + 54);
        return Tone.Mix(new(0.07f, 0.065f, 0.06f), new Vector3(0.31f, 0.285f, 0.255f) * (0.8f + (0.4f * (id >> 24) / 255f)),
            Tone.Step(0.02f, 0.16f, second - near));
    }

    private static void Take(float distance, Material of, ref float best, ref Material kind)
    {
        if (distance < best) (best, kind) = (distance, of);
    }

    private static float Box(Vector3 p, Vector3 half)
    {
        Vector3 q = Vector3.Abs(p) - half;
        return Vector3.Max(q, Vector3.Zero).Length() + Math.Min(Math.Max(q.X, Math.Max(q.Y, q.Z)), 0);
    }

    private static float Ellipsoid(Vector3 p, Vector3 radius)
    {
        float near = (p / radius).Length();
        return near * (near - 1) / Math.Max((p / (radius * radius)).Length(), 1e-4f);
    }

    /// <summary>Turned about the vertical by an angle.</summary>
    private static Vector3 Turned(Vector3 p, float angle)
    {
        (float sin, float cos) = MathF.SinCos(angle);
        return new((p.X * cos) + (p.Z * sin), p.Y, (p.Z * cos) - (p.X * sin));
    }

    private sealed record House(float Middle, float Width, float Eaves, bool Stepped, Vector3 Wall, Vector3 Trim);

    /// <summary>A place in a window or door: -1..1 from edge to edge, and the distance to its edge, negative inside.</summary>
    private readonly record struct Opening(Vector2 At, bool IsDoor, float Inside);
}
