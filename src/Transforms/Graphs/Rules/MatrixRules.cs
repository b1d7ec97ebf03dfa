using MLNetStyle.Graphs.Onnx;

namespace MLNetStyle.Graphs;

/// <summary>Matrix products: with Y = A B, dA = dY Bᵀ and dB = Aᵀ dY.</summary>
internal static class MatrixRules
{
    public static void AddTo(IDictionary<string, Action<RuleContext>> rules)
    {
        rules["MatMul"] = MatMul;
        rules["Gemm"] = Gemm;
    }

    private static void MatMul(RuleContext c)
    {
        GraphValue a = c.Input(0), b = c.Input(1);
        if (c.Shape(a) is not { Length: >= 2 } left || c.Shape(b) is not { Length: >= 2 } right)
            throw c.Unsupported("the ranks of its operands are unknown or below 2");
        if (left.Length == right.Length && Transposed(c, b, right.Length) == a)
        {
            // The product of a matrix with its own transpose: both paths lead to the same value, d(A Aᵀ) = (dY + dYᵀ) A.
            if (c.Wants(0)) c.Give(0, c.Graph.MatMul(c.Graph.Add(c.Gradient, Swap(c, c.Gradient, left.Length)), a));
            return;
        }
        int rank = Math.Max(left.Length, right.Length);
        if (c.Wants(0)) c.Give(0, GradientOps.ReduceTo(c.Graph, c.Graph.MatMul(c.Gradient, Swap(c, b, right.Length)), a));
        if (c.Wants(1)) c.Give(1, GradientOps.ReduceTo(c.Graph, c.Graph.MatMul(Swap(c, a, left.Length), c.Gradient), b));
    }

    private static void Gemm(RuleContext c)
    {
        GraphBuilder graph = c.Graph;
        GraphValue a = c.Input(0), b = c.Input(1), g = c.Gradient;
        bool swapA = c.Int("transA", 0) != 0, swapB = c.Int("transB", 0) != 0;
        float alpha = c.Float("alpha", 1f), beta = c.Float("beta", 1f);
        GraphValue scaled = alpha == 1f ? g : graph.Mul(g, graph.Constant(alpha));
        if (c.Wants(0)) c.Give(0, swapA ? Product(b, swapB, scaled, true) : Product(scaled, false, b, !swapB));
        if (c.Wants(1)) c.Give(1, swapB ? Product(scaled, true, a, swapA) : Product(a, !swapA, scaled, false));
        c.GiveBroadcast(2, _ => beta == 1f ? g : graph.Mul(g, graph.Constant(beta)));

        GraphValue Product(GraphValue x, bool swapX, GraphValue y, bool swapY) =>
            graph.MatMul(swapX ? graph.Transpose(x, 1, 0) : x, swapY ? graph.Transpose(y, 1, 0) : y);
    }

    private static GraphValue Swap(RuleContext c, GraphValue value, int rank) =>
        Transposed(c, value, rank) ?? c.Graph.Transpose(value, Swapped(rank));

    private static long[] Swapped(int rank) => [.. Enumerable.Range(0, rank - 2).Select(i => (long)i), rank - 1, rank - 2];

    /// <summary>The value that another one is the transpose of, over the last two axes.</summary>
    private static GraphValue? Transposed(RuleContext c, GraphValue value, int rank)
    {
        NodeProto? maker = c.Graph.Maker(value);
        return maker is { OpType: "Transpose" } && maker.Attribute.FirstOrDefault(a => a.Name == "perm") is { } perm
            && perm.Ints.SequenceEqual(Swapped(rank))
            ? new GraphValue(maker.Input[0]) : null;
    }
}
