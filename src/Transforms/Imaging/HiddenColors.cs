namespace MLNetStyle.Imaging;

/// <summary>Gives pixels that are wholly transparent the colours of what is visible around them, so that what nobody sees does not
/// count.</summary>
internal static class HiddenColors
{
    /// <summary>The picture with such colours. Pixels that show at all keep their own.</summary>
    /// <param name="image">The picture, which is not changed.</param>
    /// <param name="alpha">One byte a pixel; null for an opaque picture, which is given back as it is. So is one of which nothing is
    /// visible.</param>
    public static PlanarImage Replaced(PlanarImage image, byte[]? alpha)
    {
        if (alpha is null || !alpha.AsSpan().Contains((byte)0) || !alpha.AsSpan().ContainsAnyExcept((byte)0)) return image;
        // Means of what is visible in squares of 2, 4, 8, ... pixels; each hidden pixel takes that of the smallest square with anything in
        // it.
        List<Level> levels = [Level.Of(image, alpha)];
        while (levels[^1].Width > 1 || levels[^1].Height > 1) levels.Add(levels[^1].Halved());
        for (int l = levels.Count - 2; l >= 0; l--) levels[l].FillFrom(levels[l + 1]);
        PlanarImage result = image.Clone();
        for (int i = 0; i < alpha.Length; i++)
            if (alpha[i] == 0)
                for (int c = 0; c < PlanarImage.Channels; c++)
                    result.Plane(c)[i] = levels[0].Sums[(4 * i) + c] / levels[0].Sums[(4 * i) + 3];
        return result;
    }

    /// <summary>Of each pixel red, green and blue times weight, and the weight.</summary>
    private sealed record Level(int Width, int Height, float[] Sums)
    {
        public static Level Of(PlanarImage image, byte[] alpha)
        {
            float[] sums = new float[4 * alpha.Length];
            for (int i = 0; i < alpha.Length; i++)
            {
                for (int c = 0; c < PlanarImage.Channels; c++) sums[(4 * i) + c] = alpha[i] * image.Plane(c)[i];
                sums[(4 * i) + 3] = alpha[i];
            }
            return new Level(image.Width, image.Height, sums);
        }

        public Level Halved()
        {
            Level half = new((Width + 1) / 2, (Height + 1) / 2, new float[4 * ((Width + 1) / 2) * ((Height + 1) / 2)]);
            for (int y = 0; y < Height; y++)
                for (int x = 0; x < Width; x++)
                    for (int c = 0; c < 4; c++)
                        half.Sums[(4 * (((y / 2) * half.Width) + (x / 2))) + c] += Sums[(4 * ((y * Width) + x)) + c] / 4;
            return half;
        }

        public void FillFrom(Level half)
        {
            for (int y = 0; y < Height; y++)
                for (int x = 0; x < Width; x++)
                    if (Sums[(4 * ((y * Width) + x)) + 3] == 0)
                        half.Sums.AsSpan(4 * (((y / 2) * half.Width) + (x / 2)), 4).CopyTo(Sums.AsSpan(4 * ((y * Width) + x), 4));
        }
    }
}
