using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetStyle.Pipeline;

/// <summary>The columns of an image transformer with one vector a layer.</summary>
internal sealed record LayerColumns(string Input, IReadOnlyList<string> Outputs, IReadOnlyList<string> Layers)
{
    /// <summary>A single layer's column has the output name itself; several are told apart by their layer's name.</summary>
    public static LayerColumns Of(string output, string? input, IReadOnlyList<string> layers, string parameter = "layers")
    {
        InputColumns.CheckOutput(output);
        input ??= output;
        ArgumentException.ThrowIfNullOrEmpty(input, "inputColumnName");
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Count == 0) throw new ArgumentException("No layer is named. Name at least one, for example relu4_2.", nameof(layers));
        foreach (string layer in layers) ArgumentException.ThrowIfNullOrWhiteSpace(layer, parameter);
        string? twice = layers.GroupBy(layer => layer).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null) throw new ArgumentException($"The layer {twice} is named twice.", nameof(layers));
        return new LayerColumns(input, layers.Count == 1 ? [output] : [.. layers.Select(layer => $"{output}.{layer}")], [.. layers]);
    }

    public SchemaShape Add(TransformsCatalog catalog, SchemaShape shape, Func<string, VectorDataViewType> type)
    {
        for (int i = 0; i < Outputs.Count; i++) shape = ShapeFactory.With(catalog, shape, Outputs[i], type(Layers[i]));
        return shape;
    }
}
