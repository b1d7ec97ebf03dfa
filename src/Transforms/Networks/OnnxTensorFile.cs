using MLNetStyle.Graphs;

namespace MLNetStyle.Networks;

/// <summary>The weights and notes of an .onnx file; its nodes are not looked at.</summary>
internal sealed class OnnxTensorFile : ITensorFile
{
    private readonly OnnxModel _model;

    /// <summary>Takes the weights of a model.</summary>
    public OnnxTensorFile(OnnxModel model) =>
        (_model, Shapes) = (model, model.Weights.ToDictionary(w => w.Key, w => w.Value.Shape.ToArray()));

    /// <inheritdoc/>
    public string Name => _model.Name;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata => _model.Metadata;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long[]> Shapes { get; }

    /// <inheritdoc/>
    public float[] Read(string tensor) => _model.Weights[tensor].Values;
}
