using Microsoft.ML.Data;
using MLNetStyle.Imaging;

namespace MLNetStyle.Benchmarks.Quality;

/// <summary>Pictures in and out.</summary>
internal static class PictureFiles
{
    public static PlanarImage Read(string path)
    {
        using MLImage image = MLImage.CreateFromFile(path);
        return PixelBytes.ToPlanar(image.Pixels, image.Width, image.Height, image.PixelFormat == MLPixelFormat.Rgba32 ? PixelOrder.Rgba : PixelOrder.Bgra);
    }

    public static void Write(PlanarImage image, string path)
    {
        byte[] pixels = new byte[4 * image.Width * image.Height];
        PixelBytes.FromPlanar(image, pixels, PixelOrder.Rgba);
        using MLImage converted = MLImage.CreateFromPixels(image.Width, image.Height, MLPixelFormat.Rgba32, pixels);
        converted.Save(path);
    }

    /// <summary>The picture whose longer side is that many pixels, in whole pixel values as a file would hold it.</summary>
    public static PlanarImage Sized(PlanarImage image, int longerSide)
    {
        (int width, int height) = Resizer.Fit(image.Width, image.Height, longerSide);
        PlanarImage sized = Resizer.Resize(image, width, height);
        foreach (ref float sample in sized.Samples.AsSpan()) sample = PixelBytes.ToByte(sample);
        return sized;
    }
}
