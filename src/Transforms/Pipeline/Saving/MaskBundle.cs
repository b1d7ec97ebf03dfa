namespace MLNetStyle.Pipeline;

/// <summary>Any number of images in one vector: their number, then each one's width, height and pixels, red, green and blue in one
/// float.</summary>
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
        for (int i = 0; i < area; i++) longer[at + 2 + i] = PixelBytes.Packed(r[i], g[i], b[i]);
        return longer;
    }

    public static IReadOnlyList<PlanarImage> Read(float[] bundle)
    {
        List<PlanarImage> images = [];
        for (int at = 1; at + 2 <= bundle.Length;)
        {
            (float width, float height) = (bundle[at], bundle[at + 1]);
            if (!(width is >= 1 and <= PlanarImage.MaxSide && height is >= 1 and <= PlanarImage.MaxSide)
                || (long)width * (long)height > bundle.Length - at - 2)
                throw new InvalidDataException("The masks of a row are damaged: a size does not fit the number of pixels. Save the model "
                    + "again.");
            PlanarImage image = new((int)width, (int)height);
            int area = image.Width * image.Height;
            Span<float> r = image.Plane(0), g = image.Plane(1), b = image.Plane(2);
            for (int i = 0; i < area; i++)
                (r[i], g[i], b[i]) = PixelBytes.Unpacked(bundle[at + 2 + i]);
            images.Add(image);
            at += 2 + area;
        }
        return images;
    }
}
