using System.Numerics;

namespace MLNetStyle.PaintSamples;

/// <summary>A sun wheel on a star vault in glass and gold: tesserae that follow the drawing, set by relaxation, with grout
/// between.</summary>
/// <remarks>Tiles are the cells of an oriented Chebyshev metric, centred by Lloyd's steps (Hausner, "Simulating Decorative Mosaics",
/// 2001).</remarks>
internal sealed class Mosaic(Canvas canvas, int seed)
{
    private const float Tile = 0.0138f;
    private readonly List<Vector2> _sites = [];
    private readonly Vector2 _middle = new(canvas.Aspect / 2, 0.5f);
    private Vector2[] _axes = [];
    private List<int>[] _buckets = [];
    private int _across;

    private (Vector2 At, float R, float Turn)[] _stars = [];

    public static void Paint(Canvas canvas, int seed)
    {
        Mosaic mosaic = new(canvas, seed);
        mosaic.Scatter();
        for (int i = 0; i < 14; i++) mosaic.Relax();
        mosaic.Index();
        mosaic.Lay();
    }

    private void Scatter()
    {
        Random random = new(seed);
        List<(Vector2 At, float R, float Turn)> stars = [];
        for (int attempt = 0; attempt < 3000 && stars.Count < 26; attempt++)
        {
            Vector2 at = new(0.12f + (random.NextSingle() * (canvas.Aspect - 0.24f)), 0.12f + (random.NextSingle() * 0.76f));
            float r = 0.026f + (0.022f * random.NextSingle());
            if ((at - _middle).Length() > 0.375f + r
                && stars.TrueForAll(s => (s.At - at).Length() > (s.R + r) * 1.7f)) stars.Add((at, r, random.NextSingle()));
        }
        _stars = [.. stars];
        for (float y = Tile / 2; y < 1; y += Tile)
            for (float x = Tile / 2; x < canvas.Aspect; x += Tile) _sites.Add(new Vector2(x, y)
                + (Tile * 0.8f * (new Vector2(random.NextSingle(), random.NextSingle()) - new Vector2(0.5f))));
    }

    /// <summary>The drawing: the colour at a place, whether it is gold, and a distance whose level lines the tiles follow.</summary>
    private (Vector3 Colour, bool Gold, float Guide) Draw(float x, float y)
    {
        Vector3 gold = Tone.Hex(0xe6b53c), cream = Tone.Hex(0xe9dfc4), red = Tone.Hex(0xa83226), night = Tone.Hex(0x16307c),
            black = Tone.Hex(0x1b1a22), teal = Tone.Hex(0x1c8a8c);
        float frame = Math.Min(Math.Min(x, canvas.Aspect - x), Math.Min(y, 1 - y));
        if (frame < 7 * Tile)
        {
            if (frame < 2 * Tile) return (red, false, frame);
            if (frame < 3 * Tile) return (gold, true, frame);
            if (frame > 6 * Tile) return (cream, false, frame);
            float run = frame == x || frame == canvas.Aspect - x ? y : x;
            float wave = (4.5f * Tile) + (1.1f * Tile * MathF.Sin(run * 52));
            return (Math.Abs(frame - wave) < 0.55f * Tile ? cream : frame < wave ? teal : Tone.Hex(0x123a5e), false, frame);
        }
        Vector2 d = new Vector2(x, y) - _middle;
        float r = d.Length(), angle = MathF.Atan2(d.Y, d.X);
        if (r < 0.345f) return Wheel(r, angle, gold, cream, red, black);
        foreach ((Vector2 at, float size, float turn) in _stars)
        {
            Vector2 s = new Vector2(x, y) - at;
            float a = MathF.Atan2(s.Y, s.X) + turn, star = s.Length() - (size * (0.62f + (0.38f * MathF.Cos(a * 6))));
            if (star < 0) return (s.Length() < size * 0.42f ? cream : gold, s.Length() >= size * 0.42f, s.Length());
            if (s.Length() < size * 1.32f) return (Tone.Hex(0x2f6bb8), false, s.Length());
        }
        float corner = new Vector2(Math.Min(x, canvas.Aspect - x) - (7 * Tile), Math.Min(y, 1 - y) - (7 * Tile)).Length();
        if (corner < 0.215f)
        {
            int band = (int)(corner / 0.0307f);
            return (band switch { 0 => gold, 1 => red, 2 => cream, 3 => Tone.Hex(0x2e8f5b), 4 => teal, 5 => cream, _ => gold },
                band is 0 or 6, corner);
        }
        float shade = Noise.Fractal(x * 3.2f, y * 3.2f, 3, seed + 4);
        return (Tone.Ramp(0.5f + (0.8f * shade), Tone.Hex(0x0f1d5a), night, Tone.Hex(0x2450a8), Tone.Hex(0x2f74b8)), false, r);
    }

