using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace MLNetStyle.Imaging;

/// <summary>Decodes a file of a format that Skia reads: PNG, JPEG, WebP, GIF and BMP.</summary>
/// <remarks>What is thrown says what is wrong with the file, but not its name.</remarks>
internal sealed unsafe class SkiaDecoder : IDisposable
{
    private const int StripRows = 16;

    // More than deflate, LZW or JPEG's shortest codes can make of a byte: a file that would need more for its pixels is not whole.
    private const long MostByDeflate = 1032, MostByLzw = 2731, MostByJpeg = 512;

    [ThreadStatic]
    private static long s_memoryTaken;

    private readonly PictureFormat _format;
    private readonly GCHandle _pin;
    private readonly SKData _data;
    private readonly SKCodec _codec;
    private readonly PngHeader? _png;
    private readonly byte[]? _beyondPalette;
    private readonly int _length;

    /// <summary>Reads the header; nothing is taken for pixels.</summary>
    /// <exception cref="InvalidDataException">There is no readable header.</exception>
    public SkiaDecoder(byte[] file, PictureFormat format)
    {
        (_format, _length) = (format, file.Length);
        if (format == PictureFormat.Png)
        {
            _png = PngHeader.Read(file);
            if (_png?.WithFullPalette() is { } filled) (file, _beyondPalette) = filled;
        }
        _pin = GCHandle.Alloc(file, GCHandleType.Pinned);
        _data = SKData.Create(_pin.AddrOfPinnedObject(), file.Length);
        SKCodec? codec = SKCodec.Create(_data);
        if (codec is null)
        {
            _data.Dispose();
            _pin.Free();
            throw new InvalidDataException("Its header can't be read.");
        }
        _codec = codec;
        Orientation = format switch
        {
            PictureFormat.Png => _png?.Orientation ?? 1,
            PictureFormat.WebP => Exif.Orientation(PictureMetadata.InWebP(file)),
            _ => (int)_codec.EncodedOrigin,
        };
        if (Orientation is < 1 or > 8) Orientation = 1;
        (StoredWidth, StoredHeight) = (_codec.Info.Width, _codec.Info.Height);
    }

    /// <summary>The bytes that were taken for pixels on this thread so far.</summary>
    public static long MemoryTaken => s_memoryTaken;

    public int StoredWidth { get; }

    public int StoredHeight { get; }

    /// <summary>EXIF's orientation: 1 upright to 8.</summary>
    public int Orientation { get; }

    /// <summary>Decodes the picture.</summary>
    /// <param name="options">How; the limit of pixels has been checked.</param>
    /// <exception cref="InvalidDataException">The file is damaged or cut short.</exception>
    public Picture Decode(PictureReadOptions options)
    {
        if (!options.AcceptTruncated && IsTooShort(_length)) throw Truncated();
        int by = Reduction(options.LongerSide, out SKSizeI size);
        SKColorSpace? source = OwnSpace();
        bool raw = source is not null || IsStoredAsSrgb() || _beyondPalette is not null;
        using SKColorSpace srgb = SKColorSpace.CreateSrgb();
        SKColorType type = _png?.BitDepth == 16 ? SKColorType.RgbaF16
            : raw && source is null && _codec.Info.ColorType == SKColorType.Gray8 ? SKColorType.Gray8 : SKColorType.Rgba8888;
        SKAlphaType alpha = type == SKColorType.Gray8 ? SKAlphaType.Opaque : SKAlphaType.Unpremul;
        SKImageInfo info = new(size.Width, size.Height, type, alpha, raw ? null : srgb);
        PictureRows rows = new(info, by, Orientation);
        if (raw && source is null && !options.AcceptTruncated && _png is { } png && PngGrey16.Is(png)) PngGrey16.Decode(png, rows);
        else if (_format == PictureFormat.Jpeg && _codec.StartScanlineDecode(info) == SKCodecResult.Success)
            Strips(info, rows, options.AcceptTruncated);
        else Whole(info, source, srgb, rows, options.AcceptTruncated);
        source?.Dispose();
        return rows.ToPicture();
    }

