using MLNetStyle.Graphs;
using MLNetStyle.Training;
using Xunit;

namespace MLNetStyle.Tests.Training;

public class TransformNetworkTests
{
    [Theory]
    [InlineData(48, 32)]
    [InlineData(64, 40)]
    public void AMediumNetworkGrownLargePaintsTheSameUntilTheBranchHasAScale(int width, int height)
    {
        TransformNetwork medium = Network(TransformShape.Medium), large = medium.Grow(TransformShape.Large, 4);
        Assert.Equal(TransformShape.Large, large.Shape);
        Assert.Equal(medium.Styles, large.Styles);
        PlanarImage picture = Picture(width, height);
        using FastStyleNetwork before = new(medium), after = new(large);
        foreach (double strength in (double[])[1, 0.4])
        {
            float[] expected = before.Paint(picture, "two", strength).Samples, painted = after.Paint(picture, "two", strength).Samples;
            for (int i = 0; i < painted.Length; i++) Assert.Equal(expected[i], painted[i], 0.01);
        }
        TransformLayer joins = large.Shape.Layers.Single(l => l.Name == "coarse3");
        large.Norms[1][joins.NormOffset] = 1;
        using FastStyleNetwork moved = new(large);
        Assert.True(Difference(before.Paint(picture, "two"), moved.Paint(picture, "two")) > 0.1);
    }

    [Theory]
    [InlineData(FastStyleSize.Small, 21, 30)]
    [InlineData(FastStyleSize.Medium, 3, 5)]
    [InlineData(FastStyleSize.Large, 50, 37)]
    [InlineData(FastStyleSize.Large, 8, 16)]
    [InlineData(FastStyleSize.Large, 7, 9)]
    public void TheModelInAFilePaintsPicturesOfAnySizeAsTheLibraryDoes(FastStyleSize size, int width, int height)
    {
        TransformNetwork network = Network(TransformShape.Of(size));
        PlanarImage picture = Picture(width, height);
        using FastStyleNetwork library = new(network);
        using GraphSession session = new(TransformGraph.Model(network));
        GraphTensor painted = session.Run(new Dictionary<string, GraphTensor>
        {
            [TransformGraph.Image] = new(picture.Samples, 1, 3, height, width),
            [TransformGraph.Styles] = new(new float[] { 3, 1 }, 1, 2),
        }, TransformGraph.Painted);
        float[] expected = library.Paint(picture, [3, 1]).Samples;
        Assert.Equal(expected.Length, painted.Values.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], painted.Values.Span[i], 0.2);
    }

    private static double Difference(PlanarImage a, PlanarImage b) => a.Samples.Zip(b.Samples, (x, y) => Math.Abs(x - y)).Average();

    private static TransformNetwork Network(TransformShape shape)
    {
        TransformNetwork network = TransformNetwork.Start(shape, ["one", "two"], 5);
        Random random = new(3);
        foreach (float[] norms in network.Norms.Append(network.Photograph!))
            for (int i = 0; i < norms.Length; i++) norms[i] += 0.3f * (random.NextSingle() - 0.5f);
        return network;
    }

    private static PlanarImage Picture(int width, int height)
    {
        PlanarImage picture = new(width, height);
        Random random = new(6);
        for (int i = 0; i < picture.Samples.Length; i++) picture.Samples[i] = 127 + 90 * MathF.Sin(i * 0.07f) + 30 * random.NextSingle();
        return picture;
    }
}