    private static (Vector3 Colour, bool Gold, float Guide) Wheel(float r, float angle, Vector3 gold, Vector3 cream, Vector3 red,
        Vector3 black)
    {
        float turn = (angle / (2 * MathF.PI)) + 0.5f;
        if (r < 0.062f) return (gold, true, r);
        if (r < 0.082f) return (red, false, r);
        if (r < 0.215f)
        {
            float ray = Math.Abs((((turn * 16) + (0.55f * MathF.Sin((r - 0.08f) * 18) / 2) + 4) % 1) - 0.5f) * 2,
                reach = 1 - ((r - 0.082f) / 0.133f);
            if (ray < reach) return (ray < reach - 0.32f ? gold : Tone.Hex(0xd9672a), ray < reach - 0.32f, r);
            return (Tone.Ramp((r - 0.08f) / 0.13f, Tone.Hex(0x7fb8c8), Tone.Hex(0x3f7fb8)), false, r);
        }
        if (r < 0.236f) return (cream, false, r);
        if (r < 0.298f)
        {
            // Two strands that cross: a guilloche.
            float phase = turn * 2 * MathF.PI * 14, v = (r - 0.267f) / 0.024f;
            float one = Math.Abs(v - MathF.Sin(phase)), two = Math.Abs(v + MathF.Sin(phase));
            if (one < 0.55f && (one < two || MathF.Cos(phase) > 0)) return (red, false, r);
            if (two < 0.55f) return (Tone.Hex(0x2e8f5b), false, r);
            return (Math.Abs(MathF.Cos(phase)) < 0.5f ? cream : black, false, r);
        }
        if (r < 0.3195f) return (cream, false, r);
        return (gold, true, r);
    }

    private Vector2 Axis(Vector2 p)
    {
        const float E = 0.004f;
        float Guide(float dx, float dy) => Draw(p.X + dx, p.Y + dy).Guide;
        Vector2 slope = new(Guide(E, 0) - Guide(-E, 0), Guide(0, E) - Guide(0, -E));
        float length = slope.Length();
        return length is < 1e-6f or > 0.05f ? Vector2.Normalize(p - _middle + new Vector2(1e-5f)) : slope / length;
    }

    private void Index()
    {
        _across = (int)(canvas.Aspect / Tile) + 1;
        int down = (int)(1 / Tile) + 1;
        _buckets = [.. Enumerable.Range(0, _across * down).Select(_ => new List<int>())];
        for (int i = 0; i < _sites.Count; i++)
            _buckets[(Math.Clamp((int)(_sites[i].Y / Tile), 0, down - 1) * _across)
                + Math.Clamp((int)(_sites[i].X / Tile), 0, _across - 1)].Add(i);
        _axes = [.. _sites.AsParallel().AsOrdered().Select(Axis)];
    }

    private (int Site, float Near, float Second) Nearest(Vector2 p)
    {
        int cx = (int)(p.X / Tile), cy = (int)(p.Y / Tile), site = -1;
        float near = 9, second = 9;
        for (int j = Math.Max(0, cy - 2); j <= cy + 2 && j < _buckets.Length / _across; j++)
            for (int i = Math.Max(0, cx - 2); i <= cx + 2 && i < _across; i++)
                foreach (int k in _buckets[(j * _across) + i])
                {
                    Vector2 d = p - _sites[k], axis = _axes[k];
                    float u = Math.Abs(Vector2.Dot(d, axis)), v = Math.Abs((d.X * axis.Y) - (d.Y * axis.X));
                    float distance = Math.Max(u, v) + (0.12f * (u + v));
                    if (distance < near) (site, near, second) = (k, distance, near);
                    else if (distance < second) second = distance;
                }
        return (site, near, second);
    }

