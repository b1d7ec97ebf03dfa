using System.Diagnostics;
using MLNetStyle.Graphs;
using Xunit;

namespace MLNetStyle.Tests.Graphs;

/// <summary>Measures the memory of the whole process, so nothing else may run meanwhile.</summary>
[Collection(nameof(Alone))]
public class MemoryTests
{
    [Fact]
    public void MemoryStaysFlatOverAThousandRuns()
    {
        GraphBuilder graph = GraphSessionTests.Pyramid(out GraphValue image);
        graph.Output(Differentiator.Gradient(graph, graph.ReduceSum(new GraphValue("y")), image)[0], "g");
        using GraphSession session = new(graph, new GraphSessionOptions { Threads = 1 });
        Dictionary<string, GraphTensor> feed = GraphSessionTests.Feed(64, 64),
            result = new() { ["g"] = new(new float[3 * 64 * 64], 1, 3, 64, 64) };
        for (int i = 0; i < 100; i++) session.Run(feed, result);
        long before = Resident();
        for (int i = 0; i < 1000; i++) session.Run(feed, result);
        // A single leaked map of this graph is 16 KB to 64 KB; a thousand of them would be 16 MB and more.
        Assert.InRange(Resident() - before, long.MinValue, 8 << 20);
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Process.GetCurrentProcess().WorkingSet64;
    }

    [CollectionDefinition(nameof(Alone), DisableParallelization = true)]
    public sealed class Alone;
}
