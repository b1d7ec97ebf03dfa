using System.Numerics;

namespace MLNetStyle.PaintSamples;

/// <summary>A lake under snow mountains in late light: a ray-marched height field, its mirror in the water, and a near bank with
/// trees.</summary>
internal sealed class MountainLake
{
    private const float Horizon = 0.57f, Focal = 1.28f, EyeHeight = 7;
    private const int Grid = 2048;
    private const float West = -8000, East = 8000, South = 900, North = 15000;

    private static readonly Vector3 s_sun = Vector3.Normalize(new(-0.80f, 0.44f, -0.30f));
    private static readonly Vector3 s_sunlight = new(3.3f, 2.75f, 2.05f);
    private static readonly Vector3 s_skylight = new(0.42f, 0.58f, 0.88f);

    private readonly float[] _height = new float[Grid * Grid];
    private readonly float[] _light = new float[Grid * Grid];
    private readonly int _seed;

    private MountainLake(int seed) => _seed = seed;

    public static void Paint(Canvas canvas, int seed)
    {
        MountainLake lake = new(seed);
        lake.RaiseLand();
        lake.CastShadows();
        float middle = canvas.Aspect / 2;
        canvas.Fill((x, y) => y < Horizon + 0.012f ? lake.Far(x - middle, y) : default);
        lake.Water(canvas);
        new LakeBank(canvas, seed).Paint();
    }

    /// <summary>The same scene in flat colours: sky, land, water.</summary>
    public static void PaintRegions(Canvas canvas, int seed)
    {
        MountainLake lake = new(seed);
        lake.RaiseLand();
        float middle = canvas.Aspect / 2;
        canvas.Fill((x, y) => y < Horizon + 0.012f && lake.Land(x - middle, y, out _) is null ? RegionColours.Sky : RegionColours.Land);
        int[] line = lake.WaterLine(canvas);
        for (int x = 0; x < canvas.Width; x++)
            for (int y = line[x]; y < canvas.Height; y++) canvas.Pixels[(y * canvas.Width) + x] = RegionColours.Water;
        // What the bank covers: painted over black and over white it comes out alike there.
        Canvas dark = new(canvas.Width / Canvas.Oversampling, canvas.Height / Canvas.Oversampling),
            light = new(canvas.Width / Canvas.Oversampling, canvas.Height / Canvas.Oversampling);
        light.Fill((_, _) => Vector3.One);
        new LakeBank(dark, seed).Paint();
        new LakeBank(light, seed).Paint();
        for (int i = 0; i < canvas.Pixels.Length; i++)
            if (Vector3.Distance(light.Pixels[i], dark.Pixels[i]) < 0.5f) canvas.Pixels[i] = RegionColours.Land;
    }

    private void RaiseLand() => Parallel.For(0, Grid, j =>
    {
        float z = South + ((North - South) * j / (Grid - 1));
        for (int i = 0; i < Grid; i++)
        {
            float x = West + ((East - West) * i / (Grid - 1));
            _height[(j * Grid) + i] = Land(x, z);
        }
    });

    private float Land(float x, float z)
    {
        float wx = x + (260 * Noise.Fractal(x / 1500, z / 1500, 3, _seed)), wz = z
            + (260 * Noise.Fractal(x / 1500, z / 1500, 3, _seed + 40));
        float shore = 1750 + (330 * Noise.Fractal(x / 900, 0.3f, 3, _seed + 7)) - (0.16f * Math.Abs(x - 200));
        float land = -12 + (26 * Tone.Step(shore - 120, shore + 500, z));
        float flanks = Tone.Step(150, 3000, Math.Abs(wx - 250 + (0.05f * z)));
        float hills = (120 + (620 * flanks)) * (0.55f + (0.55f * Noise.Fractal(wx / 1100, wz / 1100, 5, _seed + 11))) * Tone.Step(shore,
            shore + 2400, z);
        float massif = Tone.Step(3300, 8200, z) * (1 - (0.4f * Tone.Step(10500, 14500, z)));
        float peaks = 2350 * massif * MathF.Pow(Noise.Ridged((wx + 2300) / 4300, wz / 4300, 9, _seed + 20), 1.25f);
        float summit = 900 * massif * MathF.Exp(-(((x + 900) * (x + 900)) + ((z - 8600) * (z - 8600))) / (2 * 1500f * 1500));
        return land + Math.Max(hills, 0) + peaks + (summit * (0.7f + (0.5f * Noise.Ridged(x / 900, z / 900, 5, _seed + 31))));
    }

