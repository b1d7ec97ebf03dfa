using Microsoft.ML.Data;
using MLNetStyle.Imaging;

namespace MLNetStyle.PaintSamples;

/// <summary>Writes pictures: the ending .jpg or .png says how.</summary>
internal static class PictureFile
{
    private const int Quality = 90;

    public static void Save(PlanarImage image, string file)
    {
        string half = Path.Combine(Path.GetDirectoryName(file) ?? "", "." + Path.GetFileName(file));
        if (Path.GetExtension(file) == ".jpg")
        {
            File.WriteAllBytes(half, JpegWriter.Encode(image, Quality));
        }
        else
        {
            byte[] pixels = new byte[image.Width * image.Height * PixelBytes.Stride];
            PixelBytes.FromPlanar(image, pixels, PixelOrder.Rgba);
            using MLImage picture = MLImage.CreateFromPixels(image.Width, image.Height, MLPixelFormat.Rgba32, pixels);
            picture.Save(half);
        }
        File.Move(half, file, overwrite: true);
    }
}
