namespace MLNetStyle.Samples.Batch;

/// <summary>Where each place of a frame was in the one before, found by comparing blocks, and pictures brought along with it.</summary>
internal sealed class FrameMotion
{
    private const int Block = 16, Reach = 24;

    // A still block stays still unless motion explains it better by this much, so that noise moves nothing.
    private const float LeastGain = 0.8f, Noise = 2;

    // A block with less in it tells no motion; blocks this near to the motion of most of them go with it; this many must agree.
    private const float LeastTexture = 3, Near = 0.75f, LeastAgreement = 0.6f;
    private const int Refinements = 4;

    private readonly int _width, _height, _columns, _rows;
    private readonly float[] _dx, _dy;
    private readonly bool[] _sure;

    private FrameMotion(int width, int height)
    {
        (_width, _height) = (width, height);
        (_columns, _rows) = ((width + Block - 1) / Block, (height + Block - 1) / Block);
        (_dx, _dy, _sure) = (new float[_columns * _rows], new float[_columns * _rows], new bool[_columns * _rows]);
    }

    /// <summary>Finds the motion from one frame to the next, of the same size.</summary>
    public static FrameMotion Between(PlanarImage before, PlanarImage now)
    {
        FrameMotion motion = new(now.Width, now.Height);
        float[] a = Grey(before), b = Grey(now);
        Parallel.For(0, motion._rows, row =>
        {
            for (int column = 0; column < motion._columns; column++) motion.Match(a, b, column, row);
        });
        motion.Smooth(motion._dx);
        motion.Smooth(motion._dy);
        motion.FollowCamera(a, b);
        return motion;
    }

    /// <summary>A picture of the frame before, moved to where its places are now; what comes from outside is the nearest inside.</summary>
    public PlanarImage Moved(PlanarImage picture)
    {
        PlanarImage moved = new(_width, _height);
        Parallel.For(0, _height, y =>
        {
            Span<float> wx = stackalloc float[4], wy = stackalloc float[4];
            for (int x = 0; x < _width; x++)
            {
                (float dx, float dy) = At(x, y);
                float px = Math.Clamp(x + dx, 0, _width - 1), py = Math.Clamp(y + dy, 0, _height - 1);
                int x0 = (int)px, y0 = (int)py;
                if (px == x0 && py == y0)
                {
                    for (int c = 0; c < PlanarImage.Channels; c++) moved.Plane(c)[(y * _width) + x] = picture.Plane(c)[(y0 * _width) + x0];
                    continue;
                }
                Cubic(px - x0, wx);
                Cubic(py - y0, wy);
                for (int c = 0; c < PlanarImage.Channels; c++)
                {
                    ReadOnlySpan<float> plane = picture.Plane(c);
                    float sum = 0;
                    for (int j = 0; j < 4; j++)
                    {
                        int line = Math.Clamp(y0 + j - 1, 0, _height - 1) * _width;
                        for (int i = 0; i < 4; i++) sum += wy[j] * wx[i] * plane[line + Math.Clamp(x0 + i - 1, 0, _width - 1)];
                    }
                    moved.Plane(c)[(y * _width) + x] = Math.Clamp(sum, 0, 255);
                }
            }
        });
        return moved;
    }

    // Catmull and Rom's cubic: less blur than straight lines where a picture is moved often.
    private static void Cubic(float t, Span<float> w)
    {
        w[0] = -0.5f * t * (1 - t) * (1 - t);
        w[1] = (((1.5f * t) - 2.5f) * t * t) + 1;
        w[2] = (((-1.5f * t) + 2) * t * t) + (0.5f * t);
        w[3] = 0.5f * (t - 1) * t * t;
    }

