using System.Runtime.CompilerServices;
using MLNetStyle.Graphs;
using Xunit;

namespace MLNetStyle.Tests.Graphs;

public class GraphSessionTests
{
    [Fact]
    public void RunsIntoTheCallersBuffers()
    {
        GraphBuilder graph = new();
        GraphValue x = graph.Input("x", ElementType.Float, "n");
        graph.Output(graph.Mul(x, graph.Weight(new Weight("two", [2], 1))), "y");
        using GraphSession session = new(graph);
        float[] input = [1, 2, 3, 4], output = new float[4];
        Dictionary<string, GraphTensor> feed = new() { ["x"] = new(input, 4) }, result = new() { ["y"] = new(output, 4) };
        session.Run(feed, result);
        Assert.Equal([2f, 4, 6, 8], output);
        input[0] = 10;
        session.Run(feed, result);
        Assert.Equal([20f, 4, 6, 8], output);
    }

    [Fact]
    public void OneSessionServesAllSizes()
    {
        using GraphSession session = new(Pyramid(out _));
        foreach ((int h, int w) in ((int, int)[])[(8, 8), (9, 13), (2, 40)])
        {
            GraphTensor y = session.Run(Feed(h, w), "y");
            Assert.Equal([1, 4, h / 2, w / 2], y.Shape);
        }
    }

    [Fact]
    public void ACancelledTokenStopsBeforeTheRun()
    {
        using GraphSession session = new(Pyramid(out _));
        Assert.Throws<OperationCanceledException>(() => session.Run(Feed(8, 8), "y", new CancellationToken(true)));
        Assert.Equal(4, session.Run(Feed(8, 8), "y").Shape[1]);
    }

    [Fact]
    public void CancellationEndsARunUnderWay()
    {
        GraphBuilder graph = new();
        GraphValue value = graph.Input("x", ElementType.Float, "n", "n");
        for (int i = 0; i < 2000; i++) value = graph.Node("Tanh", [graph.MatMul(value, value)]);
        graph.Output(value, "y");
        using GraphSession session = new(graph, new GraphSessionOptions { Threads = 1 });
        Dictionary<string, GraphTensor> feed = new() { ["x"] = new(new float[400 * 400], 400, 400) };
        using CancellationTokenSource source = new();
        // A thread of its own: a timer waits for the pool, which other tests may keep busy until the run is over.
        Thread canceller = new(() =>
        {
            Thread.Sleep(50);
            source.Cancel();
        });
        canceller.Start();
        Assert.Throws<OperationCanceledException>(() => session.Run(feed, "y", source.Token));
        canceller.Join();
    }

    [Fact]
    public void AMissingInputAndAnUnknownOutputAreNamed()
    {
        using GraphSession session = new(Pyramid(out _));
        Assert.Contains("'z'", Assert.Throws<InvalidOperationException>(
            () => session.Run(Feed(8, 8), new Dictionary<string, GraphTensor> { ["z"] = new(new float[1], 1) })).Message);
        Assert.Contains("image",
            Assert.Throws<InvalidOperationException>(() => session.Run(new Dictionary<string, GraphTensor>(), "y")).Message);
    }

    [Fact]
    public void AnOutputOfTheWrongShapeIsAnError()
    {
        using GraphSession session = new(Pyramid(out _));
        string message = Assert.Throws<InvalidOperationException>(
            () => session.Run(Feed(8, 8), new Dictionary<string, GraphTensor> { ["y"] = new(new float[4 * 5 * 4], 1, 4, 5, 4) })).Message;
        Assert.Contains("{1,4,5,4}", message);
    }