    public void Dispose()
    {
        _codec.Dispose();
        _data.Dispose();
        _pin.Free();
    }

    // JPEG comes row by row, so that no second copy of the picture is needed.
    private void Strips(SKImageInfo info, PictureRows rows, bool acceptTruncated)
    {
        using SKBitmap strip = Memory(info.WithSize(info.Width, Math.Min(StripRows, info.Height)));
        for (int y = 0; y < info.Height;)
        {
            int wanted = Math.Min(StripRows, info.Height - y);
            int got = _codec.GetScanlines(strip.GetPixels(), wanted, strip.RowBytes);
            if (got < wanted && !acceptTruncated) throw Truncated();
            for (int i = 0; i < wanted; i++) rows.Add((byte*)strip.GetPixels() + ((long)i * strip.RowBytes));
            y += wanted;
        }
    }

    private void Whole(SKImageInfo info, SKColorSpace? source, SKColorSpace srgb, PictureRows rows, bool acceptTruncated)
    {
        using SKBitmap bitmap = Memory(info);
        SKCodecResult result = _codec.GetPixels(info, bitmap.GetPixels(), bitmap.RowBytes, new SKCodecOptions(0));
        switch (result)
        {
            case SKCodecResult.Success:
            case SKCodecResult.IncompleteInput when acceptTruncated:
                break;
            case SKCodecResult.IncompleteInput:
                throw Truncated();
            default:
                throw new InvalidDataException($"Its pixels can't be decoded ({result}).");
        }
        CheckPalette(bitmap);
        SKColorSpace? own = source ?? (_beyondPalette is not null && !IsStoredAsSrgb() ? _codec.Info.ColorSpace : null);
        using SKBitmap? row = own is null ? null : Memory(new SKImageInfo(info.Width, 1, info.ColorType, info.AlphaType, srgb));
        for (int y = 0; y < info.Height; y++)
        {
            byte* at = (byte*)bitmap.GetPixels() + ((long)y * bitmap.RowBytes);
            if (row is not null)
            {
                using SKPixmap stored = new(new SKImageInfo(info.Width, 1, info.ColorType, info.AlphaType, own), (nint)at, bitmap.RowBytes);
                if (!stored.ReadPixels(row.Info, row.GetPixels(), row.RowBytes)) throw new InvalidDataException(
                    "Its colours can't be brought to sRGB.");
                at = (byte*)row.GetPixels();
            }
            rows.Add(at);
        }
    }

    private void CheckPalette(SKBitmap bitmap)
    {
        if (_beyondPalette is not { } color) return;
        for (int y = 0; y < bitmap.Height; y++)
        {
            byte* pixel = (byte*)bitmap.GetPixels() + ((long)y * bitmap.RowBytes);
            for (int x = 0; x < bitmap.Width; x++, pixel += 4)
                if (pixel[0] == color[0] && pixel[1] == color[1] && pixel[2] == color[2])
                    throw new InvalidDataException($"The pixel {x},{y} has a colour past the end of the palette.");
        }
    }

    private static SKBitmap Memory(SKImageInfo info)
    {
        SKBitmap bitmap = new();
        if (bitmap.TryAllocPixels(info))
        {
            s_memoryTaken += info.BytesSize64;
            return bitmap;
        }
        bitmap.Dispose();
        throw new OutOfMemoryException($"There is no memory for {info.Width} x {info.Height} pixels.");
    }

    /// <summary>
    /// The whole number to reduce by after Skia has done its part, whose result is the size. The last pixel of a row may be of fewer, so a
    /// reduction
    /// counts only if the size that the picture is shrunk to stays what it would be.
    /// </summary>
    private int Reduction(int longerSide, out SKSizeI size)
    {
        size = new SKSizeI(StoredWidth, StoredHeight);
        if (longerSide == 0) return 1;
        int longer = Math.Max(StoredWidth, StoredHeight), by = 1;
        while (longer / (2L * by) >= 2L * longerSide) by *= 2;
        for (; by > 1; by /= 2)
        {
            if (_format is PictureFormat.Jpeg or PictureFormat.WebP)
            {
                int skia = Math.Min(by, 8);
                SKSizeI scaled = _codec.GetScaledDimensions(1f / skia);
                if (!Fits(PictureRows.Reduced(scaled.Width, by / skia), PictureRows.Reduced(scaled.Height, by / skia),
                    longerSide)) continue;
                size = scaled;
                return by / skia;
            }
            if (Fits(PictureRows.Reduced(StoredWidth, by), PictureRows.Reduced(StoredHeight, by), longerSide)) return by;
        }
        return 1;
    }