    private void Match(float[] a, float[] b, int column, int row)
    {
        int x0 = column * Block, y0 = row * Block, x1 = Math.Min(x0 + Block, _width), y1 = Math.Min(y0 + Block, _height);
        float still = Difference(a, b, x0, y0, x1, y1, 0, 0, float.MaxValue), best = still;
        int area = (x1 - x0) * (y1 - y0), place = (row * _columns) + column;
        float texture = 0;
        for (int y = y0; y < y1; y++)
            for (int x = x0; x < x1; x++) texture += MathF.Abs(b[(y * _width) + x]);
        bool textured = texture > LeastTexture * area;
        if (still <= Noise * area)
        {
            _sure[place] = textured;
            return;
        }
        int dx = 0, dy = 0;
        for (int v = -Reach; v <= Reach; v++)
        {
            for (int u = -Reach; u <= Reach; u++)
            {
                float d = Difference(a, b, x0, y0, x1, y1, u, v, best);
                if (d < best) (best, dx, dy) = (d, u, v);
            }
        }
        if (best > LeastGain * still) return;
        _sure[place] = textured;
        (_dx[place], _dy[place]) = (dx + Part(dx, dy, 1, 0), dy + Part(dx, dy, 0, 1));

        // The bottom of a parabola through three differences.
        float Part(int u, int v, int alongX, int alongY)
        {
            float less = Difference(a, b, x0, y0, x1, y1, u - alongX, v - alongY, float.MaxValue);
            float more = Difference(a, b, x0, y0, x1, y1, u + alongX, v + alongY, float.MaxValue);
            float curve = less + more - (2 * best);
            float part = curve > 0 ? Math.Clamp(0.5f * (less - more) / curve, -0.5f, 0.5f) : 0;
            return MathF.Abs(part) < 0.15f ? 0 : part; // whole steps blur nothing
        }
    }

    private float Difference(float[] a, float[] b, int x0, int y0, int x1, int y1, int dx, int dy, float most)
    {
        float sum = 0;
        for (int y = y0; y < y1 && sum < most; y++)
        {
            int line = Math.Clamp(y + dy, 0, _height - 1) * _width, own = y * _width;
            for (int x = x0; x < x1; x++) sum += MathF.Abs(b[own + x] - a[line + Math.Clamp(x + dx, 0, _width - 1)]);
        }
        return sum;
    }

    // Where most blocks that tell a motion tell the same, the camera moved: those near to it and those that tell none go with it, by one
    // exact motion.
    private void FollowCamera(float[] a, float[] b)
    {
        int[] sure = [.. Enumerable.Range(0, _sure.Length).Where(i => _sure[i])];
        if (sure.Length == 0) return;
        float dx = Median(_dx), dy = Median(_dy);
        int[] agreed = [.. sure.Where(i => Agrees(i))];
        if (agreed.Length < LeastAgreement * sure.Length || (dx == 0 && dy == 0)) return;
        for (int i = 0; i < Refinements; i++) Refine(a, b, agreed, ref dx, ref dy);
        // A whole step blurs nothing.
        const float Whole = 0.03f;
        (float wholeX, float wholeY) = (MathF.Round(dx), MathF.Round(dy));
        if (MathF.Abs(dx - wholeX) < Whole && MathF.Abs(dy - wholeY) < Whole) (dx, dy) = (wholeX, wholeY);
        for (int i = 0; i < _sure.Length; i++)
            if (!_sure[i] || Agrees(i)) (_dx[i], _dy[i]) = (dx, dy);

        bool Agrees(int i) => MathF.Abs(_dx[i] - dx) < Near && MathF.Abs(_dy[i] - dy) < Near;

        float Median(float[] field)
        {
            float[] values = [.. sure.Select(i => field[i])];
            Array.Sort(values);
            return values[values.Length / 2];
        }
    }

