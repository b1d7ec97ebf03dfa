using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Pipeline;

/// <summary>Rows, images and options that run in a moment.</summary>
internal static class TestRows
{
    public const int Width = 40, Height = 32;

    public sealed class PathRow
    {
        public string Path { get; set; } = "";
    }

    public sealed class SizedRow
    {
        [ImageType(Height, Width)]
        public MLImage? Image { get; set; }

        [ImageType(Height, Width)]
        public MLImage? Other { get; set; }
    }

    public sealed class StyledRow
    {
        [ImageType(Height, Width)]
        public MLImage? Styled { get; set; }
    }

    public static StyleTransferOptions Options => new()
    {
        Network = TinyNetwork.Shared.File,
        Size = Width,
        Iterations = 4,
        CoarsestSize = Width,
    };

    public static VggFeaturesOptions Features => new() { Network = TinyNetwork.Shared.File };

    /// <summary>A smooth picture with some noise in it; another seed is another picture.</summary>
    public static byte[] Pixels(int seed, int width = Width, int height = Height, bool transparent = false)
    {
        Random random = new(seed);
        double a = random.NextDouble() * 6, b = random.NextDouble() * 6, c = random.NextDouble() * 6;
        byte[] pixels = new byte[width * height * 4];
        for (int i = 0, p = 0; i < width * height; i++, p += 4)
        {
            double x = (double)(i % width) / width, y = (double)(i / width) / height;
            int alpha = transparent ? (int)(x * 255) : 255;
            double shade = alpha / 255.0;
            pixels[p] = (byte)(shade * (110 + (100 * Math.Sin((9 * x) + a)) + random.Next(30)));
            pixels[p + 1] = (byte)(shade * (110 + (100 * Math.Sin((7 * y) + b)) + random.Next(30)));
            pixels[p + 2] = (byte)(shade * (110 + (100 * Math.Sin((8 * (x + y)) + c)) + random.Next(30)));
            pixels[p + 3] = (byte)alpha;
        }
        return pixels;
    }

    public static MLImage Image(int seed, int width = Width, int height = Height, MLPixelFormat format = MLPixelFormat.Bgra32) =>
        MLImage.CreateFromPixels(width, height, format, Pixels(seed, width, height));

    /// <summary>Rows with images of their own for each cursor: ML.NET's image transforms dispose what they have read.</summary>
    public static IDataView Sized(MLContext ml, params int[] seeds) =>
        ml.Data.LoadFromEnumerable(seeds.Select(seed => new SizedRow { Image = Image(seed), Other = Image(seed + 100) }));

    /// <summary>A value of the first row, by a cursor over this column alone.</summary>
    public static byte[] FirstImage(IDataView view, string column) => Images(view, column)[0];

    public static List<byte[]> Images(IDataView view, string column)
    {
        List<byte[]> images = [];
        DataViewSchema.Column at = view.Schema[column];
        using DataViewRowCursor cursor = view.GetRowCursor([at]);
        ValueGetter<MLImage> getter = cursor.GetGetter<MLImage>(at);
        MLImage image = null!;
        while (cursor.MoveNext())
        {
            getter(ref image);
            images.Add(Rgba(image));
        }
        return images;
    }

    public static float[] FirstVector(IDataView view, string column)
    {
        DataViewSchema.Column at = view.Schema[column];
        using DataViewRowCursor cursor = view.GetRowCursor([at]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(at);
        VBuffer<float> vector = default;
        Assert.True(cursor.MoveNext());
        getter(ref vector);
        return [.. vector.DenseValues()];
    }

    /// <summary>The pixels, whatever their order in the image.</summary>
    public static byte[] Rgba(MLImage image)
    {
        byte[] pixels = image.Pixels.ToArray();
        if (image.PixelFormat == MLPixelFormat.Bgra32)
        {
            for (int i = 0; i < pixels.Length; i += 4) (pixels[i], pixels[i + 2]) = (pixels[i + 2], pixels[i]);
        }
        return pixels;
    }

    /// <summary>The model saved and loaded. ML.NET saves no columns of images with a schema, and no schema without a column.</summary>
    public static ITransformer Reload(MLContext ml, ITransformer model, DataViewSchema schema, MLContext? other = null)
    {
        using MemoryStream stream = new();
        ml.Model.Save(model, schema.Any(column => column.Type is not ImageDataViewType) ? schema : null, stream);
        stream.Position = 0;
        return (other ?? new MLContext()).Model.Load(stream, out _);
    }
}
