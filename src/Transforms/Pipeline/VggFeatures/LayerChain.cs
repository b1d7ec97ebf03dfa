using Microsoft.ML;

namespace MLNetStyle.Pipeline;

/// <summary>How the transformers with one vector a layer are saved: a custom mapping for every eight layers.</summary>
internal static class LayerChain
{
    public static void Describe(SavedChain chain, LayerColumns columns, string? path, FeatureOperations operation, DataViewSchema output)
    {
        chain.Image(SavedColumns.Image, columns.Input, path);
        for (int first = 0; first < columns.Layers.Count; first += VectorResults.Count)
        {
            string[] layers = [.. columns.Layers.Skip(first).Take(VectorResults.Count)];
            chain.State(operation.Save(layers), columns.Input);
            chain.Map(new ImageToVectorsFactory(), ImageToVectorsFactory.Contract);
            for (int i = 0; i < VectorResults.Count; i++) chain.Scratch($"{SavedColumns.Result}{i}");
            for (int i = 0; i < layers.Length; i++) chain.Output(columns.Outputs[first + i], $"{SavedColumns.Result}{i}",
                output[columns.Outputs[first + i]].Type);
        }
    }
}
