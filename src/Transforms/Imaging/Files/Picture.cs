namespace MLNetStyle.Imaging;

/// <summary>A picture as a file has it: upright, sRGB, its colours not multiplied by alpha.</summary>
/// <param name="Color">The colours, 0 to 255; of a file with 16 bits a sample with fractions.</param>
/// <param name="Alpha">One byte a pixel; null if every pixel is opaque.</param>
/// <param name="BitDepth">The bits of the file's samples: 8, or 16.</param>
internal sealed record Picture(PlanarImage Color, byte[]? Alpha, int BitDepth = 8)
{
    /// <summary>Whether bytes of colours multiplied by alpha, as an MLImage has them, can't hold it.</summary>
    public bool IsMoreThanBytes => Alpha is not null || BitDepth > 8;
}
