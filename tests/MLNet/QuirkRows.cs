using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetStyle.Tests.MLNet;

internal sealed class NumberRow
{
    public float Value { get; set; }
    public string? Name { get; set; }
    [VectorType(3)] public float[] Vector { get; set; } = [];
}

internal sealed class PathRow
{
    public string Path { get; set; } = "";
}

internal sealed class ImageRow
{
    [ImageType(4, 6)] public MLImage? Image { get; set; }
}

internal sealed class BareImageRow
{
    public MLImage? Image { get; set; }
}

internal static class Pictures
{
    // Every pixel another colour; opaque unless told.
    public static MLImage Make(int width, int height, MLPixelFormat format = MLPixelFormat.Bgra32, byte alpha = 255)
    {
        byte[] pixels = new byte[width * height * 4];
        for (int i = 0; i < width * height; i++)
        {
            (pixels[i * 4], pixels[(i * 4) + 1], pixels[(i * 4) + 2], pixels[(i * 4) + 3]) =
                ((byte)(i * 5 % alpha), (byte)(i * 11 % alpha), (byte)(i * 17 % alpha), alpha);
        }

        return MLImage.CreateFromPixels(width, height, format, pixels);
    }
}
