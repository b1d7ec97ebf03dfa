using Microsoft.ML;
using MLNetStyle.Portable;

namespace MLNetStyle.Pipeline;

/// <summary>How the transformers with one vector a layer are saved: a custom mapping for every eight layers.</summary>
internal static class LayerChain
{
    public static void Describe(PortableChain chain, LayerColumns columns, FeatureOperations operation, DataViewSchema output)
    {
        chain.Image(PortableColumns.Image, columns.Input);
        for (int first = 0; first < columns.Layers.Count; first += VectorResults.Count)
        {
            string[] layers = [.. columns.Layers.Skip(first).Take(VectorResults.Count)];
            chain.State(operation.Save(layers));
            chain.Map(new ImageToVectorsFactory(), ImageToVectorsFactory.Contract);
            for (int i = 0; i < VectorResults.Count; i++) chain.Scratch($"{PortableColumns.Result}{i}");
            for (int i = 0; i < layers.Length; i++) chain.Output(columns.Outputs[first + i], $"{PortableColumns.Result}{i}", output[columns.Outputs[first + i]].Type);
        }
    }
}
