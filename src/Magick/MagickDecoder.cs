using System.Runtime.InteropServices;
using ImageMagick;

namespace MLNetStyle;

/// <summary>Reads HEIC, AVIF and TIFF files through Magick.NET.</summary>
/// <remarks>
/// The library finds it where this assembly lies beside the program; nothing needs to be called. ImageMagick's limits of memory, size and
/// threads are
/// set for the whole process when the first file is read. Safe for use by several threads.
/// </remarks>
public sealed class MagickDecoder : IPictureDecoder
{
    private const ulong MostMemory = 2UL << 30, MostSide = 65_535;

    private static readonly Lazy<bool> s_limited = new(() =>
    {
        ResourceLimits.Memory = MostMemory;
        ResourceLimits.Disk = 0; // what doesn't fit into memory is refused, not written to the disk
        ResourceLimits.Width = MostSide;
        ResourceLimits.Height = MostSide;
        ResourceLimits.ListLength = 64;
        ResourceLimits.Time = 120;
        return true;
    });

    /// <inheritdoc/>
    public bool Reads(PictureFormat format) => format is PictureFormat.Heic or PictureFormat.Avif or PictureFormat.Tiff;

    /// <inheritdoc/>
    public (int Width, int Height) ReadSize(ReadOnlyMemory<byte> file, PictureFormat format)
    {
        _ = s_limited.Value;
        return Try(() =>
        {
            using MagickImage image = new();
            image.Ping(Bytes(file), Settings(format));
            bool turned = format == PictureFormat.Tiff && image.Orientation >= Orientation.LeftTop;
            return turned ? ((int)image.Height, (int)image.Width) : ((int)image.Width, (int)image.Height);
        });
    }

    // The package for .NET 8 takes arrays only; a whole file is one already.
    private static byte[] Bytes(ReadOnlyMemory<byte> file) =>
        MemoryMarshal.TryGetArray(file, out ArraySegment<byte> part) && part.Count == part.Array!.Length ? part.Array : file.ToArray();

    /// <inheritdoc/>
    public DecodedPicture Decode(ReadOnlyMemory<byte> file, PictureFormat format, long maxPixels)
    {
        _ = s_limited.Value;
        return Try(() =>
        {
            using MagickImage image = new(Bytes(file), Settings(format));
            if ((long)image.Width * image.Height > maxPixels) throw new InvalidDataException(
                $"It has more pixels than its header says: {image.Width} x {image.Height}.");
            // The container's own turns (irot and imir) are made by the decoder; EXIF's counts in TIFF alone.
            if (format == PictureFormat.Tiff) image.AutoOrient();
            if (image.GetColorProfile() is { } profile) image.TransformColorSpace(profile, ColorProfiles.SRGB);
            else if (image.ColorSpace is not (ColorSpace.sRGB or ColorSpace.Gray)) image.ColorSpace = ColorSpace.sRGB;
            using IPixelCollection<byte> pixels = image.GetPixels();
            byte[] rgba = pixels.ToByteArray(PixelMapping.RGBA) ?? throw new InvalidDataException("It has no pixels.");
            return new DecodedPicture((int)image.Width, (int)image.Height, rgba);
        });
    }

    // The coder is named, so that no content chooses another one of ImageMagick's hundreds.
    private static MagickReadSettings Settings(PictureFormat format) => new()
    {
        Format = format switch
        {
            PictureFormat.Heic => MagickFormat.Heic,
            PictureFormat.Avif => MagickFormat.Avif,
            PictureFormat.Tiff => MagickFormat.Tiff,
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a format of this decoder."),
        },
        FrameIndex = 0,
        FrameCount = 1,
    };

    private static T Try<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (MagickException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }
}
