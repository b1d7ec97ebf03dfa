using MLNetStyle.Imaging;
using MLNetStyle.Tests.Pipeline;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Imaging;

public sealed class PictureReaderTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public static TheoryData<string, int, bool> Orientations
    {
        get
        {
            TheoryData<string, int, bool> all = [];
            foreach (string ending in (string[])[".jpg", ".png", ".webp"])
                for (int orientation = 0; orientation <= 9; orientation++)
                    foreach (bool other in (bool[])[false, true]) all.Add(ending, orientation, other);
            return all;
        }
    }

    /// <summary>The other way: big-endian in a JPEG, behind the pixels in a PNG, with a prefix in a WebP.</summary>
    [Theory]
    [MemberData(nameof(Orientations))]
    public void EveryOrientationComesUprightAsContentStyleAndMask(string ending, int orientation, bool other)
    {
        string path = Write($"a{ending}", PictureBytes.Oriented(ending, orientation, late: other, bigEndian: other, prefix: other));
        (int width, int height) = orientation is >= 5 and <= 8 ? (PictureBytes.Height, PictureBytes.Width)
            : (PictureBytes.Width, PictureBytes.Height);
        Assert.Equal((width, height), PictureFile.ReadSize(path));
        PlanarImage style = new StyleImage(path).Read();
        Mask mask = MaskFile.Read(path);
        Assert.Equal((width, height), (mask.Width, mask.Height));
        int[] quarters = PictureBytes.UprightQuarters(orientation);
        foreach (PlanarImage image in (PlanarImage[])[PictureFile.Read(path), style])
        {
            Assert.Equal((width, height), (image.Width, image.Height));
            for (int q = 0; q < 4; q++)
            {
                (int x, int y) = (q % 2 == 0 ? 4 : width - 5, q < 2 ? 4 : height - 5);
                (byte r, byte g, byte b) = PictureBytes.Quarters[quarters[q]];
                Assert.True(Math.Abs(image.Plane(0)[(y * width) + x] - r) <= 3, $"quarter {q}");
                Assert.True(Math.Abs(image.Plane(1)[(y * width) + x] - g) <= 3, $"quarter {q}");
                Assert.True(Math.Abs(image.Plane(2)[(y * width) + x] - b) <= 3, $"quarter {q}");
                Assert.Equal(((0.299 * r) + (0.587 * g) + (0.114 * b)) / 255, mask.Values[(y * width) + x], 0.02);
            }
        }
    }

    [Fact]
    public void RowsThatAskForADictionaryAreRefused()
    {
        (string name, byte[] packed) = PictureBytes.Idat(new byte[16]);
        packed[1] = 0xBB; // FDICT of RFC 1950, with its check right
        string path = Write("a.png", PictureBytes.Png(PictureBytes.Ihdr(8, 1, 16, 0), (name, packed), PictureBytes.Iend));
        Assert.Contains("a.png", Assert.Throws<InvalidDataException>(() => PictureFile.Read(path)).Message);
    }

    [Theory]
    [InlineData("bomb.png", 60_000)]
    [InlineData("bomb.gif", 65_500)]
    [InlineData("bomb.jpg", 65_000)]
    [InlineData("near.png", 9_900)]
    [InlineData("near.gif", 9_900)]
    [InlineData("near.jpg", 9_900)]
    public void ABombIsRefusedBeforeMemoryIsTaken(string name, int side)
    {
        byte[] file = Path.GetExtension(name) switch
        {
            ".png" => PictureBytes.Png(PictureBytes.Ihdr(side, side, 8, 6), PictureBytes.Idat([new byte[100]]), PictureBytes.Iend),
            ".gif" => PictureBytes.GifBomb((ushort)side),
            _ => WithJpegSide(PictureBytes.Encode(".jpg"), (ushort)side),
        };
        string path = Write(name, file);
        long before = SkiaDecoder.MemoryTaken, managed = GC.GetAllocatedBytesForCurrentThread();
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => PictureReader.Read(path, "content"));
        Assert.Equal(before, SkiaDecoder.MemoryTaken);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - managed < 1 << 20);
        Assert.Contains(path, error.Message);
        if (name.StartsWith("bomb", StringComparison.Ordinal)) Assert.Contains("100 megapixels are the limit", error.Message);
        else Assert.Contains("cut short", error.Message);
    }

    [Fact]
    public void TheLimitIsOfPixelsNotOfSides()
    {
        byte[] row = new byte[20_000 / 8];
        string strip = Write("strip.png", PictureBytes.Png(PictureBytes.Ihdr(20_000, 2, 1, 0), PictureBytes.Idat(row, row),
            PictureBytes.Iend));
        Assert.Equal((20_000, 2), PictureFile.ReadSize(strip));
        PlanarImage image = PictureFile.Read(strip);
        Assert.Equal((20_000, 2), (image.Width, image.Height));
        PictureReadOptions few = new() { MaxPixels = 39_999 };
        Assert.Contains("20000 x 2", Assert.Throws<InvalidDataException>(() => PictureFile.Read(strip, options: few)).Message);
        Assert.Equal(20_000, PictureFile.Read(strip, options: few with { MaxPixels = 40_000 }).Width);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PictureReadOptions { MaxPixels = 0 });
    }

    [Theory]
    [InlineData(".png")]
    [InlineData(".jpg")]
    [InlineData(".webp")]
    public void AFileThatIsCutAnywhereIsRefusedOrWhole(string ending)
    {
        byte[] whole = PictureBytes.Encode(ending, 40, 40, (x, y) => ((byte)(x * 6), (byte)(y * 6), (byte)((x * y) & 255)));
        PlanarImage expected = PictureFile.Read(Write($"whole{ending}", whole));
        int refused = 0;
        for (int length = 1; length < whole.Length; length += Math.Max(1, whole.Length / 150))
        {
            string path = Write($"cut{ending}", whole[..length]);
            try
            {
                Assert.Equal(expected.Samples, PictureFile.Read(path).Samples);
            }
            catch (InvalidDataException e)
            {
                Assert.Contains(path, e.Message);
                refused++;
            }
        }
        Assert.True(refused > 100, $"{refused} refused");
        PlanarImage part = PictureFile.Read(Write($"half{ending}", whole[..(whole.Length * 3 / 4)]),
            options: new PictureReadOptions { AcceptTruncated = true });
        Assert.Equal((40, 40), (part.Width, part.Height));
        Assert.Equal(expected.Samples[0], part.Samples[0]);
    }

    [Fact]
    public void AProgressiveFileThatIsCutIsRefused()
    {
        if (SharedCasesTests.Folder() is not { } folder) return;
        byte[] whole = File.ReadAllBytes(Path.Combine(folder, "pictures", "jpeg_progressive.jpg"));
        PlanarImage expected = PictureFile.Read(Write("whole.jpg", whole));
        for (int length = whole.Length / 4; length < whole.Length - 2; length += 7)
        {
            string path = Write("cut.jpg", whole[..length]);
            try
            {
                Assert.Equal(expected.Samples, PictureFile.Read(path).Samples);
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    [Theory]
    [InlineData(45_455, 20)] // how sRGB is marked
    [InlineData(100_000, 79)] // linear samples
    public void GammaOfSrgbIsNoPurePower(uint gamma, int expected)
    {
        byte[] row = [.. Enumerable.Repeat((byte)20, 8)];
        string path = Write("a.png", PictureBytes.Png(
            PictureBytes.Ihdr(8, 1, 8, 0), ("gAMA", [(byte)(gamma >> 24), (byte)(gamma >> 16), (byte)(gamma >> 8), (byte)gamma]),
                PictureBytes.Idat(row), PictureBytes.Iend));
        Assert.Equal(expected, PictureFile.Read(path).Samples[0], 1.5);
    }

    [Fact]
    public void CodingPointsGoBeforeGamma()
    {
        byte[] row = [200, 100, 60, 60, 170, 90];
        string path = Write("a.png", PictureBytes.Png(
            PictureBytes.Ihdr(2, 1, 8, 2), ("gAMA", [0, 1, 134, 160]), ("cICP", [12, 13, 0, 1]), PictureBytes.Idat(row),
                PictureBytes.Iend));
        PlanarImage image = PictureFile.Read(path);
        Assert.Equal([215, 0, 93, 173, 47, 80], image.Samples.Select(v => (int)Math.Round(v)));
    }

    [Fact]
    public void ColoursUnderTransparencyAreKept()
    {
        byte[] row = [200, 30, 90, 0, 200, 30, 90, 3, 200, 30, 90, 255];
        string path = Write("a.png", PictureBytes.Png(PictureBytes.Ihdr(3, 1, 8, 6), PictureBytes.Idat(row), PictureBytes.Iend));
        Picture picture = PictureReader.Read(path, "content");
        Assert.Equal([200, 200, 200, 30, 30, 30, 90, 90, 90], picture.Color.Samples);
        Assert.Equal([0, 3, 255], picture.Alpha!);
        Assert.Contains("transparent", Assert.Throws<InvalidDataException>(() => PictureFile.Read(path, opaque: true)).Message);
    }

    [Fact]
    public void SixteenBitsAreMoreThanEight()
    {
        byte[] row = [.. Enumerable.Range(0, 256).SelectMany(i => (byte[])[100, (byte)i])];
        Picture picture = PictureReader.Read(Write("a.png", PictureBytes.Png(PictureBytes.Ihdr(256, 1, 16, 0), PictureBytes.Idat(row),
            PictureBytes.Iend)), "content");
        Assert.Equal(16, picture.BitDepth);
        for (int i = 0; i < 256; i++) Assert.Equal(((100 * 256) + i) / 257.0, picture.Color.Samples[i], 0.04);
        Assert.True(picture.Color.Samples.Distinct().Count() > 8);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnIndexPastThePaletteIsRefused(bool past)
    {
        byte[] row = [0x01, past ? (byte)0x12 : (byte)0x10];
        string path = Write("a.png", PictureBytes.Png(
            PictureBytes.Ihdr(4, 1, 4, 3), ("PLTE", [10, 200, 30, 240, 120, 10]), ("tRNS", [0]), PictureBytes.Idat(row),
                PictureBytes.Iend));
        if (past)
        {
            Assert.Contains("palette", Assert.Throws<InvalidDataException>(() => PictureReader.Read(path, "content")).Message);
            return;
        }
        Picture picture = PictureReader.Read(path, "content");
        Assert.Equal([10, 240, 240, 10], picture.Color.Samples[..4]);
        Assert.Equal([0, 255, 255, 0], picture.Alpha!);
    }

    [Theory]
    [InlineData(".jpg", 6)]
    [InlineData(".png", 8)]
    [InlineData(".webp", 3)]
    public void APictureThatWillBeShrunkIsReducedToNotLessThanTwice(string ending, int orientation)
    {
        (int width, int height) = (403, 301);
        byte[] file = PictureBytes.Encode(ending, width, height, (x, y) => ((byte)(x * 255 / width), (byte)(y * 255 / height), 128));
        string path = Write($"a{ending}", file);
        PlanarImage whole = PictureFile.Read(path), small = PictureFile.Read(path, options: new PictureReadOptions { LongerSide = 48 });
        Assert.True(small.Width is >= 96 and < 220, $"{small.Width}");
        Assert.Equal(Resizer.Fit(width, height, 48), Resizer.Fit(small.Width, small.Height, 48));
        (int w, int h) = Resizer.Fit(width, height, 48);
        PlanarImage a = Resizer.Resize(whole, w, h), b = Resizer.Resize(small, w, h);
        Assert.True(a.Samples.Zip(b.Samples).Max(p => Math.Abs(p.First - p.Second)) < 4);
        Assert.Equal(whole.Samples, PictureFile.Read(path, options: new PictureReadOptions { LongerSide = 300 }).Samples);
        Assert.InRange(orientation, 1, 8);
    }

    [Fact]
    public void TransparentPixelsDoNotColourReducedOnes()
    {
        byte[] row = [.. Enumerable.Range(0, 64).SelectMany(x => x % 2 == 0 ? (byte[])[255, 0, 0, 255] : [0, 0, 255, 0])];
        string path = Write("a.png", PictureBytes.Png(PictureBytes.Ihdr(64, 64, 8, 6), PictureBytes.Idat([.. Enumerable.Repeat(row, 64)]),
            PictureBytes.Iend));
        Picture picture = PictureReader.Read(path, "content", new PictureReadOptions { LongerSide = 16 });
        Assert.Equal((32, 32), (picture.Color.Width, picture.Color.Height));
        Assert.All(picture.Color.Plane(0).ToArray(), v => Assert.Equal(255, v));
        Assert.All(picture.Color.Plane(2).ToArray(), v => Assert.Equal(0, v));
        Assert.All(picture.Alpha!, v => Assert.InRange(v, 127, 128));
    }

    [Theory]
    [InlineData("", "an empty file")]
    [InlineData("<!DOCTYPE html><html><body>not found</body></html>", "a web page")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing")]
    [InlineData("%PDF-1.4 and so on", "a PDF document")]
    [InlineData("no picture", "a text file")]
    [InlineData("\0\0\0\0\0\0\0\0", "a file of zeros")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0", "Git LFS pointer")]
    [InlineData("\u00ff\u00d8\u00ff\u00e0 and nothing", "a JPEG picture")]
    [InlineData("\0\0\0\u0018ftypisom\0\0\0\0isommp42", "a video")]
    public void WhatIsNoPictureIsNamed(string content, string kind)
    {
        string path = Write("photo.jpg", System.Text.Encoding.Latin1.GetBytes(content));
        string message = Assert.Throws<InvalidDataException>(() => PictureReader.Read(path, "content")).Message;
        Assert.Contains(path, message);
        Assert.Contains(kind, message);
        Assert.DoesNotContain("(Parameter", message);
    }

    [Fact]
    public void TheContentDecidesNotTheEnding()
    {
        string path = Write("a.gif", PictureBytes.Encode(".png"));
        Assert.Equal(PictureBytes.Width, PictureFile.Read(path).Width);
        Assert.Contains("is a folder", Assert.Throws<InvalidDataException>(() => PictureFile.Read(_folder.Path)).Message);
    }

    [Theory]
    [InlineData("heic", "a HEIC picture")]
    [InlineData("avif", "an AVIF picture")]
    public void ADecoderIsAskedForWhatOnlyItReads(string brand, string name)
    {
        FileKind kind = FileKind.Of([0, 0, 0, 24, .. "ftyp"u8, .. System.Text.Encoding.ASCII.GetBytes(brand), 0, 0, 0, 0, .. "mif1miaf"u8]);
        Assert.Equal(name, kind.Name);
        Assert.Equal(brand == "heic" ? PictureFormat.Heic : PictureFormat.Avif, kind.Format);
        Assert.NotNull(PictureDecoders.For(kind.Format!.Value)); // the program brings it
        Assert.Null(PictureDecoders.For(PictureFormat.Png));
        string path = Write($"a.{brand}", [0, 0, 0, 24, .. "ftyp"u8, .. System.Text.Encoding.ASCII.GetBytes(brand), 0, 0, 0, 0,
            .. "mif1miaf"u8, 1, 2, 3]);
        string message = Assert.Throws<InvalidDataException>(() => PictureFile.Read(path)).Message;
        Assert.Contains(name, message);
        Assert.Contains(path, message);
    }

    public void Dispose() => _folder.Dispose();

    private string Write(string name, byte[] content)
    {
        File.WriteAllBytes(_folder.File(name), content);
        return _folder.File(name);
    }

    // The size stands in the frame header, SOF0.
    private static byte[] WithJpegSide(byte[] jpeg, ushort side)
    {
        int at = jpeg.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]) + 5;
        (jpeg[at], jpeg[at + 1], jpeg[at + 2], jpeg[at + 3]) = ((byte)(side >> 8), (byte)side, (byte)(side >> 8), (byte)side);
        return jpeg;
    }
}
