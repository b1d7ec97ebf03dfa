using MLNetStyle.Graphs;
using Xunit;

namespace MLNetStyle.Tests.Graphs;

public class DifferentiatorTests
{
    [Theory]
    [InlineData(7, 9, 1, 1, 3, 1, 1)]
    [InlineData(8, 6, 0, 1, 3, 1, 1)]
    [InlineData(7, 9, 2, 1, 5, 1, 1)]
    [InlineData(7, 9, 2, 1, 3, 2, 1)]
    [InlineData(8, 9, 1, 2, 3, 1, 1)]
    [InlineData(7, 10, 0, 3, 2, 1, 1)]
    [InlineData(7, 9, 1, 2, 3, 2, 2)]
    [InlineData(7, 9, 1, 1, 3, 1, 2)]
    [InlineData(7, 9, 1, 1, 1, 1, 1)]
    public void Convolution(int height, int width, int padding, int stride, int kernel, int dilation, int groups)
    {
        Random random = new(3);
        Weight weight = new("w", GradientCheck.Values(random, 4 * (6 / groups) * kernel * kernel, -0.5f, 0.5f, false), 4, 6 / groups, kernel, kernel);
        foreach (bool symbolic in (bool[])[true, false])
        {
            GradientCheck.Run((g, x) => Conv(g, x[0], g.Weight(weight), default), [[1, 6, height, width]], symbolic);
            GradientCheck.Run((g, x) => Conv(g, x[0], g.Constant(weight.Values, [.. weight.Shape]), default), [[2, 6, height, width]], symbolic);
        }
        if (groups == 1) GradientCheck.Run((g, x) => Conv(g, x[0], x[1], x[2]), [[2, 6, height, width], [.. weight.Shape], [4]], false);

        GraphValue Conv(GraphBuilder g, GraphValue x, GraphValue w, GraphValue bias) => g.Node(
            "Conv", bias.Name is null ? [x, w] : [x, w, bias], new GraphAttribute("pads", [padding, padding, padding, padding]),
            new GraphAttribute("strides", [stride, stride]), new GraphAttribute("dilations", [dilation, dilation]), new GraphAttribute("group", groups));
    }

    [Theory]
    [InlineData(6, 8, 2)]
    [InlineData(7, 8, 2)]
    [InlineData(6, 5, 2)]
    [InlineData(9, 11, 2)]
    [InlineData(10, 11, 3)]
    public void Pooling(int height, int width, int size)
    {
        foreach (bool symbolic in (bool[])[true, false])
        {
            GradientCheck.Run((g, x) => g.MaxPool(x[0], size), [[1, 2, height, width]], symbolic, -2, 2, apart: true);
            GradientCheck.Run((g, x) => g.AveragePool(x[0], size), [[2, 3, height, width]], symbolic);
        }
    }
}
