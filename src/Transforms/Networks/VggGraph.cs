using MLNetStyle.Graphs;
using MLNetStyle.Graphs.Onnx;

namespace MLNetStyle.Networks;

/// <summary>Recognises a VGG by the nodes of an ONNX file: convolutions of 3 x 3, each with its ReLU, and poolings between them.</summary>
internal static class VggGraph
{
    private static readonly int[][] s_known = [[2, 2, 4, 4, 4], [2, 2, 3, 3, 3], [2, 2, 2, 2, 2], [1, 1, 2, 2, 2]];

    /// <summary>The chain, and the tensors that it names; null where the nodes are no VGG's.</summary>
    public static (ITensorFile File, VggChain Chain)? Find(OnnxTrunk trunk, ITensorFile file)
    {
        TensorTable table = new(file.Name, file.Format, file.Metadata);
        List<VggConvolution> convolutions = [];
        List<int> blocks = [0];
        string at = trunk.Image;
        bool pooled = true;
        foreach (NodeProto node in trunk.Nodes)
        {
            if (!node.Input.Contains(at)) continue;
            switch (node.OpType)
            {
                case "Conv" when IsPlain(node) && trunk.WeightOf(node.Input[1]) is { Shape: [_, _, 3, 3] } weight:
                    if (pooled && convolutions.Count > 0) blocks.Add(0);
                    pooled = false;
                    Weight? bias = node.Input.Count > 2 && node.Input[2].Length > 0 ? trunk.WeightOf(node.Input[2]) : null;
                    if (blocks.Count > 5 || !Take(weight) || (bias is not null && !Take(bias))) return null;
                    convolutions.Add(new VggConvolution($"conv{blocks.Count}_{++blocks[^1]}", weight.Name, bias?.Name));
                    break;
                case "Conv":
                    return null;
                case "BatchNormalization" when convolutions.Count > 0 && convolutions[^1].Norm is null:
                    Weight?[] four = [.. node.Input.Skip(1).Select(trunk.WeightOf)];
                    if (four is not [{ } gamma, { } beta, { } mean, { } variance] || !four.All(w => Take(w!))) return null;
                    float epsilon = node.Attribute.FirstOrDefault(a => a.Name == "epsilon")?.F ?? 1e-5f;
                    convolutions[^1] = convolutions[^1] with
                    {
                        Norm = new BatchNorm(gamma.Name, beta.Name, mean.Name, variance.Name,
                        epsilon)
                    };
                    break;
                case "Relu" or "Identity": break;
                case "MaxPool" or "AveragePool" when !pooled && IsHalving(node): pooled = true; break;
                default: return Made(); // the classifier
            }
            at = node.Output[0];
        }
        return Made();

        bool Take(Weight weight)
        {
            if (!table.Shapes.ContainsKey(weight.Name))
                table.Add(weight.Name, [.. weight.Shape], FilterLayout.OutputInputHeightWidth, () => weight.Values);
            return true;
        }

        (ITensorFile, VggChain)? Made()
        {
            int[]? known = s_known.FirstOrDefault(k => blocks.Count <= 5 && blocks.SkipLast(1).SequenceEqual(k.Take(blocks.Count - 1))
                && blocks[^1] <= k[blocks.Count - 1]);
            bool all = trunk.Nodes.Count(n => n.OpType is "Conv" or "ConvTranspose") == convolutions.Count;
            return known is null || !all || convolutions.Count < 2 || trunk.Input != TrunkInput.Unsaid ? null
                : (table, new VggChain(known, convolutions));
        }
    }

    private static bool IsPlain(NodeProto node) => Ints(node, "strides", 1) && Ints(node, "dilations", 1)
        && Ints(node, "pads", 1, required: true)
        && (node.Attribute.FirstOrDefault(a => a.Name == "group")?.I ?? 1) == 1;

    private static bool IsHalving(NodeProto node) => Ints(node, "kernel_shape", 2, required: true)
        && Ints(node, "strides", 2, required: true)
        && Ints(node, "pads", 0);

    private static bool Ints(NodeProto node, string name, long value, bool required = false) =>
        node.Attribute.FirstOrDefault(a => a.Name == name) is { } a ? a.Ints.All(i => i == value) : !required;
}
