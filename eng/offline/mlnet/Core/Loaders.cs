using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Image;
using Microsoft.ML.Transforms.Onnx;

namespace Microsoft.ML;

internal static class Loaders
{
    public const string Chain = "TransformerChain";

    private static readonly Dictionary<string, Func<ModelLoadContext, ITransformer>> BySignature = new()
    {
        [Chain] = LoadChain,
        [ColumnCopyingTransformer.Signature] = ColumnCopyingTransformer.Load,
        [ColumnSelectingTransformer.Signature] = ColumnSelectingTransformer.Load,
        [ColumnConcatenatingTransformer.Signature] = ColumnConcatenatingTransformer.Load,
        [TypeConvertingTransformer.Signature] = TypeConvertingTransformer.Load,
        [ValueMappingTransformer.Signature] = ValueMappingTransformer.Load,
        [CustomMapping.Signature] = CustomMapping.Load,
        [ImageLoadingTransformer.Signature] = ImageLoadingTransformer.Load,
        [ImageResizingTransformer.Signature] = ImageResizingTransformer.Load,
        [ImagePixelExtractingTransformer.Signature] = ImagePixelExtractingTransformer.Load,
        [ImageGrayscalingTransformer.Signature] = ImageGrayscalingTransformer.Load,
        [VectorToImageConvertingTransformer.Signature] = VectorToImageConvertingTransformer.Load,
        [OnnxTransformer.Signature] = OnnxTransformer.Load,
    };

    public static Func<ModelLoadContext, ITransformer> Find(string signature) => BySignature.TryGetValue(signature, out Func<ModelLoadContext, ITransformer> load)
        ? load
        : throw new FormatException($"The file holds a model '{signature}', which is not known here.");

    private static TransformerChain<ITransformer> LoadChain(ModelLoadContext context)
    {
        int count = context.Reader.ReadInt32();
        List<ITransformer> transformers = [];
        List<TransformerScope> scopes = [];
        for (int i = 0; i < count; i++)
        {
            scopes.Add((TransformerScope)context.Reader.ReadInt32());
            transformers.Add(context.LoadModel());
        }

        return new(transformers, scopes);
    }
}