    private void CastShadows() => Parallel.For(0, Grid, j =>
    {
        float cellX = (East - West) / (Grid - 1), cellZ = (North - South) / (Grid - 1);
        for (int i = 0; i < Grid; i++)
        {
            float h = _height[(j * Grid) + i], clear = 1;
            for (float t = 15; t < 5000 && clear > 0; t *= 1.09f)
            {
                float gi = i + (s_sun.X * t / cellX), gj = j + (s_sun.Z * t / cellZ), ray = h + (s_sun.Y * t) + 4;
                if (gi < 0 || gj < 0 || gi >= Grid - 1 || gj >= Grid - 1 || ray > 4500) break;
                clear = Math.Min(clear, 0.5f + (18 * (ray - Lookup(_height, gi, gj)) / t));
            }
            _light[(j * Grid) + i] = Math.Clamp(clear, 0, 1);
        }
    });

    private static float Lookup(float[] field, float gi, float gj)
    {
        gi = Math.Clamp(gi, 0, Grid - 1.001f);
        gj = Math.Clamp(gj, 0, Grid - 1.001f);
        int i = (int)gi, j = (int)gj, k = (j * Grid) + i;
        float u = gi - i, v = gj - j;
        return ((field[k] + ((field[k + 1] - field[k]) * u)) * (1 - v))
            + ((field[k + Grid] + ((field[k + Grid + 1] - field[k + Grid]) * u)) * v);
    }

    private static float At(float[] field, float x, float z) =>
        Lookup(field, (x - West) / (East - West) * (Grid - 1), (z - South) / (North - South) * (Grid - 1));

    /// <summary>Where forest grows, 0 to 1, and the height of its crowns there.</summary>
    private (float Cover, float Crown, float Side, uint Id) Forest(float x, float z, float height)
    {
        float cover = Tone.Step(760, 480, height + (170 * Noise.Fractal(x / 420, z / 420, 3, _seed + 60)))
            * Tone.Step(-0.55f, -0.1f, Noise.Fractal(x / 600, z / 600, 3, _seed + 66)) * Tone.Step(2, 7, height);
        if (cover <= 0.02f) return default;
        (float near, _, uint id, Vector2 offset) = Noise.Cells(x / 11, z / 11, _seed + 70);
        float tall = 12 + (12 * ((id >> 20) / 4096f));
        return (cover, cover * tall * Math.Max(0, 1 - (near * 1.25f)), offset.X, id);
    }

    private Vector3 Far(float sx, float sy) => Land(sx, sy, out Vector3 ray) ?? Tone.Film(Sky(ray), 0.72f);

    /// <summary>The land that is seen there; null for the sky.</summary>
    private Vector3? Land(float sx, float sy, out Vector3 ray)
    {
        ray = Vector3.Normalize(new(sx, Horizon - sy, Focal));
        Vector3 eye = new(0, EyeHeight, 0);
        float t = South / ray.Z, step = 6;
        for (int i = 0; i < 700; i++)
        {
            Vector3 p = eye + (ray * t);
            if (p.Z > North - 20 || p.Y > 4300) break;
            float height = At(_height, p.X, p.Z), gap = p.Y - height;
            if (gap < 30 && height > 0)
            {
                (float cover, float crown, float side, uint id) = Forest(p.X, p.Z, height);
                if (gap < crown || gap < 0.3f) return Haze(Ground(p, height, cover, Math.Max(crown, 0), side, id, t), ray, t, p.Y);
                step = Math.Max(0.6f + (t * 0.0003f), 0.25f * (gap - crown));
            }
            else
            {
                if (gap < 0) break;
                step = Math.Max(2 + (t * 0.0004f), 0.35f * gap);
            }
            t += step;
        }
        return null;
    }

