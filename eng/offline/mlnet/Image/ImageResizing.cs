using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

public sealed class ImageResizingEstimator : TrivialEstimator<ImageResizingTransformer>
{
    internal ImageResizingEstimator(ImageResizingTransformer transformer) : base(transformer) { }

    public enum ResizingKind : byte
    {
        IsoPad = 0,
        IsoCrop = 1,
        Fill = 2,
    }

    public enum Anchor : byte
    {
        Right = 0,
        Left = 1,
        Top = 2,
        Bottom = 3,
        Center = 4,
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        inputSchema.RequireImage(Transformer.InputName);
        return inputSchema.With(SchemaShape.Column.Of(Transformer.OutputName, Transformer.Type));
    }
}

public sealed class ImageResizingTransformer : OneToOneTransformerBase
{
    internal const string Signature = "ResizeImages";

    private readonly ImageResizingEstimator.ResizingKind _resizing;
    private readonly ImageResizingEstimator.Anchor _anchor;

    internal ImageResizingTransformer(IHostEnvironment environment, string output, string input, ImageDataViewType type,
        ImageResizingEstimator.ResizingKind resizing, ImageResizingEstimator.Anchor anchor) : base(environment) =>
        (OutputName, InputName, Type, _resizing, _anchor) = (output, input, type, resizing, anchor);

    internal string OutputName { get; }
    internal string InputName { get; }
    internal ImageDataViewType Type { get; }

    internal static ITransformer Load(ModelLoadContext context)
    {
        BinaryReader reader = context.Reader;
        (string output, string input) = (reader.ReadString(), reader.ReadString());
        ImageDataViewType type = (ImageDataViewType)TypeCodec.ReadType(reader);
        return new ImageResizingTransformer(context.Environment, output, input, type,
            (ImageResizingEstimator.ResizingKind)reader.ReadByte(), (ImageResizingEstimator.Anchor)reader.ReadByte());
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        BinaryWriter writer = ctx.Begin(Signature);
        writer.Write(OutputName);
        writer.Write(InputName);
        TypeCodec.WriteType(writer, Type);
        writer.Write((byte)_resizing);
        writer.Write((byte)_anchor);
    }

    private protected override RowMapping Map(DataViewSchema input)
    {
        DataViewSchema.Column source = Input(input, InputName);
        ImageMapping.ImageType(source);
        return ImageMapping.Make(input, OutputName, Type, source,
            image => _resizing == ImageResizingEstimator.ResizingKind.Fill ? Fill(image) : KeepAspect(image));
    }

    // Nearest neighbour, as the real one samples here.
    private MLImage Fill(MLImage image)
    {
        byte[] pixels = new byte[Type.Width * Type.Height * 4];
        ReadOnlySpan<byte> source = image.Pixels;
        for (int y = 0; y < Type.Height; y++)
        {
            int row = (int)((y + 0.5) * image.Height / Type.Height) * image.Width;
            for (int x = 0; x < Type.Width; x++)
            {
                source.Slice((row + (int)((x + 0.5) * image.Width / Type.Width)) * 4, 4).CopyTo(pixels.AsSpan(((y * Type.Width) + x) * 4));
            }
        }

        return MLImage.CreateFromPixels(Type.Width, Type.Height, image.PixelFormat, pixels);
    }

    // IsoPad: the whole image on black. IsoCrop: the image fills the frame, and the anchor says which part stays.
    private MLImage KeepAspect(MLImage image)
    {
        float across = (float)Type.Width / image.Width, down = (float)Type.Height / image.Height;
        bool pad = _resizing == ImageResizingEstimator.ResizingKind.IsoPad;
        float scale = pad ? Math.Min(across, down) : Math.Max(across, down);
        (int width, int height) = (Math.Max(1, (int)(image.Width * scale)), Math.Max(1, (int)(image.Height * scale)));
        (float x, float y) = pad ? (0.5f, 0.5f) : _anchor switch
        {
            ImageResizingEstimator.Anchor.Left => (0, 0.5f),
            ImageResizingEstimator.Anchor.Right => (1, 0.5f),
            ImageResizingEstimator.Anchor.Top => (0.5f, 0),
            ImageResizingEstimator.Anchor.Bottom => (0.5f, 1),
            _ => (0.5f, 0.5f),
        };
        (int left, int top) = ((int)((Type.Width - width) * x), (int)((Type.Height - height) * y));

        byte[] scaled = Vips.Resize(image.Rgba(), image.Width, image.Height, width, height);
        byte[] pixels = new byte[Type.Width * Type.Height * 4];
        for (int i = 0; i < Type.Width * Type.Height; i++)
        {
            (int row, int column) = ((i / Type.Width) - top, (i % Type.Width) - left);
            if ((uint)row < (uint)height && (uint)column < (uint)width) scaled.AsSpan(((row * width) + column) * 4, 3).CopyTo(pixels.AsSpan(i * 4));
            pixels[(i * 4) + 3] = 255;
        }

        return MLImage.FromRgba(Type.Width, Type.Height, pixels);
    }
}
