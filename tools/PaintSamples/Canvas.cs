using System.Numerics;

namespace MLNetStyle.PaintSamples;

/// <summary>A picture in the making: display colours 0..1 at twice the size of the finished one, so that shrinking smooths the
/// edges.</summary>
internal sealed class Canvas
{
    public const int Oversampling = 2;

    public Canvas(int width, int height)
    {
        (Width, Height) = (width * Oversampling, height * Oversampling);
        Pixels = new Vector3[Width * Height];
    }

    public int Width { get; }

    public int Height { get; }

    public Vector3[] Pixels { get; }

    /// <summary>The width in units of the height: paintings measure in heights.</summary>
    public float Aspect => (float)Width / Height;

    /// <summary>Colours every pixel by its place: x 0..<see cref="Aspect"/> to the right, y 0..1 down.</summary>
    public void Fill(Func<float, float, Vector3> colour) => Parallel.For(0, Height, y =>
    {
        for (int x = 0; x < Width; x++) Pixels[(y * Width) + x] = colour((x + 0.5f) / Height, (y + 0.5f) / Height);
    });

    public Vector3 Sample(float x, float y)
    {
        float px = Math.Clamp((x * Height) - 0.5f, 0, Width - 1.001f), py = Math.Clamp((y * Height) - 0.5f, 0, Height - 1.001f);
        int ix = (int)px, iy = (int)py, i = (iy * Width) + ix;
        int right = ix + 1 < Width ? 1 : 0, down = iy + 1 < Height ? Width : 0;
        return Vector3.Lerp(
            Vector3.Lerp(Pixels[i], Pixels[i + right], px - ix), Vector3.Lerp(Pixels[i + down], Pixels[i + down + right], px - ix),
                py - iy);
    }

    /// <summary>Lays a colour over a pixel.</summary>
    public void Blend(int x, int y, Vector3 colour, float opacity)
    {
        if ((uint)x >= (uint)Width || (uint)y >= (uint)Height) return;
        ref Vector3 pixel = ref Pixels[(y * Width) + x];
        pixel += (colour - pixel) * opacity;
    }

    /// <summary>A straight stroke that changes width on its way; ends are round.</summary>
    public void Stroke(Vector2 from, Vector2 to, float fromWidth, float toWidth, Vector3 colour, float opacity = 1)
    {
        Vector2 a = from * Height, b = to * Height, axis = b - a;
        float ra = fromWidth * Height / 2, rb = toWidth * Height / 2, reach = Math.Max(ra, rb) + 1,
            length = Math.Max(axis.LengthSquared(), 1e-6f);
        int x0 = Math.Max(0, (int)(Math.Min(a.X, b.X) - reach)), x1 = Math.Min(Width - 1, (int)(Math.Max(a.X, b.X) + reach));
        int y0 = Math.Max(0, (int)(Math.Min(a.Y, b.Y) - reach)), y1 = Math.Min(Height - 1, (int)(Math.Max(a.Y, b.Y) + reach));
        for (int y = y0; y <= y1; y++)
            for (int x = x0; x <= x1; x++)
            {
                Vector2 p = new Vector2(x + 0.5f, y + 0.5f) - a;
                float t = Math.Clamp(Vector2.Dot(p, axis) / length, 0, 1);
                float cover = ra + ((rb - ra) * t) - (p - (axis * t)).Length() + 0.5f;
                if (cover > 0) Blend(x, y, colour, opacity * Math.Min(cover, 1));
            }
    }

    /// <summary>Paints the inside of a box of pixels around a shape; <paramref name="shade"/> gives colour and opacity at a
    /// place.</summary>
    public void Shape(float left, float top, float right, float bottom, Func<float, float, (Vector3 Colour, float Opacity)> shade)
    {
        int x0 = Math.Max(0, (int)(left * Height)), x1 = Math.Min(Width - 1, (int)(right * Height) + 1);
        int y0 = Math.Max(0, (int)(top * Height)), y1 = Math.Min(Height - 1, (int)(bottom * Height) + 1);
        Parallel.For(y0, Math.Max(y0, y1 + 1), y =>
        {
            for (int x = x0; x <= x1; x++)
            {
                (Vector3 colour, float opacity) = shade((x + 0.5f) / Height, (y + 0.5f) / Height);
                if (opacity > 0) Blend(x, y, colour, Math.Min(opacity, 1));
            }
        });
    }

    /// <summary>The finished picture without any mixing of colours, 0..255.</summary>
    public PlanarImage FinishFlat()
    {
        PlanarImage image = new(Width / Oversampling, Height / Oversampling);
        for (int i = 0; i < image.Width * image.Height; i++)
            for (int c = 0; c < 3; c++) image.Plane(c)[i] = MathF.Round(255 * Pixels[(i / image.Width * Oversampling * Width)
                + (i % image.Width * Oversampling)][c]);
        return image;
    }

    /// <summary>The finished picture, 0..255.</summary>
    public PlanarImage Finish()
    {
        PlanarImage image = new(Width, Height);
        for (int i = 0; i < Pixels.Length; i++)
            for (int c = 0; c < 3; c++) image.Plane(c)[i] = 255 * Math.Clamp(Pixels[i][c], 0, 1);
        return Resizer.Resize(image, Width / Oversampling, Height / Oversampling);
    }
}
