using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

public sealed class ImageGrayscalingEstimator : TrivialEstimator<ImageGrayscalingTransformer>
{
    internal ImageGrayscalingEstimator(ImageGrayscalingTransformer transformer) : base(transformer) { }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema) =>
        inputSchema.With(inputSchema.RequireImage(Transformer.InputName).Renamed(Transformer.OutputName));
}

public sealed class ImageGrayscalingTransformer : OneToOneTransformerBase
{
    internal const string Signature = "ConvertToGrayscale";

    internal ImageGrayscalingTransformer(IHostEnvironment environment, string output, string input) : base(environment) => (OutputName, InputName) = (output, input);

    internal string OutputName { get; }
    internal string InputName { get; }

    internal static ITransformer Load(ModelLoadContext context) =>
        new ImageGrayscalingTransformer(context.Environment, context.Reader.ReadString(), context.Reader.ReadString());

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        BinaryWriter writer = ctx.Begin(Signature);
        writer.Write(OutputName);
        writer.Write(InputName);
    }

    private protected override RowMapping Map(DataViewSchema input)
    {
        DataViewSchema.Column source = Input(input, InputName);
        return ImageMapping.Make(input, OutputName, ImageMapping.ImageType(source), source, image =>
        {
            byte[] pixels = image.Rgba();
            for (int i = 0; i < pixels.Length; i += 4)
            {
                byte gray = (byte)Math.Round((0.3f * pixels[i]) + (0.59f * pixels[i + 1]) + (0.11f * pixels[i + 2]));
                (pixels[i], pixels[i + 1], pixels[i + 2], pixels[i + 3]) = (gray, gray, gray, 255);
            }

            return MLImage.FromRgba(image.Width, image.Height, pixels);
        });
    }
}
