using System.Diagnostics;
using MLNetStyle.Losses;
using MLNetStyle.Stylization;
using MLNetStyle.Tests.Graphs;
using MLNetStyle.Tests.Support;
using Xunit;

namespace MLNetStyle.Tests.Stylization;

/// <summary>What only the CPU engine promises. Measures the memory of the whole process, so nothing else may run meanwhile.</summary>
[Collection(nameof(MemoryTests.Alone))]
public sealed class CpuEngineTests
{
    private static readonly Loss[] s_losses = [new ContentLoss("relu4_2"), new GramStyleLoss("relu1_1"), new GramStyleLoss("relu4_1"),
        new TotalVariationLoss()];

    [Fact]
    public void TheNumberOfThreadsChangesNothing()
    {
        foreach (Network network in new[] { TinyNetwork.Shared.Network, Network.Load("compact") })
        {
            List<(double Total, double[] Terms, float[] Gradient)> results = [];
            foreach (int threads in new[] { 1, 2, 5 })
            {
                using IStyleEvaluator evaluator = EngineTests.Prepared(new CpuEngine(network, threads), s_losses, 75, 66);
                results.Add(EngineTests.Evaluate(evaluator, EngineTests.Random(75, 66, 7).Samples, 75, 66));
            }
            foreach ((double total, double[] terms, float[] gradient) in results)
            {
                Assert.Equal(results[0].Total, total);
                Assert.Equal(results[0].Terms, terms);
                Assert.Equal(results[0].Gradient, gradient);
            }
        }
    }

    [Fact]
    public void MemoryStaysFlatOverManyEvaluations()
    {
        using IStyleEvaluator evaluator = EngineTests.Prepared(new CpuEngine(Network.Load("compact"), 2), s_losses, 64, 64);
        float[] image = EngineTests.Random(64, 64, 3).Samples, gradient = new float[image.Length];
        double[] terms = new double[s_losses.Length];
        for (int i = 0; i < 100; i++) evaluator.Evaluate(image, 64, 64, gradient, terms);
        long before = Resident(), allocated = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 500; i++) evaluator.Evaluate(image, 64, 64, gradient, terms);
        // Handles for ONNX Runtime are a few KB an evaluation; the smallest map of a layer here is 8 KB, the largest 256 KB.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - allocated) / 500, 0, 16 << 10);
        Assert.InRange(Resident() - before, long.MinValue, 6 << 20);
    }

    [Fact]
    public void DisposingGivesTheMemoryBack()
    {
        Network network = Network.Load("compact");
        Use();
        long before = Resident();
        for (int i = 0; i < 10; i++) Use();
        Assert.InRange(Resident() - before, long.MinValue, 40 << 20);

        void Use()
        {
            using IStyleEvaluator evaluator = EngineTests.Prepared(new CpuEngine(network, 2), s_losses, 128, 128);
            EngineTests.Evaluate(evaluator, EngineTests.Random(128, 128, 3).Samples, 128, 128);
        }
    }

    [Fact]
    public void FiltersMadeAtEachUseGiveTheSameNumbers()
    {
        Network network = Network.Load("compact");
        using IStyleEvaluator kept = EngineTests.Prepared(new CpuEngine(network, 2), s_losses, 40, 33);
        using IStyleEvaluator made = EngineTests.Prepared(new CpuEngine(network, 2, null, false), s_losses, 40, 33);
        float[] image = EngineTests.Random(40, 33, 3).Samples;
        (double total, _, float[] gradient) = EngineTests.Evaluate(made, image, 40, 33);
        (double expected, _, float[] expectedGradient) = EngineTests.Evaluate(kept, image, 40, 33);
        Assert.Equal(expected, total);
        Assert.Equal(expectedGradient, gradient);
    }

    [Fact]
    public void TheOptionsChooseTheEngine()
    {
        Assert.Equal("cpu", Engine(new StylizationOptions { Compute = { Engine = EngineKind.Cpu } }));
        Assert.Equal("onnx", Engine(new StylizationOptions { Compute = { Engine = EngineKind.Onnx } }));
        Assert.Equal("onnx", Engine(new StylizationOptions { Compute = { GpuDeviceId = 0 } }));
        Assert.Equal("cpu", Engine(new StylizationOptions { Compute = { VectorPath = SimdPath.Scalar } }));
        if (SimdPaths.Choose() >= SimdPath.Vector256) Assert.Equal("cpu", Engine(new StylizationOptions()));
    }

    [Fact]
    public void ContradictionsAreRefusedWithTheReason()
    {
        Refused(new StylizationOptions { Compute = { Engine = EngineKind.Cpu, GpuDeviceId = 0 } }, "GpuDeviceId is 0");
        Refused(new StylizationOptions { Compute = { Engine = EngineKind.Onnx, VectorPath = SimdPath.Vector256 } }, "only the CPU engine");
        Refused(new StylizationOptions { Compute = { GpuDeviceId = 0, VectorPath = SimdPath.Vector256 } }, "only the CPU engine");
        Refused(new StylizationOptions { Compute = { Engine = (EngineKind)9 } }, "Engine is 9");
        Refused(new StyleTransferOptions { Compute = { Engine = EngineKind.Cpu, GpuDeviceId = 0 } }, "GpuDeviceId is 0");
        Assert.Throws<ArgumentOutOfRangeException>(() => new CpuEngine(TinyNetwork.Shared.Network, -1));

        static void Refused(StylizationOptions options, string reason) =>
            Assert.Contains(reason, Assert.Throws<ArgumentException>(options.Validate).Message);
    }

    private static string Engine(StylizationOptions options)
    {
        using Stylizer stylizer = new(TinyNetwork.Shared.Network, options);
        return stylizer.Engine;
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Process.GetCurrentProcess().WorkingSet64;
    }
}
