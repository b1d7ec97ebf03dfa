using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms.Image;

public sealed class ImageDataViewType : StructuredDataViewType
{
    public readonly int Height;
    public readonly int Width;

    public ImageDataViewType() : base(typeof(MLImage)) { }

    public ImageDataViewType(int height, int width) : base(typeof(MLImage))
    {
        if (height <= 0) throw new ArgumentOutOfRangeException(nameof(height), "Must be positive.");
        if (width <= 0) throw new ArgumentOutOfRangeException(nameof(width), "Must be positive.");
        if ((long)height * width > int.MaxValue / 4) throw new ArgumentOutOfRangeException(nameof(height), "height * width is too large.");
        (Height, Width) = (height, width);
    }

    public override bool Equals(DataViewType other) => other is ImageDataViewType image && image.Height == Height && image.Width == Width;
    public override int GetHashCode() => HashCode.Combine(Height, Width);
    public override string ToString() => Height == 0 && Width == 0 ? "Image" : $"Image<{Height}, {Width}>";
}

public sealed class ImageTypeAttribute : DataViewTypeAttribute
{
    private readonly int _height, _width;

    public ImageTypeAttribute() { }
    public ImageTypeAttribute(int height, int width) => (_height, _width) = (height, width);

    public override bool Equals(DataViewTypeAttribute other) => other is ImageTypeAttribute image && image._height == _height && image._width == _width;
    public override int GetHashCode() => HashCode.Combine(_height, _width);

    // Without a size this throws, as in the real one: it builds ImageDataViewType(0, 0), which refuses zeros.
    public override void Register() => DataViewTypeManager.Register(new ImageDataViewType(_height, _width), typeof(MLImage), this);
}