    private bool Fits(int width, int height, int longerSide) =>
        Resizer.Fit(width, height, longerSide) == Resizer.Fit(StoredWidth, StoredHeight, longerSide);

    /// <summary>
    /// Whether the samples are sRGB as they stand. A PNG without a profile is taken so whatever its gAMA says near 1/2.2: that is how sRGB
    /// is marked, and
    /// Skia would take it for a pure power. Any other gAMA is a space of its own.
    /// </summary>
    private bool IsStoredAsSrgb() => _format is PictureFormat.Gif or PictureFormat.Bmp
        || (_png is { HasProfile: false } png && (png.HasSrgb || png.Gamma is null or (>= 44_000 and <= 47_000)));

    /// <summary>The space that a cICP chunk names, which goes before all others; null where there is none, or one that has no place in sRGB
    /// (PQ and HLG).</summary>
    private SKColorSpace? OwnSpace()
    {
        if (_png?.CodingPoints is not var (primaries, transfer)) return null;
        SKColorSpaceTransferFn? curve = transfer switch
        {
            13 => SKColorSpaceTransferFn.Srgb,
            1 or 6 or 14 or 15 => SKColorSpaceTransferFn.Rec2020,
            4 => SKColorSpaceTransferFn.TwoDotTwo,
            8 => SKColorSpaceTransferFn.Linear,
            _ => null,
        };
        SKColorSpaceXyz? gamut = primaries switch
        {
            1 => SKColorSpaceXyz.Srgb,
            9 => SKColorSpaceXyz.Rec2020,
            12 => SKColorSpaceXyz.DisplayP3,
            _ => null,
        };
        return curve is { } c && gamut is { } g ? SKColorSpace.CreateRgb(c, g) : null;
    }

    // What can be told before memory is taken for the pixels.
    private bool IsTooShort(long length)
    {
        long area = (long)StoredWidth * StoredHeight;
        return _format switch
        {
            PictureFormat.Png => _png is not null && length * MostByDeflate < _png.RawBytes,
            PictureFormat.Gif => length * MostByLzw < area,
            PictureFormat.Jpeg => length * MostByJpeg < area && !IsArithmetic(),
            PictureFormat.WebP => length >= 8 && 8L + (BinaryPrimitives.ReadUInt32LittleEndian(Bytes()[4..]) & ~1u) > length,
            PictureFormat.Bmp => length >= 34 && BinaryPrimitives.ReadInt32LittleEndian(Bytes()[30..]) is 0 or 3
                && BinaryPrimitives.ReadUInt32LittleEndian(Bytes()[14..]) >= 40
                    && length * 8 < area * BinaryPrimitives.ReadUInt16LittleEndian(Bytes()[28..]),
            _ => false,
        };
    }

    private ReadOnlySpan<byte> Bytes() => new((void*)_data.Data, (int)_data.Size);

    // Arithmetic coding has no shortest code. Its frames are marked SOF9 to SOF15.
    private bool IsArithmetic()
    {
        ReadOnlySpan<byte> bytes = Bytes();
        for (int at = 2; at + 4 <= bytes.Length && bytes[at] == 0xFF;)
        {
            byte marker = bytes[at + 1];
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC)) return marker >= 0xC9;
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
        }
        return false;
    }

    internal static InvalidDataException Truncated() =>
        new($"Pixels are missing. Fetch the file again, or set {nameof(PictureReadOptions.AcceptTruncated)} to take what is there.");
}
