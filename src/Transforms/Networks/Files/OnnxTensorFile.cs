using MLNetStyle.Graphs;

namespace MLNetStyle.Networks;

/// <summary>The weights and notes of an .onnx file.</summary>
internal sealed class OnnxTensorFile : ITensorFile
{
    /// <summary>Takes the weights of a model.</summary>
    public OnnxTensorFile(OnnxModel model) =>
        (Model, Shapes) = (model, model.Weights.ToDictionary(w => w.Key, w => w.Value.Shape.ToArray()));

    /// <summary>The model itself.</summary>
    public OnnxModel Model { get; }

    /// <inheritdoc/>
    public string Name => Model.Name;

    /// <inheritdoc/>
    public string Format => "ONNX";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata => Model.Metadata;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long[]> Shapes { get; }

    /// <inheritdoc/>
    public float[] Read(string tensor) => Model.Weights[tensor].Values;
}
