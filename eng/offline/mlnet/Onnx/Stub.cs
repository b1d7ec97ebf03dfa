namespace Microsoft.ML.Transforms.Onnx;

internal static class OnnxTransformer
{
    internal const string Signature = "Onnx";
    internal static ITransformer Load(ModelLoadContext context) => throw new NotSupportedException();
}
