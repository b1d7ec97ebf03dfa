using SkiaSharp;

namespace MLNetStyle.Imaging;

/// <summary>The one way that picture files are written: sRGB and tagged so, whole or not at all.</summary>
internal static unsafe class PictureWriter
{
    private const int FullColorQuality = 75, MostJpegSide = 65500, MostWebPSide = 16383;

    /// <summary>Writes a picture: PNG, JPEG or WebP by the file's ending. An opaque picture becomes a file without transparency.</summary>
    /// <param name="picture">Colours and alpha; samples are rounded to the file's steps.</param>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="options">How.</param>
    public static void Write(Picture picture, string path, PictureWriteOptions options)
    {
        PictureFormat format = FormatOf(path);
        (int width, int height) = (picture.Color.Width, picture.Color.Height);
        int most = MostSide(format);
        if (Math.Max(width, height) > most)
            throw new ArgumentException(
                $"The picture '{path}' would be {width} x {height} pixels; a {format} file has sides of at most {most}. Write it as .png.",
                    nameof(path));
        bool opaque = picture.Alpha is null || format == PictureFormat.Jpeg || !picture.Alpha.AsSpan().ContainsAnyExcept(byte.MaxValue);
        bool deep = options.BitDepth == 16 && format == PictureFormat.Png;
        using SKColorSpace srgb = SKColorSpace.CreateSrgb();
        SKImageInfo info = new(width, height, deep ? SKColorType.RgbaF16 : SKColorType.Rgba8888, opaque ? SKAlphaType.Opaque
            : SKAlphaType.Unpremul, srgb);
        using SKBitmap bitmap = new();
        if (!bitmap.TryAllocPixels(info)) throw new OutOfMemoryException(
            $"There is no memory to write the {width} x {height} pixels of '{path}'.");
        if (deep) FillHalves(picture, opaque, (Half*)bitmap.GetPixels());
        else FillBytes(picture, opaque, format == PictureFormat.Jpeg ? options.Background : null, (byte*)bitmap.GetPixels());
        using SKPixmap pixels = bitmap.PeekPixels();
        using SKData? data = format switch
        {
            PictureFormat.Png => pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, 6)),
            PictureFormat.Jpeg => pixels.Encode(new SKJpegEncoderOptions(
                options.Quality, options.Quality >= FullColorQuality ? SKJpegEncoderDownsample.Downsample444
                    : SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore)),
            _ => pixels.Encode(options.Quality == PictureWriteOptions.MaxQuality
                ? new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 75)
                : new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, options.Quality)),
        };
        if (data is null) throw new IOException($"The picture '{path}' can't be encoded as {format}.");
        byte[]? exif = options.MetadataFrom is { } source ? PictureMetadata.Read(source) : null;
        if (exif is null) WholeFile.Write(path, stream => data.SaveTo(stream));
        else WholeFile.Write(path, PictureMetadata.Insert(data.AsSpan(), format, exif));
    }

    /// <summary>The most pixels that a side of a picture file can have in a format.</summary>
    public static int MostSide(PictureFormat format) => format switch
    {
        PictureFormat.Jpeg => MostJpegSide,
        PictureFormat.WebP => MostWebPSide,
        _ => PlanarImage.MaxSide,
    };

    /// <summary>The format of a file that is written; throws if it is none.</summary>
    public static PictureFormat FormatOf(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string ending = Path.GetExtension(path);
        if (ending.Equals(".png", StringComparison.OrdinalIgnoreCase)) return PictureFormat.Png;
        if (ending.Equals(".jpg", StringComparison.OrdinalIgnoreCase)
            || ending.Equals(".jpeg", StringComparison.OrdinalIgnoreCase)) return PictureFormat.Jpeg;
        if (ending.Equals(".webp", StringComparison.OrdinalIgnoreCase)) return PictureFormat.WebP;
        throw new ArgumentException($"The picture '{path}' ends in '{ending}'; pictures are written as .png, .jpg, .jpeg or .webp.",
            nameof(path));
    }

    private static void FillBytes(Picture picture, bool opaque, (byte Red, byte Green, byte Blue)? background, byte* to)
    {
        ReadOnlySpan<float> r = picture.Color.Plane(0), g = picture.Color.Plane(1), b = picture.Color.Plane(2);
        for (int i = 0; i < r.Length; i++, to += 4)
        {
            byte alpha = picture.Alpha is null ? byte.MaxValue : picture.Alpha[i];
            (float red, float green, float blue) = (r[i], g[i], b[i]);
            if (background is { } behind && alpha != byte.MaxValue)
            {
                float share = alpha / 255f;
                (red, green, blue) = (Blend(red, behind.Red, share), Blend(green, behind.Green, share), Blend(blue, behind.Blue, share));
            }
            (to[0], to[1], to[2]) = (PixelBytes.ToByte(red), PixelBytes.ToByte(green), PixelBytes.ToByte(blue));
            to[3] = opaque ? byte.MaxValue : alpha;
        }
    }

    private static void FillHalves(Picture picture, bool opaque, Half* to)
    {
        ReadOnlySpan<float> r = picture.Color.Plane(0), g = picture.Color.Plane(1), b = picture.Color.Plane(2);
        for (int i = 0; i < r.Length; i++, to += 4)
        {
            (to[0], to[1], to[2]) = (Share(r[i]), Share(g[i]), Share(b[i]));
            to[3] = opaque ? Half.One : Share(picture.Alpha![i]);
        }
    }

    private static float Blend(float color, byte behind, float share) => (Math.Clamp(color, 0, 255) * share) + (behind * (1 - share));

    private static Half Share(float level) => level > 0 ? (Half)(MathF.Min(level, 255) / 255) : Half.Zero;
}