    [Fact]
    public void ADisposedSessionRunsNoMore()
    {
        GraphSession session = new(Pyramid(out _));
        session.Dispose();
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.Run(Feed(8, 8), "y"));
    }

    [Fact]
    public void LargeWeightsAreReadInPlaceAndRotatedOnes()
    {
        Random random = new(8);
        Weight weight = new("large", GradientCheck.Values(random, 32 * 32 * 9, -0.1f, 0.1f, false), 32, 32, 3, 3);
        GradientCheck.Run((g, x) => g.Node("Tanh", [g.Conv(x[0], g.Weight(weight))]), [[1, 32, 6, 5]]);
        GradientCheck.Run((g, x) => g.Node("Tanh", [g.Conv(x[0], g.Constant(weight.Values, 32, 32, 3, 3))]), [[1, 32, 6, 5]]);
    }

    [Fact]
    public void AGraphWithoutOutputsIsRefused()
    {
        GraphBuilder graph = new("empty");
        Assert.Contains("'empty'", Assert.Throws<InvalidOperationException>(() => new GraphSession(graph)).Message);
    }

    [Fact]
    public void ARefusedGraphIsAnErrorWithTheReason()
    {
        GraphBuilder graph = new("odd");
        graph.Output(graph.Node("NoSuchOperator", [graph.Input("x", ElementType.Float, "n")]), "y");
        Assert.Contains("NoSuchOperator", Assert.Throws<InvalidOperationException>(() => new GraphSession(graph)).Message);
    }

    [Fact]
    public void SeveralThreadsShareASession()
    {
        using GraphSession session = new(Pyramid(out _));
        float[] expected = session.Run(Feed(16, 18), "y").Values.ToArray();
        Parallel.For(0, 16, _ => Assert.Equal(expected, session.Run(Feed(16, 18), "y").Values.ToArray()));
    }

    [Fact]
    public void AMissingGpuIsAnErrorWithARemedy()
    {
        GraphBuilder graph = Pyramid(out _);
        try
        {
            using GraphSession session = new(graph, new GraphSessionOptions { Device = ComputeDevice.Cuda(63) });
            Assert.Fail("There are 64 GPUs.");
        }
        catch (InvalidOperationException e)
        {
            Assert.Contains("cuda:63", e.Message);
            Assert.Contains("cpu", e.Message);
        }
    }

    [Theory]
    [InlineData("cpu", "cpu")]
    [InlineData(" CUDA ", "cuda:0")]
    [InlineData("cuda:3", "cuda:3")]
    public void DevicesAreReadAndWritten(string text, string expected) => Assert.Equal(expected, ComputeDevice.Parse(text).ToString());

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:")]
    public void OtherDevicesAreRefused(string text) =>
        Assert.Contains($"'{text}'", Assert.Throws<FormatException>(() => ComputeDevice.Parse(text)).Message);

    [Fact]
    public void ATensorChecksItsBuffer()
    {
        Assert.Contains("[2, 3]", Assert.Throws<ArgumentException>(() => new GraphTensor(new float[5], 2, 3)).Message);
        Assert.Throws<ArgumentException>(() => new GraphTensor(new float[5], -1));
    }

    [Fact]
    public void ASessionThatNobodyDisposedLetsItsWeightsGo()
    {
        WeakReference values = RunAndForget();
        for (int i = 0; i < 10 && values.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.False(values.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference RunAndForget()
    {
        float[] values = new float[64 * 64];
        GraphBuilder graph = new();
        graph.Output(graph.MatMul(graph.Input("x", ElementType.Float, "n", "64"), graph.Weight(new Weight("w", values, 64, 64))), "y");
        new GraphSession(graph).Run(new Dictionary<string, GraphTensor> { ["x"] = new(new float[64], 1, 64) }, "y");
        return new WeakReference(values);
    }

    internal static GraphBuilder Pyramid(out GraphValue image)
    {
        GraphBuilder graph = new();
        image = graph.Input("image", ElementType.Float, "1", "3", "H", "W");
        Weight weight = new("w", GradientCheck.Values(new Random(5), 4 * 3 * 9, -1, 1, false), 4, 3, 3, 3);
        graph.Output(graph.MaxPool(graph.Relu(graph.Conv(image, graph.Weight(weight)))), "y");
        return graph;
    }

    internal static Dictionary<string, GraphTensor> Feed(int height, int width) =>
        new() { ["image"] = new(GradientCheck.Values(new Random(2), 3 * height * width, -1, 1, false), 1, 3, height, width) };
}
