using MLNetStyle.Graphs;

namespace MLNetStyle.Losses;

/// <summary>Maximum mean discrepancy with the Gaussian kernel, over a sample of positions: every moment at once.</summary>
/// <remarks>
/// <para>k(x, y) = exp(-|x - y|^2 / b), b the mean squared distance between two of the style's samples; L = mean k(x, x') + mean k(y, y')
/// - 2 mean k(x, y), x and y the features at <see cref="SampledStyleLoss.Samples"/> positions of the picture and of the style; relative:
/// divided by mean k(y, y'). 0 to 2 in absolute form, whatever the scale of the activations. Li, Wang, Liu, Hou, "Demystifying Neural Style
/// Transfer", 2017, section 4.1, equation 10; Gretton et al., "A Kernel Two-Sample Test", 2012, equation 5: the biased estimate, a sample's
/// pair with itself included, so that it is never negative.</para>
/// <para>All pairs of positions would take memory with the fourth power of the picture's side, so positions are sampled, the same ones at
/// every evaluation (<see cref="SampledStyleLoss"/>). Memory and time are the same for every size of picture, but the gradient reaches only
/// what the sampled positions see: on the large maps of shallow layers that is little of the picture, so this loss belongs on relu3_1 and
/// deeper, or beside another one.</para>
/// <para>Immutable and safe to share between threads.</para>
/// </remarks>
internal sealed class GaussianMmdStyleLoss : SampledStyleLoss
{
    /// <summary>Describes a style loss.</summary>
    /// <param name="layer">The layer, for example relu4_1.</param>
    /// <param name="weight">The weight among the style losses; finite and not negative.</param>
    /// <param name="normalization">What the distance is measured against.</param>
    /// <param name="samples">The number of positions, 1 to 8192; it costs three square matrices of that side.</param>
    /// <exception cref="ArgumentException">The layer is empty, or the weight negative or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of positions is out of range.</exception>
    public GaussianMmdStyleLoss(string layer, double weight = 1, LossNormalization normalization = LossNormalization.Relative,
        int samples = DefaultSamples)
        : base(StyleStatistic.MmdGaussian, layer, weight, normalization, samples) { }

    /// <inheritdoc/>
    public override GraphValue Term(GraphBuilder graph, GraphValue map, GraphValue? target)
    {
        ArgumentNullException.ThrowIfNull(graph);
        GraphValue x = Sample(graph, map, Samples), y = Required(target);
        GraphValue within = Squares(graph, y, y);
        GraphValue bandwidth = graph.Add(Mean(graph, within, 3), graph.Constant(1e-12f));
        GraphValue styles = Mean(graph, Kernel(graph, within, bandwidth), 3);
        GraphValue both = graph.Add(Mean(graph, Kernel(graph, Squares(graph, x, x), bandwidth), 3), styles);
        GraphValue across = Mean(graph, Kernel(graph, Squares(graph, x, y), bandwidth), 3);
        GraphValue distance = graph.Sub(both, graph.Mul(across, graph.Constant(2)));
        return Normalization == LossNormalization.Absolute ? distance : graph.Div(distance, styles);
    }

    /// <summary>|x - y|^2 for every pair of columns, [1, samples, samples].</summary>
    private static GraphValue Squares(GraphBuilder graph, GraphValue x, GraphValue y)
    {
        GraphValue xs = graph.Transpose(graph.ReduceSum(graph.Square(x), true, 1), 0, 2, 1), ys = graph.ReduceSum(graph.Square(y), true, 1);
        // Rounding may make the distance of two equal columns negative.
        return graph.Relu(graph.Sub(graph.Add(xs, ys), graph.Mul(graph.MatMul(graph.Transpose(x, 0, 2, 1), y), graph.Constant(2))));
    }

    private static GraphValue Kernel(GraphBuilder graph, GraphValue squares, GraphValue bandwidth) =>
        graph.Node("Exp", [graph.Node("Neg", [graph.Div(squares, bandwidth)])]);
}
