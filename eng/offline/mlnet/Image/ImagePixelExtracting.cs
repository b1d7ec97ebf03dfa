using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

public sealed class ImagePixelExtractingEstimator : TrivialEstimator<ImagePixelExtractingTransformer>
{
    internal ImagePixelExtractingEstimator(ImagePixelExtractingTransformer transformer) : base(transformer) { }

    [Flags]
    public enum ColorBits : byte
    {
        Alpha = 1,
        Red = 2,
        Green = 4,
        Blue = 8,
        Rgb = Red | Green | Blue,
        All = Alpha | Rgb,
    }

    public enum ColorsOrder : byte
    {
        ARGB = 1,
        ARBG = 2,
        ABRG = 3,
        ABGR = 4,
        AGRB = 5,
        AGBR = 6,
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        inputSchema.RequireImage(Transformer.InputName);
        return inputSchema.With(new SchemaShape.Column(Transformer.OutputName, SchemaShape.Column.VectorKind.Vector, Transformer.ItemType, false));
    }
}

public sealed class ImagePixelExtractingTransformer : OneToOneTransformerBase
{
    internal const string Signature = "ExtractPixels";

    private readonly ImagePixelExtractingEstimator.ColorBits _colors;
    private readonly ImagePixelExtractingEstimator.ColorsOrder _order;
    private readonly bool _interleaved, _asFloat;
    private readonly float _offset, _scale;

    internal ImagePixelExtractingTransformer(IHostEnvironment environment, string output, string input, ImagePixelExtractingEstimator.ColorBits colors,
        ImagePixelExtractingEstimator.ColorsOrder order, bool interleaved, float offset, float scale, bool asFloat)
        : base(ImageMapping.Checked(environment, colors, scale, offset))
    {
        (OutputName, InputName, _colors, _order, _interleaved, _asFloat) = (output, input, colors, order, interleaved, asFloat);
        (_offset, _scale) = asFloat ? (offset, scale) : (0, 1);
    }

    internal string OutputName { get; }
    internal string InputName { get; }
    internal PrimitiveDataViewType ItemType => _asFloat ? NumberDataViewType.Single : NumberDataViewType.Byte;

    internal static ITransformer Load(ModelLoadContext context)
    {
        BinaryReader r = context.Reader;
        return new ImagePixelExtractingTransformer(context.Environment, r.ReadString(), r.ReadString(), (ImagePixelExtractingEstimator.ColorBits)r.ReadByte(),
            (ImagePixelExtractingEstimator.ColorsOrder)r.ReadByte(), r.ReadBoolean(), r.ReadSingle(), r.ReadSingle(), r.ReadBoolean());
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        BinaryWriter writer = ctx.Begin(Signature);
        writer.Write(OutputName);
        writer.Write(InputName);
        writer.Write((byte)_colors);
        writer.Write((byte)_order);
        writer.Write(_interleaved);
        writer.Write(_offset);
        writer.Write(_scale);
        writer.Write(_asFloat);
    }

    private protected override RowMapping Map(DataViewSchema input)
    {
        DataViewSchema.Column source = Input(input, InputName);
        ImageDataViewType image = ImageMapping.ImageType(source);
        if (image.Height <= 0 || image.Width <= 0)
        {
            throw new ArgumentOutOfRangeException("inputSchema", $"Schema mismatch for input column '{InputName}': expected known-size image, got unknown-size image");
        }

        int planes = ImageMapping.Planes(_colors);
        VectorDataViewType type = _interleaved ? new(ItemType, image.Height, image.Width, planes) : new(ItemType, planes, image.Height, image.Width);
        return new OneColumn(input, new(OutputName, type), [source],
            row => _asFloat ? Getter(row, source, image, value => (value - _offset) * _scale) : Getter(row, source, image, value => value));
    }

    private (Delegate, Action) Getter<T>(DataViewRow row, DataViewSchema.Column source, ImageDataViewType type, Func<byte, T> convert)
    {
        int[] positions = ImageMapping.Positions(_order, _colors);
        int planes = ImageMapping.Planes(_colors), size = type.Height * type.Width;
        (int pixelStep, int planeStep) = _interleaved ? (planes, 1) : (1, size);
        ValueGetter<MLImage> get = row.GetGetter<MLImage>(source);
        MLImage image = null;
        ValueGetter<VBuffer<T>> getter = (ref VBuffer<T> value) =>
        {
            get(ref image);
            if (image is null)
            {
                value = new(size * planes, 0, [], []);
                return;
            }

            if (image.Height != type.Height || image.Width != type.Width)
            {
                throw new InvalidOperationException($"Image is {image.Height} x {image.Width}, but its column '{source.Name}' says {type.Height} x {type.Width}.");
            }

            VBufferEditor<T> editor = VBufferEditor.Create(ref value, size * planes);
            byte[] rgba = image.Rgba();
            for (int color = 0; color < 4; color++)
            {
                if (positions[color] < 0) continue;
                int from = color == 0 ? 3 : color - 1, to = positions[color] * planeStep;
                for (int i = 0; i < size; i++, from += 4, to += pixelStep) editor.Values[to] = convert(rgba[from]);
            }

            value = editor.Commit();
        };
        return (getter, () => image?.Dispose());
    }
}
