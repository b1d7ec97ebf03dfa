using System.Text;

namespace MLNetStyle.Imaging;

/// <summary>What a file is by its first bytes.</summary>
/// <param name="Name">As a message says it: "a web page", "a HEIC picture".</param>
/// <param name="Format">The format, if it is one of pictures that can be read.</param>
internal sealed record FileKind(string Name, PictureFormat? Format = null)
{
    /// <summary>How many bytes are enough to tell.</summary>
    public const int HeadLength = 1024;

    private static readonly (byte[] Start, int At, FileKind Kind)[] s_starts =
    [
        (Hex("89504E470D0A1A0A"), 0, new("a PNG picture", PictureFormat.Png)),
        (Hex("FFD8FF"), 0, new("a JPEG picture", PictureFormat.Jpeg)),
        (Text("GIF87a"), 0, new("a GIF picture", PictureFormat.Gif)),
        (Text("GIF89a"), 0, new("a GIF picture", PictureFormat.Gif)),
        (Text("WEBP"), 8, new("a WebP picture", PictureFormat.WebP)),
        (Text("BM"), 0, new("a BMP picture", PictureFormat.Bmp)),
        (Text("CR\u0002"), 8, new("a camera's raw file")),
        (Hex("49492A00"), 0, new("a TIFF picture", PictureFormat.Tiff)),
        (Hex("4D4D002A"), 0, new("a TIFF picture", PictureFormat.Tiff)),
        (Hex("49492B00"), 0, new("a TIFF picture", PictureFormat.Tiff)),
        (Hex("4D4D002B"), 0, new("a TIFF picture", PictureFormat.Tiff)),
        (Hex("0000000C4A584C20"), 0, new("a JPEG XL picture")),
        (Hex("FF0A"), 0, new("a JPEG XL picture")),
        (Hex("0000000C6A502020"), 0, new("a JPEG 2000 picture")),
        (Text("8BPS"), 0, new("a Photoshop document")),
        (Hex("00000100"), 0, new("an icon file")),
        (Text("%PDF"), 0, new("a PDF document")),
        (Text("PK\u0003\u0004"), 0, new("a ZIP archive")),
        (Hex("1F8B"), 0, new("a gzip archive")),
        (Text("version https://git-lfs"), 0, new("a Git LFS pointer, whose picture 'git lfs pull' fetches")),
    ];

    /// <summary>Tells the kind of a file.</summary>
    /// <param name="head">Its first <see cref="HeadLength"/> bytes, or all if there are fewer.</param>
    public static FileKind Of(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty) return new FileKind("an empty file");
        foreach ((byte[] start, int at, FileKind kind) in s_starts)
            if (head.Length >= at + start.Length && head.Slice(at, start.Length).SequenceEqual(start)) return kind;
        if (head.Length >= 16 && head[4..8].SequenceEqual("ftyp"u8)) return OfBoxes(head);
        if (!head.ContainsAnyExcept((byte)0)) return new FileKind("a file of zeros");
        string text = Encoding.Latin1.GetString(head).TrimStart('\u00ef', '\u00bb', '\u00bf', ' ', '\t', '\r', '\n');
        if (text.Contains("<svg", StringComparison.OrdinalIgnoreCase)) return new FileKind("an SVG drawing");
        if (text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
            || text.Contains("<html", StringComparison.OrdinalIgnoreCase)) return new FileKind("a web page");
        if (text.StartsWith("<?xml", StringComparison.Ordinal)) return new FileKind("an XML file");
        return head.ContainsAnyInRange((byte)0, (byte)8) ? new FileKind("a file of a kind that is not known here")
            : new FileKind("a text file");
    }

    /// <summary>The file formats on the frame of ISO 14496-12 name their brands: the main one, a version, others that fit.</summary>
    private static FileKind OfBoxes(ReadOnlySpan<byte> head)
    {
        int length = (int)Math.Min((uint)head.Length, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(head));
        List<string> brands = [Encoding.Latin1.GetString(head[8..12])];
        for (int at = 16; at + 4 <= length; at += 4) brands.Add(Encoding.Latin1.GetString(head.Slice(at, 4)));
        if (brands.Exists(b => b is "avif" or "avis")) return new FileKind("an AVIF picture", PictureFormat.Avif);
        if (brands.Exists(b => b is "heic" or "heix" or "heim" or "heis" or "hevc" or "hevx" or "mif1" or "msf1"))
            return new FileKind("a HEIC picture", PictureFormat.Heic);
        return brands[0].StartsWith("cr", StringComparison.Ordinal) ? new FileKind("a camera's raw file") : new FileKind("a video");
    }

    private static byte[] Hex(string digits) => Convert.FromHexString(digits);

    private static byte[] Text(string text) => Encoding.Latin1.GetBytes(text);
}
