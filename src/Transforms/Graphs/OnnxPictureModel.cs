using Microsoft.ML.OnnxRuntime;

namespace MLNetStyle.Graphs;

/// <summary>A foreign ONNX model that makes a picture of a picture: one input and one output of the shape [1, 3, height, width].</summary>
/// <remarks>Safe for use by several threads.</remarks>
internal sealed class OnnxPictureModel : IDisposable
{
    private const int Probe = 64;
    private const float BeyondUnit = 8;

    private readonly InferenceSession _session;
    private readonly string _input;
    private readonly string _output;
    private readonly int? _height;
    private readonly int? _width;
    private readonly Lazy<float> _unit;

    /// <param name="bytes">The model.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="threads">0 for every core.</param>
    /// <exception cref="InvalidDataException">ONNX Runtime can't read it, or it is no model from picture to picture.</exception>
    public OnnxPictureModel(byte[] bytes, string name, int threads = 0)
    {
        using SessionOptions settings = new() { IntraOpNumThreads = threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        try
        {
            _session = new InferenceSession(bytes, settings);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException($"'{name}' can't be run by ONNX Runtime: {e.Message}", e);
        }
        NodeMetadata? input = _session.InputMetadata.Count == 1 ? _session.InputMetadata.Values.Single() : null,
            output = _session.OutputMetadata.Count == 1 ? _session.OutputMetadata.Values.Single() : null;
        if (input is not { IsTensor: true, Dimensions: [1 or -1, 3 or -1, var height, var width] } || input.ElementType != typeof(float)
            || output is not { IsTensor: true } || output.ElementType != typeof(float))
        {
            string inputs = Describe(_session.InputMetadata), outputs = Describe(_session.OutputMetadata);
            _session.Dispose();
            throw new InvalidDataException($"'{name}' is no model that makes a picture of a picture: it takes {inputs} and gives "
                + $"{outputs}, where one [1, 3, height, width] of floats each is needed.");
        }
        (_input, _output) = (_session.InputMetadata.Keys.Single(), _session.OutputMetadata.Keys.Single());
        (_height, _width) = (height > 0 ? height : null, width > 0 ? width : null);
        Name = name;
        _unit = new Lazy<float>(FindUnit);
    }

    public string Name { get; }

    /// <summary>The size that the model is bound to; null for any.</summary>
    public (int Width, int Height)? Fixed => _width is { } width && _height is { } height ? (width, height) : null;

    /// <summary>Runs the model on levels of 0..255.</summary>
    /// <returns>The picture in levels of 0..255, not cut off, and its size, which some models round.</returns>
    /// <exception cref="InvalidOperationException">ONNX Runtime can't run it.</exception>
    public (float[] Samples, int Width, int Height) Run(float[] samples, int width, int height)
    {
        float unit = _unit.Value;
        float[] given = unit == 1 ? samples : Array.ConvertAll(samples, v => v / unit);
        (float[] result, int w, int h) = RunPlain(given, width, height);
        if (unit != 1) for (int i = 0; i < result.Length; i++) result[i] *= unit;
        return (result, w, h);
    }

    public void Dispose() => _session.Dispose();

    /// <summary>255 for a model whose levels go from 0 to 1: fed with 0..255 it gives no more than that.</summary>
    private float FindUnit()
    {
        int width = _width ?? Probe, height = _height ?? Probe;
        Random random = new(1);
        float[] picture = new float[3 * width * height];
        for (int i = 0; i < picture.Length; i++) picture[i] = 128 + 90 * MathF.Sin(i * 0.05f) + 30 * (random.NextSingle() - 0.5f);
        return RunPlain(picture, width, height).Samples.Max() > BeyondUnit ? 1 : 255;
    }

    private (float[] Samples, int Width, int Height) RunPlain(float[] samples, int width, int height)
    {
        try
        {
            using OrtValue input = OrtValue.CreateTensorValueFromMemory(samples, [1, 3, height, width]);
            using RunOptions run = new();
            using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(run, [_input], [input], [_output]);
            long[] shape = outputs[0].GetTensorTypeAndShape().Shape;
            if (shape is not [1, 3, > 0,
                > 0]) throw new InvalidOperationException($"The model '{Name}' gave a tensor of the shape [{string.Join(", ", shape)}] "
                + $"for a picture of {width} x {height}; [1, 3, height, width] is needed.");
            return (outputs[0].GetTensorDataAsSpan<float>().ToArray(), (int)shape[3], (int)shape[2]);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidOperationException($"ONNX Runtime can't run the model '{Name}' on a picture of {width} x {height}: "
                + $"{e.Message}", e);
        }
    }

    private static string Describe(IReadOnlyDictionary<string, NodeMetadata> values) =>
        string.Join(" and ", values.Select(v => v.Value.IsTensor
            ? $"'{v.Key}' [{string.Join(", ", v.Value.Dimensions.Select(d => d < 0 ? "?" : $"{d}"))}] of {v.Value.ElementType.Name}"
            : $"'{v.Key}'"));
}
