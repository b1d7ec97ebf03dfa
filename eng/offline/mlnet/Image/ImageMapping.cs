using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

internal static class ImageMapping
{
    public static SchemaShape.Column RequireImage(this SchemaShape shape, string name)
    {
        SchemaShape.Column column = shape.Require(name);
        return column.ItemType is ImageDataViewType && column.Kind == SchemaShape.Column.VectorKind.Scalar
            ? column
            : throw new ArgumentOutOfRangeException("inputSchema", $"Schema mismatch for input column '{name}': expected image, got {column.TypeString}");
    }

    public static ImageDataViewType ImageType(DataViewSchema.Column column) => column.Type as ImageDataViewType
        ?? throw new ArgumentOutOfRangeException("inputSchema", $"Schema mismatch for input column '{column.Name}': expected image, got {column.Type}");

    // An image made from an image. What the getter handed out before is disposed, and its source with the row.
    public static RowMapping Make(DataViewSchema input, string output, ImageDataViewType type, DataViewSchema.Column source, Func<MLImage, MLImage> map) =>
        new OneColumn(input, new(output, type), [source], row =>
        {
            ValueGetter<MLImage> get = row.GetGetter<MLImage>(source);
            MLImage image = null;
            ValueGetter<MLImage> getter = (ref MLImage value) =>
            {
                value?.Dispose();
                value = null;
                get(ref image);
                if (image is null) return;
                value = map(image);
                value.Tag = image.Tag;
            };
            return (getter, () => image?.Dispose());
        });

    // Where alpha, red, green and blue stand among the colours that are taken, -1 for those that aren't.
    public static int[] Positions(ImagePixelExtractingEstimator.ColorsOrder order, ImagePixelExtractingEstimator.ColorBits colors)
    {
        int[] positions = [-1, -1, -1, -1];
        int next = 0;
        foreach (char letter in order.ToString())
        {
            int color = "ARGB".IndexOf(letter);
            if (((int)colors & (1 << color)) != 0) positions[color] = next++;
        }

        return positions;
    }

    public static int Planes(ImagePixelExtractingEstimator.ColorBits colors) => int.PopCount((int)colors);

    public static IHostEnvironment Checked(IHostEnvironment environment, ImagePixelExtractingEstimator.ColorBits colors, float scale, float offset)
    {
        if ((colors & ImagePixelExtractingEstimator.ColorBits.All) == 0) throw new ArgumentException("Need to use at least one color plane", nameof(colors));
        if (!float.IsFinite(scale) || scale == 0) throw new ArgumentOutOfRangeException(nameof(scale), scale, "Must be finite and not zero.");
        if (!float.IsFinite(offset)) throw new ArgumentOutOfRangeException(nameof(offset), offset, "Must be finite.");
        return environment;
    }
}