    private Vector3 Ground(Vector3 p, float height, float cover, float crown, float side, uint id, float t)
    {
        float d = Math.Max(9, t * 0.0016f);
        float dx = (At(_height, p.X + d, p.Z) - At(_height, p.X - d, p.Z)) / (2 * d),
            dz = (At(_height, p.X, p.Z + d) - At(_height, p.X, p.Z - d)) / (2 * d);
        float grain = Noise.Fractal(p.X / 37, p.Z / 37, 4, _seed + 80), bump = 0.55f;
        Vector3 normal = Vector3.Normalize(new(-dx + (bump * Noise.Fractal(p.X / 25, (p.Z / 25) + (height / 40), 4, _seed + 84)), 1, -dz
            + (bump * grain)));
        float slope = 1 / MathF.Sqrt(1 + (dx * dx) + (dz * dz));
        float strata = Noise.Fractal(p.X / 700, height / 46, 3, _seed + 90);
        Vector3 rock = Tone.Mix(new(0.075f, 0.074f, 0.082f), new(0.21f, 0.18f, 0.155f), 0.5f + (0.5f * strata) + (0.3f * grain));
        Vector3 meadow = Tone.Mix(new(0.13f, 0.19f, 0.055f), new(0.27f, 0.25f, 0.09f), 0.5f + grain);
        Vector3 colour = Tone.Mix(rock, meadow,
            Tone.Step(0.72f, 0.86f, slope + (0.08f * grain)) * Tone.Step(1250, 700, height + (160 * grain)));
        float snow = Tone.Step(820, 1250, height + (480 * Noise.Fractal(p.X / 900, p.Z / 900, 4, _seed + 95))) * Tone.Step(0.36f, 0.60f,
            slope + (0.16f * grain) + (0.05f * strata));
        colour = Tone.Mix(colour, new(0.88f, 0.90f, 0.94f), snow);
        float sun = At(_light, p.X, p.Z), occlusion = 1;
        if (cover > 0.02f)
        {
            float tint = (id >> 8 & 1023) / 1023f;
            Vector3 pine = Tone.Mix(new(0.022f, 0.062f, 0.028f), new(0.085f, 0.125f, 0.030f), tint);
            if (tint > 0.9f && height < 230) pine = new(0.26f, 0.17f, 0.035f);
            colour = Tone.Mix(colour, pine, Tone.Step(0.1f, 0.5f, cover));
            occlusion = float.Lerp(1, 0.25f + (0.06f * crown), cover);
            sun *= float.Lerp(1, Tone.Step(0.55f, -0.45f, side), cover);
            normal = Vector3.Normalize(Vector3.Lerp(normal, Vector3.Normalize(new(-0.4f, 0.9f, -0.5f)), 0.6f * cover));
        }
        float direct = Math.Max(0, Vector3.Dot(normal, s_sun)) * sun;
        return colour * ((s_sunlight * direct) + (s_skylight * occlusion * (0.55f + (0.45f * normal.Y))));
    }

    private static Vector3 Haze(Vector3 colour, Vector3 ray, float t, float height)
    {
        Vector3 air = Tone.Mix(new(0.50f, 0.64f, 0.86f), new(0.95f, 0.80f, 0.62f),
            0.75f * MathF.Pow(Math.Max(0, Vector3.Dot(ray, Vector3.Normalize(new(-0.8f, 0.1f, 0.5f)))), 3));
        float thick = (t / 24000 * MathF.Exp(-height / 2600)) + (0.45f * Tone.Step(1200, 3800, t) * MathF.Exp(-height / 75));
        return Tone.Film(Tone.Mix(colour, air, 1 - MathF.Exp(-thick)), 0.72f);
    }

    private Vector3 Sky(Vector3 ray)
    {
        float up = Math.Max(ray.Y, 0), side = ray.X / ray.Z;
        Vector3 sky = Tone.Ramp(MathF.Pow(up * 1.7f, 0.75f), new(0.96f, 0.86f, 0.72f), new(0.56f, 0.74f, 0.94f), new(0.22f, 0.43f, 0.80f),
            new(0.10f, 0.26f, 0.62f));
        sky = Tone.Mix(sky, new(1.05f, 0.88f, 0.66f), 0.4f * Tone.Step(0.2f, -0.7f, side) * MathF.Exp(-up * 5));
        float elevation = up;
        float here = Cloud(side, elevation), toward = Cloud(side - 0.035f, elevation + 0.028f);
        float cover = Tone.Step(0, 0.30f, here),
            lit = Math.Clamp(0.62f + (1.5f * (here - toward)) - (0.35f * Math.Max(0, here - 0.35f)), 0, 1);
        Vector3 cloud = Tone.Ramp(lit, new(0.42f, 0.46f, 0.58f), new(0.80f, 0.76f, 0.77f), new(1.45f, 1.28f, 1.06f));
        cloud = Tone.Mix(cloud, sky, 0.55f * MathF.Exp(-elevation * 9));
        float veil = Tone.Step(0.1f, 0.9f,
            Noise.Fractal((side * 1.3f) + (elevation * 2), elevation * 14, 5, _seed + 130)) * 0.28f * Tone.Step(0.15f, 0.35f, elevation);
        return Tone.Mix(Tone.Mix(sky, new(1.1f, 1.08f, 1.05f), veil), cloud, cover);
    }

