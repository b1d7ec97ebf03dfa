using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetStyle.Pipeline;

/// <summary>What the bytes that ExtractPixels gives for a sized image mean.</summary>
internal sealed record PixelLayout(int Width, int Height, int Red, int Green, int Blue, int Alpha)
{
    private const int BytesPerPixel = 4;

    public static ImagePixelExtractingEstimator Extract(TransformsCatalog catalog, string output, string input) => catalog.ExtractPixels(
        output, input, ImagePixelExtractingEstimator.ColorBits.All, ImagePixelExtractingEstimator.ColorsOrder.ARGB,
        interleavePixelColors: true, outputAsFloatArray: false);

    /// <summary>Finds out by extracting one pixel whose four bytes differ.</summary>
    public static PixelLayout Probe(TransformsCatalog catalog, int width, int height)
    {
        using MLImage pixel = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Rgba32, [10, 20, 30, 255]);
        IDataView rows = new MLContext().Data.LoadFromEnumerable([new ShapeFactory.ImageBox { Value = pixel }]);
        IDataView bytes = Extract(catalog, "Bytes", nameof(ShapeFactory.ImageBox.Value)).Fit(rows).Transform(rows);
        DataViewSchema.Column column = bytes.Schema["Bytes"];
        using DataViewRowCursor cursor = bytes.GetRowCursor([column]);
        ValueGetter<VBuffer<byte>> getter = cursor.GetGetter<VBuffer<byte>>(column);
        VBuffer<byte> value = default;
        if (!cursor.MoveNext()) throw new InvalidOperationException("ExtractPixels gave no row for one image.");
        getter(ref value);
        List<byte> found = [.. value.DenseValues()];
        PixelLayout layout = new(width, height, found.IndexOf(10), found.IndexOf(20), found.IndexOf(30), found.IndexOf(255));
        layout.Check();
        return layout;
    }

    public static PixelLayout Read(float[] values)
    {
        if (values.Length != 6) throw new InvalidDataException($"The layout of an image has 6 numbers; the model has {values.Length}.");
        PixelLayout layout = new((int)values[0], (int)values[1], (int)values[2], (int)values[3], (int)values[4], (int)values[5]);
        layout.Check();
        return layout;
    }

    public float[] ToArray() => [Width, Height, Red, Green, Blue, Alpha];

    public MLImage ToImage(ReadOnlySpan<byte> bytes)
    {
        int area = checked(Width * Height);
        if (bytes.Length != (long)area * BytesPerPixel)
            throw new InvalidDataException($"An image of {Width} x {Height} pixels has {(long)area * BytesPerPixel} bytes; "
                + $"{bytes.Length} came.");
        byte[] pixels = new byte[bytes.Length];
        for (int p = 0; p < pixels.Length; p += BytesPerPixel)
        {
            pixels[p] = bytes[p + Blue];
            pixels[p + 1] = bytes[p + Green];
            pixels[p + 2] = bytes[p + Red];
            pixels[p + 3] = bytes[p + Alpha];
        }
        return MLImage.CreateFromPixels(Width, Height, MLPixelFormat.Bgra32, pixels);
    }

    private void Check()
    {
        ReadOnlySpan<int> places = [Red, Green, Blue, Alpha];
        int seen = 0;
        foreach (int place in places) seen |= place is >= 0 and < BytesPerPixel ? 1 << place : 0;
        if (Width < 1 || Height < 1 || seen != 0b1111) throw new InvalidDataException($"{this} is no layout of an image.");
    }
}