    // A step of Lucas and Kanade's (1981) over some blocks: the shift that makes squared differences least, by the slopes of the frame
    // before.
    private void Refine(float[] a, float[] b, int[] blocks, ref float dx, ref float dy)
    {
        double xx = 0, xy = 0, yy = 0, xt = 0, yt = 0;
        foreach (int block in blocks)
        {
            int x0 = block % _columns * Block, y0 = block / _columns * Block;
            for (int y = y0; y < Math.Min(y0 + Block, _height); y++)
            {
                for (int x = x0; x < Math.Min(x0 + Block, _width); x++)
                {
                    float px = x + dx, py = y + dy;
                    if (px < 1 || py < 1 || px > _width - 3 || py > _height - 3) continue;
                    float here = Sample(px, py), gx = 0.5f * (Sample(px + 1, py) - Sample(px - 1, py)), gy = 0.5f * (Sample(px, py + 1)
                        - Sample(px, py - 1)), t = b[(y * _width) + x] - here;
                    (xx, xy, yy, xt, yt) = (xx + (gx * gx), xy + (gx * gy), yy + (gy * gy), xt + (gx * t), yt + (gy * t));
                }
            }
        }
        double determinant = (xx * yy) - (xy * xy);
        if (determinant < 1e-3 * xx * yy || determinant <= 0) return;
        dx += (float)Math.Clamp(((yy * xt) - (xy * yt)) / determinant, -Near, Near);
        dy += (float)Math.Clamp(((xx * yt) - (xy * xt)) / determinant, -Near, Near);

        float Sample(float x, float y)
        {
            int i = (int)x, j = (int)y, at = (j * _width) + i;
            float s = x - i, t = y - j;
            return ((1 - t) * (((1 - s) * a[at]) + (s * a[at + 1]))) + (t * (((1 - s) * a[at + _width]) + (s * a[at + _width + 1])));
        }
    }

    // The median of a block and its neighbours: what one block alone believes is not motion.
    private void Smooth(float[] field)
    {
        float[] from = [.. field];
        List<float> near = [];
        for (int row = 0; row < _rows; row++)
        {
            for (int column = 0; column < _columns; column++)
            {
                near.Clear();
                for (int j = Math.Max(0, row - 1); j <= Math.Min(_rows - 1, row + 1); j++)
                    for (int i = Math.Max(0, column - 1); i <= Math.Min(_columns - 1, column + 1); i++) near.Add(from[(j * _columns) + i]);
                near.Sort();
                field[(row * _columns) + column] = near[near.Count / 2];
            }
        }
    }

    // Between the middles of four blocks in proportion.
    private (float Dx, float Dy) At(int x, int y)
    {
        float bx = Math.Clamp(((x + 0.5f) / Block) - 0.5f, 0, _columns - 1), by = Math.Clamp(((y + 0.5f) / Block) - 0.5f, 0, _rows - 1);
        int i = Math.Min((int)bx, _columns - 1), j = Math.Min((int)by, _rows - 1), k = Math.Min(i + 1, _columns - 1), l = Math.Min(j + 1,
            _rows - 1);
        float s = bx - i, t = by - j;
        return (Mix(_dx), Mix(_dy));

        float Mix(float[] f)
        {
            float a = f[(j * _columns) + i], b = f[(j * _columns) + k], c = f[(l * _columns) + i], d = f[(l * _columns) + k];
            return a == b && b == c && c == d ? a : ((1 - t) * (((1 - s) * a) + (s * b))) + (t * (((1 - s) * c) + (s * d)));
        }
    }

    private static float[] Grey(PlanarImage image)
    {
        float[] grey = new float[image.Width * image.Height];
        ReadOnlySpan<float> r = image.Plane(0), g = image.Plane(1), b = image.Plane(2);
        for (int i = 0; i < grey.Length; i++) grey[i] = (0.299f * r[i]) + (0.587f * g[i]) + (0.114f * b[i]);
        // Without what is the same all around, so that a change of light is no motion.
        float[] around = [.. grey];
        SequenceStart.Blur(around, image.Width, image.Height, Block / 2);
        for (int i = 0; i < grey.Length; i++) grey[i] -= around[i];
        return grey;
    }
}
