using MLNetStyle.Imaging;

namespace MLNetStyle.Portable;

/// <summary>Any number of images in one vector: their number, then each one's width, height and pixels, red, green and blue in one float.</summary>
internal static class MaskBundle
{
    public static float[] Empty => [0];

    public static float[] Append(float[] bundle, PlanarImage image)
    {
        int area = image.Width * image.Height, at = bundle.Length;
        float[] longer = new float[checked(at + 2 + area)];
        bundle.CopyTo(longer, 0);
        longer[0]++;
        (longer[at], longer[at + 1]) = (image.Width, image.Height);
        ReadOnlySpan<float> r = image.Plane(0), g = image.Plane(1), b = image.Plane(2);
        for (int i = 0; i < area; i++) longer[at + 2 + i] = (PixelBytes.ToByte(r[i]) << 16) | (PixelBytes.ToByte(g[i]) << 8) | PixelBytes.ToByte(b[i]); // 24 bits: exact in a float
        return longer;
    }

    public static IReadOnlyList<PlanarImage> Read(float[] bundle)
    {
        List<PlanarImage> images = [];
        for (int at = 1; at + 2 <= bundle.Length;)
        {
            PlanarImage image = new((int)bundle[at], (int)bundle[at + 1]);
            int area = image.Width * image.Height;
            if (bundle.Length - at - 2 < area) throw new InvalidDataException("The masks of a row are damaged.");
            Span<float> r = image.Plane(0), g = image.Plane(1), b = image.Plane(2);
            for (int i = 0; i < area; i++)
            {
                int rgb = (int)bundle[at + 2 + i];
                (r[i], g[i], b[i]) = ((rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255);
            }
            images.Add(image);
            at += 2 + area;
        }
        return images;
    }
}