    private float Cloud(float side, float elevation)
    {
        float wx = side + (0.05f * Noise.Fractal(side * 6, elevation * 9, 3, _seed + 110)), wy = elevation
            + (0.03f * Noise.Fractal(side * 6, elevation * 9, 3, _seed + 115));
        float billow = 0, weight = 0.5f, scale = 3.1f;
        for (int i = 0; i < 6; i++)
        {
            billow += weight * (1 - (1.7f * MathF.Abs(Noise.At((wx * scale) + i, wy * scale * 1.9f, _seed + 120 + i))));
            weight *= 0.52f;
            scale *= 2.05f;
        }
        float bank = 0.75f * MathF.Exp(-(elevation - 0.17f) * (elevation - 0.17f) / 0.009f) * Tone.Step(-0.35f, 0.25f, side
            + (0.2f * Noise.At(side * 2, 4, _seed)));
        float streak = 0.30f * MathF.Exp(-(elevation - 0.36f) * (elevation - 0.36f) / 0.006f) * Tone.Step(0.15f, -0.35f, side);
        return billow - 0.62f + bank + streak + (0.22f * Noise.Fractal(side * 1.7f, elevation * 2.5f, 2, _seed + 128));
    }

    /// <summary>The waterline of each column: the first place below which the far view finds no land.</summary>
    private int[] WaterLine(Canvas canvas)
    {
        float middle = canvas.Aspect / 2;
        int[] line = new int[canvas.Width];
        for (int x = 0; x < canvas.Width; x++)
        {
            Vector3 ray = default;
            int y = (int)((Horizon - 0.004f) * canvas.Height);
            for (; y < (int)((Horizon + 0.011f) * canvas.Height); y++)
            {
                ray = Vector3.Normalize(new(((x + 0.5f) / canvas.Height) - middle, Horizon - ((y + 0.5f) / canvas.Height), Focal));
                if (ray.Y >= 0) continue;
                float t = EyeHeight / -ray.Y;
                if (ray.Z * t < North && At(_height, ray.X * t, ray.Z * t) < 0.5f) break;
            }
            line[x] = y;
        }
        return line;
    }

    private void Water(Canvas canvas)
    {
        Vector3[] above = (Vector3[])canvas.Pixels.Clone();
        float middle = canvas.Aspect / 2;
        int[] line = WaterLine(canvas);
        int first = Math.Min(canvas.Height, line.Min());
        Parallel.For(first, canvas.Height, y =>
        {
            float sy = (y + 0.5f) / canvas.Height, down = Math.Max(sy - Horizon, 0.0008f);
            for (int x = 0; x < canvas.Width; x++)
            {
                if (y < line[x]) continue;
                float sx = ((x + 0.5f) / canvas.Height) - middle, z = EyeHeight * Focal / down, wx = sx * z / Focal;
                float calm = Tone.Step(0.25f, -0.15f, Noise.Fractal(wx / 160, z / 50, 4, _seed + 150));
                float rough = float.Lerp(0.020f, 0.007f, calm) * Tone.Step(0, 0.03f, down);
                float swell = Noise.Fractal(wx / 2.2f, z / 1.1f, 3, _seed + 155) * Tone.Step(900, 60, z);
                float fine = Noise.Fractal(wx / 0.5f, z / 0.22f, 3, _seed + 158) * Tone.Step(140, 15, z);
                Vector3 mirror = default;
                for (int k = 0; k < 5; k++)
                {
                    float wave = (swell * 0.6f) + (fine * 0.5f) + (0.5f * (k - 2))
                        + (0.8f * Noise.At(sx * 90, (sy * 900) + (k * 31), _seed + 160));
                    float px = sx + (0.25f * rough * wave * Noise.At(wx / 3, z / 2, _seed + 166)) + middle, py = (2 * Horizon) - sy
                        + 0.004f - (rough * wave * 1.3f);
                    mirror += Reflected(above, canvas, px, Math.Min(py, (line[x] - 2f) / canvas.Height));
                }
                mirror /= 5;
                float graze = MathF.Pow(1 - (down / MathF.Sqrt((down * down) + (Focal * Focal))), 5);
                float reflect = Math.Clamp((0.58f + (0.42f * graze)) - (0.45f * Tone.Step(0.12f, 0.45f, down)) + (0.10f * (swell + fine)),
                    0.1f, 1);
                Vector3 deep = Tone.Mix(Tone.Hex(0x1d4a55), Tone.Hex(0x2f5d57), Tone.Step(0.15f, 0.42f, down));
                Vector3 colour = Tone.Mix(deep, mirror * new Vector3(0.93f, 0.965f, 0.985f), reflect);
                colour = Tone.Mix(colour, Tone.Hex(0xb9d2e0), 0.30f * (1 - calm) * Tone.Step(0.09f, 0.01f, down));
                canvas.Pixels[(y * canvas.Width) + x] = colour;
            }
        });
    }

    private static Vector3 Reflected(Vector3[] above, Canvas canvas, float px, float py)
    {
        int x = Math.Clamp((int)(px * canvas.Height), 0, canvas.Width - 1), y = Math.Clamp((int)(py * canvas.Height), 0, canvas.Height - 1);
        return above[(y * canvas.Width) + x];
    }
}
