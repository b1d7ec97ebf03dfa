using MLNetStyle.Graphs.Onnx;

namespace MLNetStyle.Graphs;

/// <summary>The table from operator to the rule for the gradients of its inputs.</summary>
internal static class RuleTable
{
    /// <summary>Operators whose outputs do not change, or change by jumps only, when their inputs move a little.</summary>
    private static readonly HashSet<string> s_constant =
    [
        "Shape", "Size", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Not", "And", "Or", "Xor", "Sign", "Floor", "Ceil",
        "Round", "ArgMax", "ArgMin", "NonZero", "IsNaN", "IsInf", "Constant", "ConstantOfShape", "Range", "EyeLike", "OneHot",
    ];

    /// <summary>The rules by operator.</summary>
    public static IReadOnlyDictionary<string, Action<RuleContext>> Rules { get; } = Collect();

    /// <summary>Whether no gradient can pass through a node.</summary>
    public static bool PassesNothing(NodeProto node) =>
        s_constant.Contains(node.OpType)
            || (node.OpType == "Cast" && !IsFloating(node.Attribute.FirstOrDefault(a => a.Name == "to")?.I ?? 0));

    private static bool IsFloating(long type) => (TensorProto.Types.DataType)type
        is TensorProto.Types.DataType.Float or TensorProto.Types.DataType.Float16 or TensorProto.Types.DataType.Double or TensorProto.Types.DataType.Bfloat16;

    private static Dictionary<string, Action<RuleContext>> Collect()
    {
        Dictionary<string, Action<RuleContext>> rules = [];
        ArithmeticRules.AddTo(rules);
        ElementwiseRules.AddTo(rules);
        SelectionRules.AddTo(rules);
        ConvolutionRules.AddTo(rules);
        NormalizationRules.AddTo(rules);
        PoolingRules.AddTo(rules);
        MatrixRules.AddTo(rules);
        ReductionRules.AddTo(rules);
        ShapeRules.AddTo(rules);
        SliceRules.AddTo(rules);
        PadRules.AddTo(rules);
        ResizeRules.AddTo(rules);
        return rules;
    }
}
