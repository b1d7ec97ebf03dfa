using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Xunit;

namespace MLNetStyle.Tests.Offline;

public sealed class ImageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetstyle-test-").FullName;
    private readonly MLContext _ml = new(1);

    public void Dispose() => Directory.Delete(_folder, true);

    private string At(string name) => Path.Combine(_folder, name);

    [Theory]
    [InlineData(MLPixelFormat.Bgra32)]
    [InlineData(MLPixelFormat.Rgba32)]
    public void A_png_keeps_every_pixel(MLPixelFormat format)
    {
        using MLImage image = Pictures.Make(7, 5, format);
        image.Save(At("a.png"));
        using MLImage back = MLImage.CreateFromFile(At("a.png"));
        Assert.Equal((7, 5, 32), (back.Width, back.Height, back.BitsPerPixel));
        Assert.Equal(image.GetBGRPixels, back.GetBGRPixels);
        using FileStream stream = File.OpenRead(At("a.png"));
        using MLImage streamed = MLImage.CreateFromStream(stream);
        Assert.Equal(back.Pixels.ToArray(), streamed.Pixels.ToArray());
    }

    [Fact]
    public void Colours_are_kept_multiplied_by_alpha()
    {
        using MLImage image = Pictures.Make(8, 8, alpha: 128);
        image.Save(At("half.png"));
        using MLImage back = MLImage.CreateFromFile(At("half.png"));
        Assert.All(back.Pixels.ToArray().Zip(image.Pixels.ToArray()), p => Assert.InRange(p.First - p.Second, -1, 1));
    }

    [Fact]
    public void A_jpeg_keeps_the_picture()
    {
        byte[] pixels = new byte[16 * 16 * 4];
        for (int i = 0; i < pixels.Length; i += 4) (pixels[i], pixels[i + 1], pixels[i + 2], pixels[i + 3]) = (20, 120, 200, 255);
        using MLImage image = MLImage.CreateFromPixels(16, 16, MLPixelFormat.Bgra32, pixels);
        image.Save(At("a.jpg"));
        using MLImage back = MLImage.CreateFromFile(At("a.jpg"));
        Assert.All(back.GetBGRPixels.Chunk(3), p => Assert.True(Math.Abs(p[0] - 20) < 4 && Math.Abs(p[1] - 120) < 4 && Math.Abs(p[2] - 200) < 4));
        Assert.Throws<ArgumentException>(() => image.Save(At("a.xyz")));
    }

    [Fact]
    public void Exif_orientation_is_left_alone()
    {
        using MLImage image = Pictures.Make(12, 6);
        image.Save(At("plain.jpg"));
        byte[] plain = File.ReadAllBytes(At("plain.jpg"));
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif"u8, 0, 0, .. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        File.WriteAllBytes(At("turned.jpg"), [.. plain[..2], .. exif, .. plain[2..]]);
        using MLImage turned = MLImage.CreateFromFile(At("turned.jpg"));
        Assert.Equal((12, 6), (turned.Width, turned.Height));
    }

    [Fact]
    public void What_is_no_image_is_refused()
    {
        File.WriteAllText(At("text.png"), "no image");
        Assert.Contains("text.png", Assert.Throws<ArgumentException>(() => MLImage.CreateFromFile(At("text.png"))).Message);
        Assert.Throws<ArgumentException>(() => MLImage.CreateFromFile(At("nowhere.png")));
        Assert.Throws<ArgumentException>(() => MLImage.CreateFromStream(new MemoryStream([1, 2, 3])));
        using MLImage whole = Pictures.Make(64, 64);
        whole.Save(At("whole.png"));
        File.WriteAllBytes(At("cut.png"), File.ReadAllBytes(At("whole.png"))[..200]);
        Assert.Throws<ArgumentException>(() => MLImage.CreateFromFile(At("cut.png")));
    }

    [Fact]
    public void A_decompression_bomb_is_refused_by_its_header()
    {
        File.WriteAllBytes(At("bomb.png"), EmptyPng(60_000, 60_000));
        Assert.Contains("60000 x 60000", Assert.Throws<ArgumentException>(() => MLImage.CreateFromFile(At("bomb.png"))).Message);
    }

    [Fact]
    public void A_disposed_image_and_wrong_sizes_are_refused()
    {
        MLImage image = Pictures.Make(2, 2);
        image.Dispose();
        image.Dispose();
        Assert.Throws<InvalidOperationException>(() => image.Width);
        Assert.Throws<InvalidOperationException>(() => { _ = image.Pixels; });
        Assert.Throws<ArgumentException>(() => MLImage.CreateFromPixels(2, 2, MLPixelFormat.Bgra32, new byte[15]));
        Assert.Throws<ArgumentException>(() => MLImage.CreateFromPixels(0, 2, MLPixelFormat.Bgra32, []));
        Assert.Throws<ArgumentException>(() => MLImage.CreateFromPixels(2, 2, MLPixelFormat.Unknown, new byte[16]));
    }

    [Fact]
    public void Loading_is_lazy_and_names_the_file_that_fails()
    {
        using MLImage image = Pictures.Make(6, 4);
        image.Save(At("good.png"));
        IDataView rows = _ml.Data.LoadFromEnumerable(new PathRow[] { new() { Path = "good.png" }, new() { Path = "missing.png" } });
        IDataView view = _ml.Transforms.LoadImages("Image", _folder, "Path").Fit(rows).Transform(rows);
        Assert.Equal(new ImageDataViewType(), view.Schema["Image"].Type);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Image"]]);
        ValueGetter<MLImage> get = cursor.GetGetter<MLImage>(view.Schema["Image"]);
        MLImage value = null!;
        Assert.True(cursor.MoveNext());
        get(ref value);
        Assert.Equal(6, value.Width);
        MLImage first = value;
        Assert.True(cursor.MoveNext());
        Assert.Contains("missing.png", Assert.Throws<InvalidOperationException>(() => get(ref value)).Message);
        Assert.Throws<InvalidOperationException>(() => first.Width);
    }

    [Theory]
    [InlineData(true, ImagePixelExtractingEstimator.ColorsOrder.ARGB, ImagePixelExtractingEstimator.ColorBits.All)]
    [InlineData(false, ImagePixelExtractingEstimator.ColorsOrder.ABGR, ImagePixelExtractingEstimator.ColorBits.Rgb)]
    [InlineData(true, ImagePixelExtractingEstimator.ColorsOrder.AGBR, ImagePixelExtractingEstimator.ColorBits.Rgb)]
    public void Pixels_make_the_same_image_again(bool interleaved, ImagePixelExtractingEstimator.ColorsOrder order, ImagePixelExtractingEstimator.ColorBits colors)
    {
        using MLImage image = Pictures.Make(6, 4);
        byte[] pixels = image.Pixels.ToArray();
        IDataView rows = _ml.Data.LoadFromEnumerable(new ImageRow[] { new() { Image = image } });
        IDataView view = _ml.Transforms.ExtractPixels("Pixels", "Image", colors, order, interleaved)
            .Append(_ml.Transforms.ConvertToImage(4, 6, "Again", "Pixels", colors, order, interleaved)).Fit(rows).Transform(rows);
        int planes = colors == ImagePixelExtractingEstimator.ColorBits.All ? 4 : 3;
        Assert.Equal(interleaved ? [4, 6, planes] : [planes, 4, 6], ((VectorDataViewType)view.Schema["Pixels"].Type).Dimensions.ToArray());
        Assert.Equal(pixels, Assert.Single(view.GetColumn<MLImage>("Again").Select(i => i.Pixels.ToArray())));
    }

    [Fact]
    public void Pixels_are_planes_of_red_green_blue_by_default_with_offset_before_scale()
    {
        using MLImage image = MLImage.CreateFromPixels(6, 4, MLPixelFormat.Rgba32, Enumerable.Repeat<byte[]>([10, 20, 30, 255], 24).SelectMany(p => p).ToArray());
        IDataView rows = _ml.Data.LoadFromEnumerable(new ImageRow[] { new() { Image = image } });
        float[] values = _ml.Transforms.ExtractPixels("Pixels", "Image", offsetImage: 10, scaleImage: 2).Fit(rows).Transform(rows).GetColumn<float[]>("Pixels").Single();
        Assert.Equal([0, 20, 40], [values[0], values[24], values[48]]);
    }

    [Fact]
    public void Pixels_of_images_without_a_size_are_refused()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(new PathRow[] { new() });
        EstimatorChain<ImagePixelExtractingTransformer> pipeline = _ml.Transforms.LoadImages("Image", _folder, "Path").Append(_ml.Transforms.ExtractPixels("Pixels", "Image"));
        Assert.Contains("known-size", Assert.Throws<ArgumentOutOfRangeException>(() => pipeline.Fit(rows)).Message);
    }

    [Theory]
    [InlineData(ImageResizingEstimator.ResizingKind.Fill)]
    [InlineData(ImageResizingEstimator.ResizingKind.IsoCrop)]
    [InlineData(ImageResizingEstimator.ResizingKind.IsoPad)]
    public void Resizing_gives_the_size_asked_for(ImageResizingEstimator.ResizingKind kind)
    {
        using MLImage image = MLImage.CreateFromPixels(6, 4, MLPixelFormat.Bgra32, Enumerable.Repeat<byte[]>([50, 100, 150, 255], 24).SelectMany(p => p).ToArray());
        IDataView rows = _ml.Data.LoadFromEnumerable(new ImageRow[] { new() { Image = image } });
        IDataView view = _ml.Transforms.ResizeImages("Small", 9, 12, "Image", kind).Fit(rows).Transform(rows);
        Assert.Equal(new ImageDataViewType(12, 9), view.Schema["Small"].Type);
        (int width, int height, byte[] bgr) = view.GetColumn<MLImage>("Small").Select(i => (i.Width, i.Height, i.GetBGRPixels)).Single();
        Assert.Equal((9, 12), (width, height));
        Assert.InRange(bgr[(6 * 9 * 3) + (4 * 3)], 49, 51);
        Assert.Equal(kind == ImageResizingEstimator.ResizingKind.IsoPad ? 0 : 50, bgr[0], 1.0);
    }

    [Fact]
    public void Gray_weighs_the_colours()
    {
        using MLImage image = MLImage.CreateFromPixels(6, 4, MLPixelFormat.Bgra32, Enumerable.Repeat<byte[]>([100, 0, 200, 255], 24).SelectMany(p => p).ToArray());
        IDataView rows = _ml.Data.LoadFromEnumerable(new ImageRow[] { new() { Image = image } });
        byte[] bgr = _ml.Transforms.ConvertToGrayscale("Gray", "Image").Fit(rows).Transform(rows).GetColumn<MLImage>("Gray").Select(i => i.GetBGRPixels).Single();
        Assert.All(bgr, value => Assert.Equal(71, value));
    }

    private static byte[] EmptyPng(int width, int height)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        using MemoryStream packed = new();
        using (ZLibStream zip = new(packed, CompressionLevel.Fastest, true)) zip.Write(new byte[1000]);
        return [0x89, .. "PNG\r\n"u8, 0x1A, .. "\n"u8, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> name, byte[] data)
    {
        byte[] body = [.. name, .. data], chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        body.CopyTo(chunk, 4);
        uint crc = ~body.Aggregate(uint.MaxValue, (sum, b) => Enumerable.Range(0, 8).Aggregate(sum ^ b, (s, _) => (s >> 1) ^ ((s & 1) * 0xEDB88320)));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(body.Length + 4), crc);
        return chunk;
    }
}