    private void Relax()
    {
        Index();
        const int Rows = 900;
        int columns = (int)(Rows * canvas.Aspect);
        Vector3[] sums = new Vector3[_sites.Count];
        object gate = new();
        int[,] owner = new int[Rows, columns];
        Parallel.For(0, Rows, y =>
        {
            for (int x = 0; x < columns; x++) owner[y, x] = Nearest(new((x + 0.5f) / Rows, (y + 0.5f) / Rows)).Site;
        });
        for (int y = 0; y < Rows; y++)
            for (int x = 0; x < columns; x++)
                if (owner[y, x] >= 0) sums[owner[y, x]] += new Vector3((x + 0.5f) / Rows, (y + 0.5f) / Rows, 1);
        for (int i = 0; i < sums.Length; i++)
            if (sums[i].Z > 0) _sites[i] = new Vector2(sums[i].X, sums[i].Y) / sums[i].Z;
    }

    private void Lay() => canvas.Fill((x, y) =>
    {
        Vector2 p = new Vector2(x, y)
            + (0.0011f * new Vector2(Noise.Fractal(x * 130, y * 130, 2, seed + 20), Noise.Fractal(x * 130, y * 130, 2, seed + 23)));
        (int site, float near, float second) = Nearest(p);
        Vector2 at = _sites[site], d = p - at;
        float edge = (second - near) / Tile, own = Noise.Unit(site, 1, seed), other = Noise.Unit(site, 2, seed);
        float grit = Noise.Fractal(x * 400, y * 400, 2, seed + 26);
        Vector3 grout = Tone.Hex(0x4c443b) * (0.75f + (0.25f * Noise.Fractal(x * 60, y * 60, 3, seed + 29)) + (0.18f * grit));
        float gap = 0.11f + (0.05f * own);
        if (edge < gap) return grout * (0.62f + (1.8f * edge));
        (Vector3 colour, bool gold, _) = Draw(at.X, at.Y);
        // Each tile is set a little askew and so catches the light in its own way.
        Vector2 tilt = new(own - 0.5f, other - 0.5f);
        float catchLight = -Vector2.Dot(tilt, new(0.75f, 0.85f));
        colour *= gold ? 0.95f + (0.62f * catchLight) : 0.97f + (0.42f * catchLight);
        colour += 0.055f * (new Vector3(Noise.Unit(site, 3, seed), Noise.Unit(site, 4, seed),
            Noise.Unit(site, 5, seed)) - new Vector3(0.5f));
        if (gold)
        {
            float glint = Tone.Step(0.30f, 0.62f, catchLight + (0.25f * Noise.Fractal(x * 70, y * 70, 3, seed + 33)));
            colour = Tone.Mix(colour, Tone.Hex(0xfff0b4), 0.75f * glint) * (0.95f
                + (0.10f * Noise.Fractal(x * 120, y * 120, 3, seed + 35)));
        }
        else
        {
            float vein = Noise.Fractal((x * 75) + (own * 50), (y * 75) + (other * 50), 3, seed + 37);
            colour *= 1 + (0.13f * vein) + (0.05f * grit);
        }
        colour *= 1 + (0.16f * -Vector2.Dot(d / Tile, new(0.7f, 0.75f)));
        float bevel = Tone.Step(gap + 0.20f, gap, edge);
        Vector2 rim = d.LengthSquared() > 1e-12f ? Vector2.Normalize(d) : Vector2.UnitX;
        colour *= 1 + (bevel * ((0.42f * -Vector2.Dot(rim, new(0.66f, 0.75f))) - 0.10f));
        float pit = Tone.Step(0.13f, 0.05f, Noise.Cells(x * 130, y * 130, seed + 41).Near) * (own > 0.6f ? 0.35f : 0);
        return colour * (1 - pit);
    });
}
