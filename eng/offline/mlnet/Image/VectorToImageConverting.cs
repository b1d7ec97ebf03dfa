using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

public sealed class VectorToImageConvertingEstimator : TrivialEstimator<VectorToImageConvertingTransformer>
{
    internal VectorToImageConvertingEstimator(VectorToImageConvertingTransformer transformer) : base(transformer) { }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape.Column source = inputSchema.Require(Transformer.InputName);
        if (source.Kind != SchemaShape.Column.VectorKind.Vector || !VectorToImageConvertingTransformer.CanConvert(source.ItemType))
        {
            throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Schema mismatch for input column '{source.Name}': expected known-size vector of Single, Double or Byte, got {source.TypeString}");
        }

        return inputSchema.With(SchemaShape.Column.Of(Transformer.OutputName, Transformer.Type));
    }
}

public sealed class VectorToImageConvertingTransformer : OneToOneTransformerBase
{
    internal const string Signature = "ConvertToImage";

    private readonly ImagePixelExtractingEstimator.ColorBits _colors;
    private readonly ImagePixelExtractingEstimator.ColorsOrder _order;
    private readonly bool _interleaved;
    private readonly float _scale, _offset;
    private readonly int[] _defaults;

    // The defaults are those of alpha, red, green and blue.
    internal VectorToImageConvertingTransformer(IHostEnvironment environment, string output, string input, ImageDataViewType type,
        ImagePixelExtractingEstimator.ColorBits colors, ImagePixelExtractingEstimator.ColorsOrder order, bool interleaved, float scale, float offset, int[] defaults)
        : base(ImageMapping.Checked(environment, colors, scale, offset)) =>
        (OutputName, InputName, Type, _colors, _order, _interleaved, _scale, _offset, _defaults) =
            (output, input, type, colors, order, interleaved, scale, offset, defaults);

    internal string OutputName { get; }
    internal string InputName { get; }
    internal ImageDataViewType Type { get; }

    internal static bool CanConvert(DataViewType item) => item == NumberDataViewType.Single || item == NumberDataViewType.Double || item == NumberDataViewType.Byte;

    internal static ITransformer Load(ModelLoadContext context)
    {
        BinaryReader r = context.Reader;
        return new VectorToImageConvertingTransformer(context.Environment, r.ReadString(), r.ReadString(), (ImageDataViewType)TypeCodec.ReadType(r),
            (ImagePixelExtractingEstimator.ColorBits)r.ReadByte(), (ImagePixelExtractingEstimator.ColorsOrder)r.ReadByte(), r.ReadBoolean(), r.ReadSingle(), r.ReadSingle(),
            [r.ReadInt32(), r.ReadInt32(), r.ReadInt32(), r.ReadInt32()]);
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        BinaryWriter writer = ctx.Begin(Signature);
        writer.Write(OutputName);
        writer.Write(InputName);
        TypeCodec.WriteType(writer, Type);
        writer.Write((byte)_colors);
        writer.Write((byte)_order);
        writer.Write(_interleaved);
        writer.Write(_scale);
        writer.Write(_offset);
        Array.ForEach(_defaults, writer.Write);
    }

    private protected override RowMapping Map(DataViewSchema input)
    {
        DataViewSchema.Column source = Input(input, InputName);
        VectorDataViewType wanted = new(NumberDataViewType.Single, Type.Height, Type.Width, ImageMapping.Planes(_colors));
        if (source.Type is not VectorDataViewType vector || vector.Size != wanted.Size || !CanConvert(vector.ItemType))
        {
            throw new ArgumentOutOfRangeException("inputSchema", $"Schema mismatch for input column '{InputName}': expected {wanted}, got {source.Type}");
        }

        return new OneColumn(input, new(OutputName, Type), [source], row => (
            vector.ItemType == NumberDataViewType.Single ? Getter<float>(row, source, value => value)
            : vector.ItemType == NumberDataViewType.Double ? Getter<double>(row, source, value => (float)value)
            : Getter<byte>(row, source, value => value), null));
    }

    private ValueGetter<MLImage> Getter<T>(DataViewRow row, DataViewSchema.Column source, Func<T, float> convert)
    {
        int[] positions = ImageMapping.Positions(_order, _colors);
        int size = Type.Height * Type.Width;
        (int pixelStep, int planeStep) = _interleaved ? (ImageMapping.Planes(_colors), 1) : (1, size);
        bool scales = typeof(T) != typeof(byte) && (_scale != 1 || _offset != 0);
        ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(source);
        VBuffer<T> buffer = default, dense = default;
        return (ref MLImage value) =>
        {
            get(ref buffer);
            if (buffer.GetValues().Length == 0)
            {
                value = null;
                return;
            }

            buffer.CopyToDense(ref dense);
            ReadOnlySpan<T> values = dense.GetValues();
            byte[] rgba = new byte[size * 4];
            for (int color = 0; color < 4; color++)
            {
                int to = color == 0 ? 3 : color - 1, from = positions[color] * planeStep;
                for (int i = 0; i < size; i++, to += 4, from += pixelStep)
                {
                    float part = positions[color] < 0 ? _defaults[color] : convert(values[from]);
                    rgba[to] = !scales ? (byte)(int)part
                        : color == 0 && positions[0] < 0 ? (byte)0
                        : (byte)(int)Math.Round((part * _scale) - _offset);
                }
            }

            value = MLImage.FromRgba(Type.Width, Type.Height, rgba);
            value.Tag = nameof(VectorToImageConvertingTransformer);
        };
    }
}
