using Microsoft.ML.Transforms.Onnx;

namespace Microsoft.ML
{
    public static class OnnxCatalog
    {
        public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog, OnnxOptions options) => Make(catalog, options, null);

        public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog, string modelFile, int? gpuDeviceId = null, bool fallbackToCpu = false) =>
            Make(catalog, [], [], modelFile, null, gpuDeviceId, fallbackToCpu);

        public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog, string modelFile, IDictionary<string, int[]> shapeDictionary,
            int? gpuDeviceId = null, bool fallbackToCpu = false) =>
            Make(catalog, [], [], modelFile, shapeDictionary, gpuDeviceId, fallbackToCpu);

        public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog, Stream modelBytes, int? gpuDeviceId = null, bool fallbackToCpu = false) =>
            Make(catalog, [], [], modelBytes, null, gpuDeviceId, fallbackToCpu);

        public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog, Stream modelBytes, IDictionary<string, int[]> shapeDictionary,
            int? gpuDeviceId = null, bool fallbackToCpu = false) =>
            Make(catalog, [], [], modelBytes, shapeDictionary, gpuDeviceId, fallbackToCpu);

        public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog, string outputColumnName, string inputColumnName, string modelFile,
            int? gpuDeviceId = null, bool fallbackToCpu = false) =>
            Make(catalog, [outputColumnName], [inputColumnName], modelFile, null, gpuDeviceId, fallbackToCpu);

        public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog, string outputColumnName, string inputColumnName, string modelFile,
            IDictionary<string, int[]> shapeDictionary, int? gpuDeviceId = null, bool fallbackToCpu = false) =>
            Make(catalog, [outputColumnName], [inputColumnName], modelFile, shapeDictionary, gpuDeviceId, fallbackToCpu);

        public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog, string[] outputColumnNames, string[] inputColumnNames, string modelFile,
            int? gpuDeviceId = null, bool fallbackToCpu = false) =>
            Make(catalog, outputColumnNames, inputColumnNames, modelFile, null, gpuDeviceId, fallbackToCpu);

        public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog, string[] outputColumnNames, string[] inputColumnNames, string modelFile,
            IDictionary<string, int[]> shapeDictionary, int? gpuDeviceId = null, bool fallbackToCpu = false) =>
            Make(catalog, outputColumnNames, inputColumnNames, modelFile, shapeDictionary, gpuDeviceId, fallbackToCpu);

        // Here so that a call with four arguments is ambiguous, as it is with the real one.
        public static OnnxScoringEstimator ApplyOnnxModel(this TransformsCatalog catalog, string[] outputColumnNames, string[] inputColumnNames, string modelFile,
            IDictionary<string, int[]> shapeDictionary, int? gpuDeviceId = null, bool fallbackToCpu = false, int recursionLimit = 100)
        {
            OnnxOptions options = Options(outputColumnNames, inputColumnNames, shapeDictionary, gpuDeviceId, fallbackToCpu, modelFile);
            options.RecursionLimit = recursionLimit;
            return Make(catalog, options, null);
        }

        private static OnnxScoringEstimator Make(TransformsCatalog catalog, string[] outputs, string[] inputs, string modelFile,
            IDictionary<string, int[]> shapes, int? gpuDeviceId, bool fallbackToCpu) =>
            Make(catalog, Options(outputs, inputs, shapes, gpuDeviceId, fallbackToCpu, modelFile), null);

        private static OnnxScoringEstimator Make(TransformsCatalog catalog, string[] outputs, string[] inputs, Stream modelBytes,
            IDictionary<string, int[]> shapes, int? gpuDeviceId, bool fallbackToCpu)
        {
            using MemoryStream bytes = new();
            modelBytes.CopyTo(bytes);
            return Make(catalog, Options(outputs, inputs, shapes, gpuDeviceId, fallbackToCpu, null), bytes.ToArray());
        }

        private static OnnxOptions Options(string[] outputs, string[] inputs, IDictionary<string, int[]> shapes, int? gpuDeviceId, bool fallbackToCpu, string modelFile) =>
            new()
            {
                OutputColumns = outputs,
                InputColumns = inputs,
                ShapeDictionary = shapes,
                GpuDeviceId = gpuDeviceId,
                FallbackToCpu = fallbackToCpu,
                ModelFile = modelFile,
            };

        private static OnnxScoringEstimator Make(TransformsCatalog catalog, OnnxOptions options, byte[] model)
        {
            if (model is null && !File.Exists(options.ModelFile)) throw new FileNotFoundException($"Model file {options.ModelFile} does not exist.", options.ModelFile);
            return new(new(catalog.Environment, options, model ?? File.ReadAllBytes(options.ModelFile)));
        }
    }
}

namespace Microsoft.ML.Transforms.Onnx
{
    public sealed class OnnxOptions
    {
        public string ModelFile;
        public string[] InputColumns;
        public string[] OutputColumns;
        public int? GpuDeviceId;
        public bool FallbackToCpu;
        public IDictionary<string, int[]> ShapeDictionary;
        public int RecursionLimit = 100;
        public int? InterOpNumThreads;
        public int? IntraOpNumThreads;
        public OnnxOptions() { }
    }
}
